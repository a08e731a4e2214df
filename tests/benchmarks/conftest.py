"""The benchmarks are scripts beside each other: their folder goes on the path."""

import sys

import numpy as np

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

IMAGES = np.zeros((10, 28, 28), np.uint8)
for number, image in enumerate(IMAGES):  # strokes enough to be drawn: bars of many lengths
    image[4 : 10 + number, 12:15] = 255
LABELS = np.arange(10)
