"""The whole path: a picture goes in, what is written in it comes out."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import PictureError
from digitnet.mnist_format import SIZE
from digitnet.reading.accept import ACCEPTED, calibrated, considered, printed
from digitnet.reading.crop import cut_out
from digitnet.reading.finder import SHIPPED_FINDER, Finder, Marks
from digitnet.reading.lines import find_lines, quarter_turns, spaces, surely_read
from digitnet.reading.merge import merge, wholes
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.reading.normalise import normalise
from digitnet.reading.picture import MAX_PIXELS, Picture, Source, open_picture
from digitnet.reading.pyramid import pyramid
from digitnet.reading.result import Digit, Reading, TextLine
from digitnet.reading.single import (
    FINDER_WEIGHT,
    TAUGHT_WEIGHT,
    both,
    candidates,
    in_mnist_form,
    other_digits,
)
from digitnet.reading.taught import Taught

_AHEAD = 64  # pictures that are read, or wait for a thread, before their turn to be given


@dataclass(frozen=True, eq=False)
class Inspection:
    """A reading, and what it was made from.

    grey: uint8 [h, w], the picture as it was read, turned upright.
    marks: what was found, faint guesses left out, pixels of `grey`.
    boxes: float32 [N, 4], middle x, y, width, height of the reading's digits, pixels of `grey`.
    networks: which answered: "finder", "digitnet" or "both".
    """

    picture: Picture
    grey: NDArray[np.uint8]
    marks: Marks
    boxes: NDArray[np.float32]
    networks: str
    reading: Reading

    @cached_property
    def images(self) -> NDArray[np.uint8]:
        """uint8 [N, 28, 28]: each digit as the 28x28 network sees it."""
        images = [image_of(self.grey, box) for box in self.boxes]
        return np.array(images, np.uint8).reshape(-1, SIZE, SIZE)

    def crop(self, box: NDArray[np.floating]) -> NDArray[np.uint8]:
        """The pixels in a box of `grey`: uint8 [h, w]."""
        x, y, width, height = (float(value) for value in box)
        rows = slice(max(0, round(y - height / 2)), max(1, round(y + height / 2)))
        columns = slice(max(0, round(x - width / 2)), max(1, round(x + width / 2)))
        return self.grey[rows, columns]


class Reader:
    """Loads the networks once and reads many pictures. Safe to share between threads."""

    def __init__(
        self,
        weights: Path | str = SHIPPED_WEIGHTS,
        *,
        finder: Path | str = SHIPPED_FINDER,
        taught: Taught | Path | str | None = None,
        threads: int = 0,
    ):
        """weights: of the 28x28 network, a file that `digitnet export` wrote. finder: of the
        network that finds digits. taught: a person's hand, a file that `digitnet teach` wrote.
        threads: the networks', 0 for one a core, and those that prepare many pictures, 0 for two.

        Raises:
            WeightsError: no such file, not one of ours, or taught to other weights.
        """
        if isinstance(taught, Path | str):
            taught = Taught.load(Path(taught))
        self.network = Network(Path(weights), threads=threads)
        self.finder = Finder(Path(finder), taught=taught, threads=threads)
        self._threads = threads

    def read(self, source: Source, *, one: bool = False, max_pixels: int = MAX_PIXELS) -> Reading:
        """Read one picture: a path, bytes, a file object, a PIL image or a NumPy array.

        one: it holds exactly one digit. max_pixels: larger pictures are refused.

        Raises:
            PictureError: it cannot be decoded.
        """
        return self.inspect(source, one=one, max_pixels=max_pixels).reading

    def inspect(
        self, source: Source, *, one: bool = False, max_pixels: int = MAX_PIXELS
    ) -> Inspection:
        """Read one picture, and keep what the reading was made from.

        Raises:
            PictureError: the picture cannot be decoded.
        """
        picture = open_picture(source, max_pixels=max_pixels)
        pixels = picture.pixels
        grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        if one and in_mnist_form(grey) and not self.finder.taught:
            return self._single(picture, grey, self.finder([]))
        found = self.finder(pyramid(grey))
        if one:
            return self._single(picture, grey, merge(wholes(found)))
        return self._page(picture, grey, merge(found))

    def read_many(
        self, sources: Iterable[Source], *, one: bool = False, max_pixels: int = MAX_PIXELS
    ) -> Iterator[tuple[Source, Reading | PictureError]]:
        """Read pictures in the order given, in bounded memory however many there are.

        Yields each source with its Reading, or with the error where it cannot be read.
        """
        attempt = partial(self._attempt, one=one, max_pixels=max_pixels)
        remaining = iter(sources)
        pool = ThreadPoolExecutor(self._threads or 2)
        begun: deque[tuple[Source, Future[Reading | PictureError]]] = deque()
        try:
            while True:
                for source in islice(remaining, _AHEAD - len(begun)):
                    begun.append((source, pool.submit(attempt, source)))
                if not begun:
                    return
                source, future = begun.popleft()
                yield source, future.result()
        finally:  # who asks for no more waits for none but those under way
            pool.shutdown(cancel_futures=True)

    def _attempt(self, source: Source, *, one: bool, max_pixels: int) -> Reading | PictureError:
        try:
            return self.read(source, one=one, max_pixels=max_pixels)
        except PictureError as error:
            return error

    def _page(self, picture: Picture, grey: NDArray[np.uint8], marks: Marks) -> Inspection:
        turned = quarter_turns(marks)
        if turned:
            upright = np.ascontiguousarray(np.rot90(grey, -turned))
            again = merge(self.finder(pyramid(upright)))
            # Few marks may mislead: the page is read both ways, and the surer reading stays.
            if surely_read(again) > surely_read(marks):
                grey, marks = upright, again
            else:
                turned = 0
        shares = marks.digits
        confidence = calibrated(shares.max(axis=1, initial=0), self.finder.metadata)
        chosen = considered(marks, confidence, grey.shape)
        marks, shares, confidence = marks[chosen], shares[chosen], confidence[chosen]
        kept = printed(marks, confidence, find_lines(marks.boxes))
        lines = tuple(
            TextLine(
                tuple(
                    _digit(picture, grey, marks.boxes[m], shares[m], confidence[m], turned)
                    for m in line
                ),
                spaces(marks.boxes[line]),
            )
            for line in kept
        )
        boxes = marks.boxes[[mark for line in kept for mark in line]]
        reading = Reading(lines, picture.width, picture.height, 90 * turned)
        return Inspection(picture, grey, marks, boxes, "finder", reading)

    def _single(self, picture: Picture, grey: NDArray[np.uint8], found: Marks) -> Inspection:
        """A picture that holds one digit; the finder is not asked where it has MNIST's form."""
        marks, warning = candidates(grey, found), ""
        height, width = grey.shape
        box = marks.boxes[0] if len(marks) else np.array([width / 2, height / 2, width, height])
        image = image_of(grey, box)
        own = self.network(image[None])
        if len(marks):
            share = FINDER_WEIGHT if self.finder.taught is None else TAUGHT_WEIGHT
            networks = "both"
            shares = both(marks[:1], own, share)[0]
            others = other_digits(marks)
            if len(others):
                box, shares = _around(marks.boxes[[0, *others]]), np.zeros(10)
                warning = f"{1 + len(others)} digits in it, expected one; read it as a page"
        else:
            networks = "digitnet"
            shares = own.probabilities[0] / (1 + np.exp(-own.evidence[0]))
        lines: tuple[TextLine, ...] = ()
        if image.any() or len(marks):
            # What the finder was shown is judged by curves that were fitted with it.
            alone = in_mnist_form(grey) and not self.finder.taught
            asked = self.network if alone else self.finder
            confidence = float(calibrated(shares.max(), asked.metadata, "one"))
            lines = (TextLine((_digit(picture, grey, box, shares, confidence, 0),)),)
        reading = Reading(lines, picture.width, picture.height, 0, warning)
        return Inspection(picture, grey, marks, box[None][: len(lines)], networks, reading)


