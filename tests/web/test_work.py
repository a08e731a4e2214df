import asyncio
import threading

import pytest

from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings
from digitnet.web.work import Work


def test_the_result_is_the_tasks_and_its_place_is_free_again():
    work, over = Work(Settings(work=1)), []

    async def twice():
        first = await work.do(lambda: threading.current_thread().name, afterwards=over.clear)
        await asyncio.sleep(0)
        return first, await work.do(lambda: 2, afterwards=lambda: over.append(True))

    name, second = asyncio.run(twice())
    assert name.startswith("reading")  # off the event loop
    assert (second, work.in_flight, over) == (2, 0, [True])
    work.close()


def test_a_tasks_error_is_its_askers():
    work = Work(Settings())
    with pytest.raises(ZeroDivisionError):
        asyncio.run(work.do(lambda: 1 // 0))
    work.close()


def test_one_too_many_is_turned_away_and_told_that_it_is_over():
    work, let_go, over = Work(Settings(work=1)), threading.Event(), []

    async def two():
        first = asyncio.ensure_future(work.do(let_go.wait))
        await asyncio.sleep(0)
        with pytest.raises(RequestError, match="too many pictures at once") as caught:
            await work.do(lambda: None, afterwards=lambda: over.append(True))
        let_go.set()
        await first
        return caught.value.status

    assert asyncio.run(two()) == 503
    assert over == [True]
    work.close()


def test_a_place_is_taken_until_the_task_ends_not_until_nobody_waits():
    work, let_go = Work(Settings(answer_s=0.01)), threading.Event()

    async def slow():
        with pytest.raises(RequestError, match=r"no answer within 0\.01 seconds"):
            await work.do(let_go.wait)
        waiting = work.in_flight
        let_go.set()
        while work.in_flight:
            await asyncio.sleep(0.001)
        return waiting

    assert asyncio.run(slow()) == 1
    work.close()
