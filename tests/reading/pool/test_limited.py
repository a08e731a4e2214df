import threading

import pytest

from digitnet.errors import PictureError
from digitnet.reading.pool.limited import within


@pytest.mark.parametrize("timeout_s", [None, 0, 5])
def test_what_ends_in_time_is_returned_or_raised(timeout_s):
    assert within(timeout_s, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(timeout_s, lambda: 1 // 0)


def test_what_takes_longer_is_not_waited_for():
    never = threading.Event()
    with pytest.raises(PictureError, match=r"longer than 0.05 seconds; a longer --timeout lets it"):
        within(0.05, never.wait)
    never.set()
