"""What stands for processes that read, in tests that are about something else."""

import functools

from digitnet.reading import Reader
from digitnet.reading.pool.job import Done, Job, read_file


def read_here(
    sources, workers, *, timeout_s=None, threads=1, preview=0, weights, finder, taught, **options
):
    """`read_by_workers`, by this process."""
    job = Job(
        weights=weights, finder=finder, taught=taught, threads=1, preview=preview, options=options
    )
    reader = cached_reader(weights, finder=finder, taught=taught)
    for task in sources:
        source = task.source if task.content is None else task.content
        for said in read_file(reader, source, 1, job):
            if not isinstance(said, int):
                yield Done(task.source, *said)


@functools.cache
def cached_reader(weights, *, finder, taught) -> Reader:
    """A Reader that is loaded once for all tests."""
    return Reader(weights, finder=finder, taught=taught, threads=1)
