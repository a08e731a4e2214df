"""Memory to read one picture of 62 megapixels, of every kind of file.

    python benchmarks/picture_memory.py

Each is read from bytes, as a server has them, in a process of its own; the figure is the
process's peak with the reader's own 90 MB and the file's bytes. --version reads by another
checkout. Needs Linux. Writes benchmarks/results/picture-memory.json.
"""

import argparse
import io
import json
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from PIL import Image
from reading import RESULTS, ROOT, environment, shown
from versions import Version

WIDTH, HEIGHT = 7850, 7900
KINDS = {
    "JPEG, colour": ("RGB", "JPEG"),
    "PNG, colour": ("RGB", "PNG"),
    "PNG, transparent": ("RGBA", "PNG"),
    "PNG, palette": ("P", "PNG"),
    "PNG, 16 bits": ("I;16", "PNG"),
    "TIFF, 16 bits": ("I;16", "TIFF"),
    "TIFF, black and white": ("1", "TIFF"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR", help="what reads")
    parser.add_argument("--out", type=Path, default=RESULTS / "picture-memory.json")
    args = parser.parse_args()
    figures = {}
    spawn = multiprocessing.get_context("spawn")
    for name, (mode, format) in KINDS.items():
        pipe, theirs = spawn.Pipe()
        process = spawn.Process(target=measure, args=(theirs, args.version, content(mode, format)))
        process.start()
        figures[name] = pipe.recv()
        process.join()
        print(name, json.dumps(figures[name]), flush=True)
    record = {
        "command": " ".join(["python", "benchmarks/picture_memory.py", *map(shown, sys.argv[1:])]),
        "environment": environment(),
        "pixels": [WIDTH, HEIGHT],
        "figures": figures,
    }
    args.out.write_text(json.dumps(record, indent=1) + "\n")


def content(mode: str, format: str) -> bytes:
    """A bar on paper."""
    grey = np.full((HEIGHT, WIDTH), 230, np.uint8)
    grey[3000:5000, 3000:3300] = 20
    if mode == "I;16":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(grey).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, format, **({"compress_level": 1} if format == "PNG" else {}))
    return buffer.getvalue()


def measure(pipe: Connection, version: Path, content: bytes) -> None:
    reader = Version(version, {}).use().Reader(threads=1)
    before_mb = peak_mb()
    started = time.perf_counter()
    reader.read(content)
    pipe.send(
        {
            "file_mb": round(len(content) / 1e6, 1),
            "before_mb": before_mb,
            "peak_mb": peak_mb(),
            "read_s": round(time.perf_counter() - started, 2),
        }
    )


def peak_mb() -> int:
    """Not getrusage: a process begins there with what its parent held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


if __name__ == "__main__":
    main()
