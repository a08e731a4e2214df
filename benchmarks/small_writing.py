"""Small writing on much paper, long strips, digits in rings: how many digits are read.

    python benchmarks/small_writing.py --baseline ../digitnet-before

Numbers of MNIST's test digits on plain paper, so that only their size, the paper around them
and the ring count. DIGITNET_DATA names MNIST's folder. Writes
benchmarks/results/small-writing.json.
"""

import argparse
import difflib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from mnist import Digits, test_digits
from numpy.random import Generator
from numpy.typing import NDArray
from reading import RESULTS, ROOT, environment, shown

SEED, PICTURES = 21, 6
PAPER, INK = 235, 0.8
CANVASES = ((1000, 560), (1920, 1080), (2560, 1440), (3840, 2160))  # width, height
HEIGHTS = (16, 20, 24, 30)  # of the digits, pixels
STRIPS = (30, 60, 120)  # lines of digits 40 pixels high, 720 wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="a checkout to compare with")
    parser.add_argument("--out", type=Path, default=RESULTS / "small-writing.json")
    parser.add_argument("--measure", type=Path, metavar="DIR", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        sys.path.insert(0, str(args.measure))
        print(json.dumps(measured()))
        return
    versions = {"measured": ROOT} | ({"baseline": args.baseline} if args.baseline else {})
    record = {
        "command": " ".join(["python", "benchmarks/small_writing.py", *map(shown, sys.argv[1:])]),
        "environment": environment(),
        "seed": SEED,
        "pictures": PICTURES,
        **{name: in_process(checkout) for name, checkout in versions.items()},
    }
    args.out.write_text(json.dumps(record, indent=1) + "\n")
    for kind, (right, digits) in record["measured"].items():
        before = record.get("baseline", {}).get(kind, ("", ""))[0]
        print(f"{kind:32} {digits:5} digits  {right:5} right  {before:5} before")


def in_process(checkout: Path) -> dict[str, list[int]]:
    """What the digitnet of a checkout reads: right digits and all, of each kind."""
    argv = [sys.executable, __file__, "--measure", str(checkout)]
    ended = subprocess.run(
        argv, stdout=subprocess.PIPE, check=True, env=os.environ | {"PYTHONPATH": str(checkout)}
    )
    found: dict[str, list[int]] = json.loads(ended.stdout)
    return found


def measured() -> dict[str, list[int]]:
    from digitnet.reading import Reader

    reader, digits = Reader(threads=1), test_digits()
    found: dict[str, list[int]] = {}
    for kind, picture, answer in pictures(digits):
        text = reader.read(picture).text.replace(" ", "")
        match = difflib.SequenceMatcher(None, answer, text, autojunk=False)
        blocks = match.get_matching_blocks()
        right = sum(len(answer[a : a + size].replace("\n", "")) for a, _, size in blocks)
        both = found.setdefault(kind, [0, 0])
        both[0] += right
        both[1] += len(answer.replace("\n", ""))
    return found


def pictures(digits: Digits) -> Iterator[tuple[str, NDArray[np.uint8], str]]:
    """Each with its kind and what is written: uint8 [H, W]."""
    for index in range(PICTURES):
        random = np.random.default_rng([SEED, index])
        for width, height in CANVASES:
            for tall in HEIGHTS:
                kind = f"{tall} pixels on {width}x{height}"
                yield kind, *sheet(random, digits, (width, height), tall)
        for lines in STRIPS[: 1 + index]:
            yield f"a strip of {lines} lines", *strip(random, digits, lines)
        for _ in range(4):
            yield "one digit in a ring", *ringed(random, digits)


def number(random: Generator, digits: Digits, tall: int) -> tuple[NDArray[np.uint8], str]:
    """Three to six digits: ink uint8 [tall, w], 255 where inked."""
    images, labels = digits
    chosen = random.integers(0, len(images), random.integers(3, 7))
    parts = []
    for image in images[chosen]:
        columns = np.flatnonzero(image.max(axis=0) > 60)
        parts += [image[4:24, columns[0] : columns[-1] + 1], np.zeros((20, 4), np.uint8)]
    ink = np.hstack(parts[:-1])
    size = round(ink.shape[1] * tall / 20), tall
    method = cv2.INTER_AREA if tall < 20 else cv2.INTER_CUBIC
    return cv2.resize(ink, size, interpolation=method), "".join(map(str, labels[chosen]))


def sheet(
    random: Generator, digits: Digits, size: tuple[int, int], tall: int
) -> tuple[NDArray[np.uint8], str]:
    """Six numbers below each other, somewhere on a sheet."""
    width, height = size
    ink = np.zeros((height, width), np.uint8)
    left = int(random.integers(20, width - 8 * tall))
    top = int(random.integers(20, height - 12 * tall))
    answers = []
    for line in range(6):
        drawn, answer = number(random, digits, tall)
        place = ink[top + 2 * tall * line :, left:][:tall, : drawn.shape[1]]
        np.maximum(place, drawn, out=place)
        answers.append(answer)
    return on_paper(ink), "\n".join(answers)


def strip(random: Generator, digits: Digits, lines: int) -> tuple[NDArray[np.uint8], str]:
    ink = np.zeros((40 + 88 * lines, 720), np.uint8)
    answers = []
    for line in range(lines):
        drawn, answer = number(random, digits, 40)
        ink[20 + 88 * line :, 60 + int(random.integers(200)) :][:40, : drawn.shape[1]] = drawn
        answers.append(answer)
    return on_paper(ink), "\n".join(answers)


def ringed(random: Generator, digits: Digits) -> tuple[NDArray[np.uint8], str]:
    """A digit from 2 to 9 in an ellipse, as a teacher draws it, and a number below."""
    images, labels = digits
    which = int(random.choice(np.flatnonzero(labels > 1)))
    ink = np.zeros((300, 420), np.uint8)
    ink[40:96, 60:116] = cv2.resize(images[which], (56, 56), interpolation=cv2.INTER_CUBIC)
    axes = int(random.integers(34, 42)), int(random.integers(38, 46))
    cv2.ellipse(ink, (88, 68), axes, random.normal(0, 10), 0, 360, 230, 3, cv2.LINE_AA)
    drawn, answer = number(random, digits, 40)
    ink[180:220, 60 : 60 + drawn.shape[1]] = drawn
    return on_paper(ink), f"{labels[which]}\n{answer}"


def on_paper(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return (PAPER * (1 - INK * ink.astype(np.float32) / 255)).round().astype(np.uint8)


if __name__ == "__main__":
    main()
