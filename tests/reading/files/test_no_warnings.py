import threading
import warnings

from digitnet.reading.files.no_warnings import no_warnings


def test_nothing_is_said_inside():
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        with no_warnings():
            warnings.warn("inside", stacklevel=1)
        warnings.warn("after", stacklevel=1)
    assert [str(warning.message) for warning in said] == ["after"]


def test_threads_that_overlap_leave_the_filters_as_they_were():
    before = list(warnings.filters)
    first_is_inside, second_is_inside = threading.Event(), threading.Event()

    def first():
        with no_warnings():
            first_is_inside.set()
            second_is_inside.wait()

    thread = threading.Thread(target=first)
    thread.start()
    first_is_inside.wait()
    with no_warnings():
        second_is_inside.set()
        thread.join()  # leaves before the one that came later
    assert warnings.filters == before
