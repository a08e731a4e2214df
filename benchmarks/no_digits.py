"""Made-up pictures that hold no digit, from a seed: what a reader should refuse.

This code is apart from digitnet/training/data/non_digits.py, which the network is trained on,
and draws its letters in other fonts, so that it measures pictures of kinds that training
has not seen. Letters that a person could take for a digit are left out.
"""

import functools
import importlib.util
import math
import sys
from pathlib import Path

import cv2
import numpy as np
from compose import turned
from numpy.random import Generator
from photograph import Ink, Picture, jpeg, log_uniform, photographed
from PIL import Image, ImageDraw, ImageFont

LOOK_ALIKES = "OoIliZzSsbgq"
FIRST_LETTERS = "ABCDEFGHJ"
OTHER_LETTERS = "KLMNPQRTUVWXYacdefhjkmnprtuvwxy"

# Training draws letters in these families.
_TRAINED_ON = ("DejaVu", "STIX", "cmr", "cmss", "cmtt")


@functools.cache
def font_files() -> tuple[Path, ...]:
    """Outline fonts with Latin letters on this machine that training does not use.

    Looked for among the system's fonts and those that matplotlib ships.
    """
    folders = [Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts")]
    package = importlib.util.find_spec("matplotlib")  # found, not imported
    if package is not None and package.submodule_search_locations:
        folders.append(Path(package.submodule_search_locations[0]) / "mpl-data/fonts/ttf")
    paths = [path for folder in folders for path in folder.rglob("*.[to]tf")]
    found = sorted(path for path in paths if not path.stem.startswith(_TRAINED_ON))
    fonts = tuple({path.stem: path for path in found if _has_letters(path)}.values())
    if not fonts:
        sys.exit("no fonts found to draw letters with; install fonts-liberation, say")
    return fonts


def _has_letters(path: Path) -> bool:
    """Not a font of signs: all its letters are there, and differ."""
    if any(sign in path.stem for sign in ("Symbol", "D0500", "cmsy", "cmex")):
        return False
    try:
        font = ImageFont.truetype(str(path), 40)
        letters = [bytes(font.getmask(c)) for c in FIRST_LETTERS + OTHER_LETTERS + "\uffff"]
    except OSError:
        return False
    return len(set(letters)) == len(letters) and all(map(any, letters[:-1]))


def letter(random: Generator, character: str) -> Picture:
    """A printed letter: as a clean small picture, or photographed."""
    fonts = font_files()
    font = ImageFont.truetype(str(fonts[random.integers(len(fonts))]), 160)
    image = Image.new("L", (320, 320))
    ImageDraw.Draw(image).text((160, 160), character, fill=255, font=font, anchor="mm")
    ink = turned(np.asarray(image, np.float32) / 255, random.uniform(-5, 5))
    return _seen(random, ink, clean=0.5)


def scribble(random: Generator) -> Picture:
    """One to three strokes of a hand that wanders: a path whose heading drifts and jerks."""
    canvas = np.zeros((400, 400), np.float32)
    pen = int(random.integers(4, 20))
    for _ in range(random.integers(1, 4)):
        steps = int(random.integers(120, 320))
        turning = cv2.GaussianBlur(random.normal(0, 1, (1, steps)), (0, 0), random.uniform(2, 6))
        heading = random.uniform(0, 2 * math.pi) + np.cumsum(turning[0]) * random.uniform(0.5, 1)
        heading += np.pi * np.cumsum(random.random(steps) < random.uniform(0, 0.06))  # and back
        path = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], axis=1), axis=0)
        path = (path - path.min(axis=0)) / np.ptp(path, axis=0).max()
        points = np.rint(16 * (30 + 340 * path)).astype(np.int32)
        cv2.polylines(canvas, [points], False, 1.0, pen, cv2.LINE_AA, shift=4)
    return _seen(random, turned(canvas, 0), clean=0.3)


def texture(random: Generator) -> Picture:
    """Waves, tiles, dots, clouds, blobs: pictures of anything but writing."""
    side = int(log_uniform(random, 28, 400))
    rows, columns = np.mgrid[:side, :side].astype(np.float32) / side
    angle, turns = random.uniform(0, math.pi), log_uniform(random, 1.5, 20)
    u = 2 * math.pi * turns * (rows * math.cos(angle) + columns * math.sin(angle))
    v = 2 * math.pi * turns * (columns * math.cos(angle) - rows * math.sin(angle))
    match random.integers(6):
        case 0:
            field = np.sin(u + random.uniform(0, 3) * np.sin(v / 2))
        case 1:
            field = np.sign(np.sin(u)) * np.sign(np.sin(v))
        case 2:
            field = np.cos(u) + np.cos(v) - random.uniform(-1, 1)
        case 3:  # clouds: noise of every size
            field = np.zeros((side, side))
            for octave in range(1, 6):
                noise = random.normal(0, 1, (2**octave + 1, 2**octave + 1))
                field += cv2.resize(noise, (side, side), interpolation=cv2.INTER_CUBIC) / octave
        case 4:  # overlapping discs of many greys, as objects in a room
            field = np.zeros((side, side))
            for _ in range(random.integers(3, 30)):
                centre = random.integers(0, side, 2).tolist()
                radii = (1 + random.integers(0, side // 3, 2)).tolist()
                turn = float(random.uniform(0, 180))
                cv2.ellipse(field, centre, radii, turn, 0, 360, float(random.normal()), -1)
        case _:
            field = random.normal(0, 1, (side, side))
            field = cv2.GaussianBlur(field, (0, 0), log_uniform(random, 0.3, side / 10))
    low, high = np.percentile(field, [1, 99])
    field = np.clip((field - low) / (high - low + 1e-6), 0, 1) ** log_uniform(random, 0.5, 2)
    colours = random.uniform(0, 255, (2, 3))
    return (colours[0] + field[..., None] * (colours[1] - colours[0])).astype(np.uint8)


def blank(random: Generator) -> Picture:
    """Paper with nothing on it, some of it lined; or a noisy sensor's view of nothing."""
    shape = random.integers(28, 700, 2).tolist()
    if random.random() < 0.2:
        noise = random.normal(random.uniform(0, 255), log_uniform(random, 0.5, 60), shape)
        return np.clip(noise, 0, 255).astype(np.uint8)
    return photographed(random, np.zeros(shape, np.float32), min(shape) / 4, rules=0.3)


def _seen(random: Generator, ink: Ink, *, clean: float) -> Picture:
    """The ink at some size: dark on white or light on black, else photographed."""
    scale = log_uniform(random, 24, 200) / max(ink.shape)
    size = [max(2, round(side * scale)) for side in ink.shape[::-1]]
    ink = cv2.resize(ink, size, interpolation=cv2.INTER_AREA)
    margins = (2 + random.uniform(0.05, 0.5, 4) * max(ink.shape)).astype(int).tolist()
    ink = cv2.copyMakeBorder(ink, *margins, cv2.BORDER_CONSTANT, value=0)
    if random.random() >= clean:
        return photographed(random, ink, max(size), rules=0.1)
    grey = np.rint(255 * ink).astype(np.uint8)
    grey = 255 - grey if random.random() < 0.5 else grey
    return jpeg(grey, 85) if random.random() < 0.3 else grey
