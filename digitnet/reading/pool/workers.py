"""Many pictures by several processes: in order, in bounded memory, however many there are.

What takes too long is ended with its process, which is started anew; so is what a process
ended on. Each costs its own picture and no other.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing.connection import wait
from pathlib import Path
from typing import Unpack

from digitnet.reading.finder import SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.options import Options
from digitnet.reading.pool.job import Done, Job
from digitnet.reading.pool.worker import Task, Worker

_UNDER_WAY = 192  # files a process that are read, or wait for their turn to be given
_IN_PIPE = 16_000  # bytes of paths that a process was told and may not have taken yet


def read_by_workers(
    sources: Iterable[str | Task],
    workers: int,
    *,
    weights: Path = SHIPPED_WEIGHTS,
    finder: Path = SHIPPED_FINDER,
    taught: Path | None = None,
    threads: int = 1,
    timeout_s: float | None = None,
    preview: int = 0,
    **options: Unpack[Options],
) -> Iterator[Done]:
    """Read files in the order given, page by page, by `workers` processes.

    sources: paths, or tasks with content. threads: each process's. timeout_s: what a page may
    take; None for as long as it takes. preview: pixels of a small picture of each, 0 for none.

    Yields each page with its Reading, or with the error where it cannot be read.

    Raises:
        WeightsError: no such file of weights, not one of ours, or taught to others.
        WorkerError: a process ended before it began to read.
    """
    job = Job(
        weights=weights,
        finder=finder,
        taught=taught,
        threads=threads,
        preview=preview,
        options=options,
    )
    remaining = (s if isinstance(s, Task) else Task(s) for s in sources)
    processes: list[Worker] = []
    under_way: deque[Task] = deque()
    try:
        following = next(remaining, None)
        while True:
            while following is not None and len(under_way) < _UNDER_WAY * workers:
                if len(processes) < workers and all(worker.tasks for worker in processes):
                    processes.append(Worker(job))
                worker = _free(processes, following)
                if worker is None:
                    break
                worker.give(following)
                under_way.append(following)
                following = next(remaining, None)
            if not under_way:
                return
            while under_way and (under_way[0].done or under_way[0].finished):
                task = under_way[0]
                given, task.done = task.done, []
                yield from given
                if task.finished:
                    under_way.popleft()
            if under_way and not under_way[0].done:
                _listen(processes, timeout_s)
    finally:
        for worker in processes:
            worker.end()


def _free(processes: list[Worker], task: Task) -> Worker | None:
    """The process with the least in hand, where it can take one more."""
    worker = min(processes, key=lambda worker: len(worker.tasks))
    if not worker.tasks:
        return worker
    # What fills the pipe would wait for a process that may wait for us.
    told = sum(len(task.source) for task in worker.tasks)
    if task.content is None and len(worker.tasks) < worker.depth and told < _IN_PIPE:
        return worker
    return None


def _listen(processes: list[Worker], timeout_s: float | None) -> None:
    """Wait until a process says something, or takes too long."""
    waits = [worker.overdue_s(timeout_s) for worker in processes] if timeout_s else []
    ready = wait([worker.pipe for worker in processes], max(0.0, min(waits)) if waits else None)
    for worker in processes:
        late = bool(timeout_s and worker.overdue_s(timeout_s) < 0)
        if late or worker.pipe in ready:
            worker.listen()  # it may have been us who did not listen
        if timeout_s and late and worker.overdue_s(timeout_s) < 0:
            worker.give_up(timeout_s)
