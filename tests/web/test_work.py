import asyncio

import pytest

from digitnet.errors import WeightsError, WorkerError
from digitnet.web.job import Answer, Job
from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings
from digitnet.web.work import Work

ANSWER = Answer(200, b"{}")


class Stub:
    """A worker that answers when it is let go. Pictures: "dies" kills it."""

    fingerprint = "of the weights"

    def __init__(self):
        self.let_go, self.ended = asyncio.Event(), False

    async def ask(self, job, picture):
        if picture == b"dies":
            raise WorkerError("ended, status -9")
        if picture == b"vast":
            return Answer(422, b"{}", spent=True)
        if picture == b"slow":
            await self.let_go.wait()
        return ANSWER

    async def end(self):
        self.ended = True


def tried(attempt, **settings):
    """What a coroutine of work and its workers returns."""

    async def run():
        workers = []

        async def start(settings):
            workers.append(Stub())
            return workers[-1]

        work = Work(Settings(**settings), start)
        await work.open()
        try:
            return await attempt(work, workers)
        finally:
            await work.close()
            assert all(worker.ended for worker in workers)

    return asyncio.run(run())


def ask(work, picture=b"", client="127.0.0.1", small=True):
    return asyncio.create_task(work.do(Job(), picture, client, small=small))


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


def test_an_answer_frees_its_worker():
    async def attempt(work, workers):
        for _ in range(3):
            assert await ask(work) is ANSWER
        assert (work.in_flight, work.replaced, work.ready) == (0, 0, True)
        assert work.fingerprint == Stub.fingerprint
        assert len(workers) == 3

    tried(attempt, workers=2)


def test_a_small_picture_does_not_wait_behind_large_ones():
    async def attempt(work, workers):
        await settled()
        large = [ask(work, b"slow", small=False) for _ in range(4)]
        await settled()
        assert await asyncio.wait_for(ask(work), 1) is ANSWER
        assert work.in_flight == 4
        for worker in workers:
            worker.let_go.set()
        assert await asyncio.gather(*large) == [ANSWER] * 4

    tried(attempt, workers=2)


def test_what_takes_too_long_is_ended_and_its_worker_replaced():
    async def attempt(work, workers):
        await settled()
        with pytest.raises(RequestError, match=r"more than 0\.01 seconds") as caught:
            await ask(work, b"slow")
        await settled()
        assert sum(worker.ended for worker in workers) == 1
        assert (work.replaced, len(workers)) == (1, 3)
        assert await ask(work) is ANSWER
        return caught.value.status

    assert tried(attempt, workers=1, read_s=0.01) == 422


def test_a_worker_that_dies_is_replaced():
    async def attempt(work, workers):
        with pytest.raises(WorkerError, match="status -9"):
            await ask(work, b"dies")
        await settled()
        assert await ask(work) is ANSWER

    tried(attempt, workers=1)


def test_a_worker_that_ran_out_of_memory_is_replaced():
    async def attempt(work, workers):
        assert (await ask(work, b"vast")).status == 422
        await settled()
        assert (work.replaced, sum(worker.ended for worker in workers)) == (1, 1)
        assert await ask(work) is ANSWER

    tried(attempt, workers=1)


def test_a_long_wait_is_told_and_takes_no_worker():
    async def attempt(work, workers):
        await settled()
        slow = [ask(work, b"slow") for _ in range(2)]
        with pytest.raises(RequestError, match="too many pictures at once") as caught:
            await ask(work)
        for worker in workers:
            worker.let_go.set()
        await asyncio.gather(*slow)
        assert await asyncio.gather(*(ask(work) for _ in range(5))) == [ANSWER] * 5
        return caught.value.status

    assert tried(attempt, workers=1, wait_s=0.01) == 503


def test_who_is_gone_is_not_read(monkeypatch):
    monkeypatch.setattr("digitnet.web.work._PATIENCE_S", -1)

    async def attempt(work, workers):
        async def gone():
            return True

        with pytest.raises(RequestError, match="gone"):
            await work.do(Job(), b"dies", "a", small=True, gone=gone)
        assert (work.in_flight, work.replaced) == (0, 0)
        assert await ask(work) is ANSWER

    tried(attempt)


def test_a_request_that_is_cancelled_leaves_nothing_behind():
    async def attempt(work, workers):
        await settled()
        reading, waiting = ask(work, b"slow", "a"), ask(work, b"", "a")
        await settled()
        for task in (waiting, reading):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await settled()
        assert (work.in_flight, work.replaced) == (0, 1)
        assert await ask(work) is ANSWER

    tried(attempt, workers=1)


def test_weights_that_cannot_be_read_are_told_at_the_start():
    async def start(settings):
        raise WeightsError("cannot read none.onnx")

    with pytest.raises(WeightsError, match=r"none\.onnx"):
        asyncio.run(Work(Settings(), start).open())


def test_a_worker_that_does_not_start_is_tried_again(monkeypatch, caplog):
    monkeypatch.setattr("digitnet.web.work._AGAIN_S", 0)
    outcomes = [None, OSError("no memory"), None]
    started = []

    async def start(settings):
        outcome = outcomes.pop(0)
        if outcome:
            raise outcome
        started.append(Stub())
        return started[-1]

    async def run():
        work = Work(Settings(workers=1), start)
        await work.open()
        while len(started) < 2:
            await asyncio.sleep(0.001)
        await work.close()

    asyncio.run(run())
    assert "no memory" in caplog.text
