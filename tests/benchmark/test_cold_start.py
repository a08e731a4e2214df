from digitnet.benchmark.cold_start import cold_start_times


def test_the_real_command_is_started():
    times = cold_start_times(rounds=1)
    assert 0.05 < times.median_s < 60
