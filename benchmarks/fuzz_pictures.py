"""Damaged pictures through the whole reader: nothing but a Reading or a PictureError.

    python benchmarks/fuzz_pictures.py --count 10000

Every picture is a small one of made-up strokes in one of six formats, with bytes changed,
cut, repeated or put in. Ends with an error where one takes longer than SLOWEST_S or the
process more than MOST_MB. Writes benchmarks/results/fuzz-pictures.json.
"""

import argparse
import io
import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from reading import RESULTS, ROOT, shown
from versions import Version

# Pictures of MAX_PIXELS at most, whatever damage makes of their size; on a busy machine.
MAX_PIXELS = 4_000_000
SLOWEST_S = 2.0
MOST_MB = 400
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR", help="what reads")
    args = parser.parse_args()

    digitnet = Version(args.version, {}).use()
    random = np.random.default_rng(args.seed)
    reader = digitnet.Reader(threads=1)
    outcomes: Counter[str] = Counter()
    slowest_s = 0.0
    for number in range(args.count):
        content = mutated(random, picture(random))
        started = time.perf_counter()
        try:
            reader.read(content, one=bool(number % 2), max_pixels=MAX_PIXELS)
            outcomes["read"] += 1
        except digitnet.PictureError:
            outcomes["refused"] += 1
        slowest_s = max(slowest_s, time.perf_counter() - started)
    record = {
        "command": " ".join(["python", "benchmarks/fuzz_pictures.py", *map(shown, sys.argv[1:])]),
        "outcomes": dict(outcomes),
        "slowest_s": round(slowest_s, 3),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(record))
    if args.count >= 10_000:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "fuzz-pictures.json").write_text(json.dumps(record, indent=1) + "\n")
    if slowest_s > SLOWEST_S or record["peak_memory_mb"] > MOST_MB:
        sys.exit(f"more than {SLOWEST_S} s a picture or {MOST_MB} MB")


def picture(random: np.random.Generator) -> bytearray:
    height, width = random.integers(8, 120, 2)
    canvas = np.full((height, width), random.integers(120, 256), np.uint8)
    for _ in range(random.integers(0, 5)):
        ends = random.integers(0, [width, height], (2, 2)).tolist()
        cv2.line(canvas, ends[0], ends[1], int(random.integers(0, 120)), int(random.integers(1, 6)))
    mode = str(random.choice(["L", "RGB", "P", "1", "RGBA", "CMYK"]))
    formats = {"P": ["PNG", "GIF"], "RGBA": ["PNG", "WEBP"], "CMYK": ["JPEG", "TIFF"]}
    format = str(random.choice(formats.get(mode, ["PNG", "BMP", "TIFF"])))
    if mode in ("L", "RGB"):
        format = str(random.choice(FORMATS))
    buffer = io.BytesIO()
    Image.fromarray(canvas).convert(mode).save(buffer, format)
    return bytearray(buffer.getvalue())


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
