"""Read every picture of a folder or bucket on all machines of a Ray cluster.

    pip install ".[ray]"                    (in a checkout)
    python examples/read_with_ray.py s3://bucket/forms s3://bucket/answers --workers 64

Without a cluster Ray starts on this machine alone. What is written is Parquet, in the columns
of `digitnet read --parquet`; into a folder that holds files already more are put beside them. Each
worker holds one Reader and one batch of pictures. docs/scale.md says what to expect.
"""

import argparse
from typing import Any

import pyarrow
import ray

from digitnet.cli.parquet import schema
from digitnet.cli.rows import DIGITS
from digitnet.reading import Reader
from digitnet.reading.files.formats import SUFFIXES


class ReadDigits:
    """Loaded once by each worker."""

    def __init__(self, one: bool):
        import cv2

        cv2.setNumThreads(1)  # a worker has one core
        self.reader = Reader(threads=1)
        self.one = one

    def __call__(self, batch: dict[str, Any]) -> pyarrow.Table:
        """batch: "path" and "bytes" of some pictures; returns a row a digit."""
        rows = [
            row
            for path, content in zip(batch["path"], batch["bytes"], strict=True)
            for _, result in self.reader.read_many(content, one=self.one)  # each of its pages
            for row in DIGITS.of(path, result)
        ]
        return pyarrow.Table.from_pylist(rows, schema(DIGITS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", help="folder, or s3://, gs:// and others that Arrow knows")
    parser.add_argument("out", help="folder or address for Parquet files")
    parser.add_argument("--one", action="store_true", help="each picture holds exactly one digit")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    # Reading files and writing answers need little, but need it beside the workers.
    little = {"num_cpus": 0.25}
    pictures = ray.data.read_binary_files(
        args.pictures,
        include_paths=True,
        file_extensions=[suffix.removeprefix(".") for suffix in SUFFIXES],
        ray_remote_args=little,
    )
    answers = pictures.map_batches(
        ReadDigits,
        fn_constructor_kwargs={"one": args.one},
        batch_size=64,
        num_cpus=0.75,
        compute=ray.data.ActorPoolStrategy(size=args.workers),
    )
    answers.write_parquet(args.out, ray_remote_args=little)


if __name__ == "__main__":
    main()
