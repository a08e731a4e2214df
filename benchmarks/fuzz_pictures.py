"""Damaged pictures through the whole reader: nothing but readings and PictureErrors.

    python benchmarks/fuzz_pictures.py --count 10000

Every picture is a small one of made-up strokes, in a format that people's devices write: JPEG,
PNG, WebP, BMP, TIFF, GIF, AVIF, JPEG 2000, PDF and HEIC, the last two and TIFF and GIF also of
several pages; bytes of it are changed, cut, repeated or put in. All its pages are read, by a
process of its own for each LOT pictures: where one ends, the picture is named and the next lot
goes on. Ends with an error where one does, where a picture takes longer than SLOWEST_S of the
processor's time (it reads on one thread, and others may be at work) or a process holds more than
MOST_MB. Needs Linux and pillow-heif, which makes the HEIC files. Writes
benchmarks/results/fuzz-pictures.json.
"""

import argparse
import io
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image
from reading import RESULTS, ROOT, shown
from versions import Version

# Pictures of MAX_PIXELS at most, whatever damage makes of their size; on a busy machine.
MAX_PIXELS = 4_000_000
SLOWEST_S = 5.0
MOST_MB = 450
LOT = 500
MOST_PAGES = 20  # read of one file: a damaged GIF can have thousands of frames
PLAIN = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF", "JPEG2000")
PAGED = ("TIFF", "GIF", "PDF", "HEIC")
MODES = {
    "P": ("PNG", "GIF"),
    "RGBA": ("PNG", "WEBP"),
    "CMYK": ("JPEG", "TIFF"),
    "1": ("PNG", "TIFF"),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR", help="what reads")
    parser.add_argument("--out", type=Path, default=RESULTS / "fuzz-pictures.json")
    args = parser.parse_args()

    outcomes: Counter[str] = Counter()
    formats: Counter[str] = Counter()
    ended: list[int] = []
    slowest_s, memory_mb, number = 0.0, 0, 0
    context = multiprocessing.get_context("spawn")
    while number < args.count:
        pipe, theirs = context.Pipe()
        last = min(number + LOT, args.count)
        process = context.Process(target=fuzz, args=(theirs, args.version, args.seed, number, last))
        process.start()
        theirs.close()
        try:
            while number < last:
                format, outcome, duration_s, memory_mb_now = pipe.recv()
                formats[format] += 1
                outcomes[outcome] += 1
                slowest_s = max(slowest_s, duration_s)
                memory_mb = max(memory_mb, memory_mb_now)
                number += 1
        except EOFError:
            ended.append(number)
            number += 1
        process.join()
        record = {
            "command": " ".join(
                ["python", "benchmarks/fuzz_pictures.py", *map(shown, sys.argv[1:])]
            ),
            "pictures": number,
            "formats": dict(sorted(formats.items())),
            "outcomes": dict(outcomes),
            "processes_ended_on": ended,
            "slowest_s": round(slowest_s, 3),
            "peak_memory_mb": memory_mb,
        }
        print(json.dumps(record), flush=True)
        args.out.parent.mkdir(exist_ok=True)
        args.out.write_text(json.dumps(record, indent=1) + "\n")
    if ended or slowest_s > SLOWEST_S or memory_mb > MOST_MB:
        sys.exit(f"a process ended, or more than {SLOWEST_S} s a picture or {MOST_MB} MB")


def fuzz(pipe: Connection, version: Path, seed: int, first: int, last: int) -> None:
    """Read the pictures of a lot: each one's format, outcome, time and the memory so far."""
    digitnet = Version(version, {}).use()
    cv2.setNumThreads(1)
    reader = digitnet.Reader(threads=1)
    for number in range(first, last):
        random = np.random.default_rng([seed, number])
        format, content = picture(random)
        started = time.process_time()
        outcome = read(digitnet, reader, mutated(random, bytearray(content)), number)
        duration_s = time.process_time() - started
        memory_mb = peak_mb()
        pipe.send((format, outcome, duration_s, memory_mb))


def peak_mb() -> int:
    """Not getrusage: a process begins there with what its parent held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) // 1024


def read(digitnet: Any, reader: Any, content: bytes, number: int) -> str:
    one = bool(number % 2)
    try:
        pages = reader.read_pages(content, one=one, max_pixels=MAX_PIXELS)
        found = [page for page, _ in zip(pages, range(MOST_PAGES), strict=False)]
    except digitnet.PictureError:
        return "refused"
    return "in part" if any(isinstance(page, digitnet.PictureError) for page in found) else "read"


def picture(random: np.random.Generator) -> tuple[str, bytes]:
    """A file and its format."""
    if random.random() < 0.4:
        format = str(random.choice(PAGED))
        pages = [canvas(random).convert("L") for _ in range(int(random.integers(1, 4)))]
        return f"{format}, pages", PAGES.get(format, saved)(pages, format)
    mode = str(random.choice(["L", "RGB", *MODES]))
    format = str(random.choice(MODES.get(mode, PLAIN)))
    return format, saved([canvas(random).convert(mode)], format)


def canvas(random: np.random.Generator) -> Image.Image:
    height, width = random.integers(8, 120, 2)
    paper = np.full((height, width), random.integers(120, 256), np.uint8)
    for _ in range(random.integers(0, 5)):
        ends = random.integers(0, [width, height], (2, 2)).tolist()
        cv2.line(paper, ends[0], ends[1], int(random.integers(0, 120)), int(random.integers(1, 6)))
    return Image.fromarray(paper)


def saved(pages: list[Image.Image], format: str) -> bytes:
    buffer = io.BytesIO()
    several = {"save_all": True, "append_images": pages[1:]} if len(pages) > 1 else {}
    pages[0].save(buffer, format, **several)
    return buffer.getvalue()


def pdf(pages: list[Image.Image], format: str) -> bytes:
    buffer = io.BytesIO()
    pages[0].save(buffer, "PDF", save_all=True, append_images=pages[1:], resolution=300)
    return buffer.getvalue()


def heic(pages: list[Image.Image], format: str) -> bytes:
    import pillow_heif

    file = pillow_heif.from_pillow(pages[0])
    for page in pages[1:]:
        file.add_from_pillow(page)
    buffer = io.BytesIO()
    file.save(buffer, quality=80)
    return buffer.getvalue()


PAGES: dict[str, Callable[[list[Image.Image], str], bytes]] = {"PDF": pdf, "HEIC": heic}


def mutated(random: np.random.Generator, content: bytearray) -> bytes:
    for _ in range(random.integers(1, 6)):
        at = int(random.integers(0, max(1, len(content))))
        # Headers decide most: half of the changes are made there.
        at = min(at, int(random.integers(0, 80))) if random.random() < 0.5 else at
        match random.integers(4):
            case 0:
                content[at : at + 1] = random.bytes(1)
            case 1:
                del content[at : at + int(random.integers(1, 200))]
            case 2:
                content[at:at] = random.bytes(int(random.integers(1, 20)))
            case _:
                content[at:at] = content[at : at + int(random.integers(1, 60))]
    return bytes(content)


if __name__ == "__main__":
    main()