def image_of(grey: NDArray[np.uint8], box: NDArray[np.floating]) -> NDArray[np.uint8]:
    """uint8 [28, 28]: the digit in a box as the 28x28 network knows it; zeros without ink."""
    if in_mnist_form(grey):
        return grey
    cut = cut_out(grey, box)
    return normalise(*cut) if cut else np.zeros((SIZE, SIZE), np.uint8)


def _around(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    low = (boxes[:, :2] - boxes[:, 2:] / 2).min(axis=0)
    high = (boxes[:, :2] + boxes[:, 2:] / 2).max(axis=0)
    return np.concatenate([(low + high) / 2, high - low])


def _digit(
    picture: Picture,
    grey: NDArray[np.uint8],
    box: NDArray[np.floating],
    shares: NDArray[np.floating],
    confidence: float,
    turned: int,
) -> Digit:
    """shares: [10], how surely it is each digit. turned: quarters by which `grey` was not."""
    x, y, width, height = (float(value) for value in box)
    rows, columns = grey.shape
    for _ in range(turned):  # a quarter counter-clockwise, back to the picture as it came
        x, y, width, height = y, columns - x, height, width
        rows, columns = columns, rows
    left, top = max(0.0, x - width / 2), max(0.0, y - height / 2)
    right, bottom = min(columns, x + width / 2), min(rows, y + height / 2)
    total = float(shares.sum())
    probabilities = shares / total if total > 0 else np.full(10, 0.1)
    return Digit(
        picture.own_box((left, top, right - left, bottom - top)),
        bool(confidence >= ACCEPTED),
        tuple(probabilities.tolist()),
        float(confidence),
    )
