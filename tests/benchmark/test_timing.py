import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.benchmark import timing
from digitnet.benchmark.timing import Times, in_turn, ratio


def test_ways_take_turns_and_warm_up_is_not_counted():
    calls = []
    ways = {"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}
    times = in_turn(ways, rounds=3, warm_up=2, repeats=2)
    assert "".join(calls) == "aabb" * 5
    assert {name: len(t.seconds) for name, t in times.items()} == {"a": 3, "b": 3}


def test_a_measurement_is_the_mean_of_its_repeats(monkeypatch):
    naps, clock = iter([9.0, 9.0, 9.0, 1.0, 2.0, 6.0]), [0.0]  # the first three warm up

    def nap():
        clock[0] += next(naps)

    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    (found,) = in_turn({"nap": nap}, rounds=1, warm_up=1, repeats=3).values()
    assert found.seconds == (3.0,)


@pytest.mark.parametrize(("budget_s", "calls"), [(0, 1), (20, 2), (25, 3), (1000, 7)])
def test_a_measurement_keeps_to_its_share_of_the_budget(monkeypatch, budget_s, calls):
    """Ten measurements of two ways: each may take a tenth, and calls at least once."""
    clock, made = [0.0], []

    def second(name):
        clock[0] += 1
        made.append(name)

    monkeypatch.setattr(timing.time, "perf_counter", lambda: clock[0])
    ways = {"a": lambda: second("a"), "b": lambda: second("b")}
    times = in_turn(ways, rounds=4, warm_up=1, repeats=7, budget_s=budget_s)
    assert made == (["a"] * calls + ["b"] * calls) * 5
    assert times["a"].seconds == (1.0,) * 4


def test_a_ratio_is_of_the_same_rounds():
    # Twice as long in every round, on a machine that slows down tenfold.
    assert ratio(Times((2.0, 20.0, 40.0)), Times((1.0, 10.0, 20.0))) == 2.0


@given(st.lists(st.floats(1e-6, 1e3), min_size=1, max_size=40))
def test_percentiles_are_measurements_in_order(seconds):
    times = Times(tuple(seconds))
    found = [times.percentile_s(percent) for percent in (0, 10, 50, 90, 100)]
    assert found == sorted(found)
    assert set(found) <= set(seconds)
    assert (found[0], found[-1]) == (min(seconds), max(seconds))


def test_what_a_record_keeps():
    kept = Times((0.3, 0.1, 0.2)).to_dict()
    assert kept == {"n": 3, "median_s": pytest.approx(0.2), "p10_s": 0.1, "p90_s": 0.3}
