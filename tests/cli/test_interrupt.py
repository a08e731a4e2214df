import signal

import pytest

from digitnet.cli.interrupt import ended_in_order, stop_requests


@pytest.fixture(autouse=True)
def python_listens_to_ctrl_c():
    """A shell that starts something in the background has it ignore Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_nothing_was_asked():
    with stop_requests() as stop_requested:
        assert stop_requested() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_is_an_answer(number):
    with stop_requests() as stop_requested:
        signal.raise_signal(number)
        assert stop_requested() == number


def test_the_second_ctrl_c_means_now():
    with stop_requests() as stop_requested:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        assert stop_requested() == signal.SIGINT


def test_handlers_are_put_back_after_an_error():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with pytest.raises(ZeroDivisionError), stop_requests():
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_sigterm_is_an_end_that_files_in_the_making_see(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    made = tmp_path / "made"

    def work():
        with ended_in_order():
            try:
                made.touch()
                signal.raise_signal(signal.SIGTERM)
            finally:
                made.unlink()

    with pytest.raises(SystemExit) as ended:
        work()
    assert (ended.value.code, made.exists()) == (143, False)
    assert signal.getsignal(signal.SIGTERM) == before
