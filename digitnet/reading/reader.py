"""The whole path: a picture goes in, what is written in it comes out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, Unpack, overload

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import PictureError
from digitnet.mnist_format import SIZE
from digitnet.reading.accept import ACCEPTED, calibrated, considered, printed
from digitnet.reading.expected import Expected, answers
from digitnet.reading.files.source import Source, open_pages, open_picture
from digitnet.reading.finder import NO_MARKS, SHIPPED_FINDER, Finder, Marks
from digitnet.reading.inspection import Inspection as Inspection
from digitnet.reading.inspection import image_of
from digitnet.reading.lines import find_lines, quarter_turns, spaces, surely_read
from digitnet.reading.look import look
from digitnet.reading.merge import merge, wholes
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.reading.picture import Picture
from digitnet.reading.pool.many import in_order, pages_of, several
from digitnet.reading.pool.options import Options, looking, opening
from digitnet.reading.possible import possible
from digitnet.reading.result import Digit, Reading, TextLine
from digitnet.reading.single import (
    FINDER_WEIGHT,
    IN_FORM_WEIGHT,
    SURE,
    TAUGHT_WEIGHT,
    around,
    both,
    candidates,
    in_mnist_form,
    other_digits,
)
from digitnet.reading.taught import Taught

Source_ = TypeVar("Source_", bound=Source)
Path_ = TypeVar("Path_", str, Path, bytes, BinaryIO)


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
        self._made_again = partial(Reader, weights, finder=finder, taught=taught, threads=threads)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled as what it was made of: the networks are loaded anew."""
        return self._made_again, ()

    def read(
        self, source: Source, *, page: int | None = None, **options: Unpack[Options]
    ) -> Reading:
        """Read one picture: a path, bytes, a file object, a PIL image or a NumPy array.

        page: which, from 1, where its file has several. options: what `Options` has.

        Raises:
            PictureError: it cannot be decoded, or has several pages and none is named.
        """
        return self.inspect(source, page=page, **options).reading

    def read_pages(
        self, source: Source, *, first: int = 1, **options: Unpack[Options]
    ) -> Iterator[Reading | PictureError]:
        """Read the pages of a file, from the `first` on: a PDF's, a TIFF's, a GIF's frames.

        Yields the Reading of each, or the error where a page cannot be read.

        Raises:
            PictureError: the file cannot be opened.
        """
        for seen in self.inspect_pages(source, first=first, **options):
            yield seen if isinstance(seen, PictureError) else seen.reading

    def inspect_pages(
        self, source: Source, *, first: int = 1, **options: Unpack[Options]
    ) -> Iterator[Inspection | PictureError]:
        """The same, with what the readings were made from."""
        with open_pages(source, **opening(options)) as pages:
            for page in range(first, len(pages) + 1):
                try:
                    picture = pages.picture(page)
                except PictureError as error:
                    yield error
                else:
                    yield self.inspect_picture(picture, **looking(options))

    @overload
    def read_many(
        self, sources: Path_, **options: Unpack[Options]
    ) -> Iterator[tuple[Path_, Reading | PictureError]]: ...
    @overload
    def read_many(
        self, sources: Iterable[Source_], **options: Unpack[Options]
    ) -> Iterator[tuple[Source_, Reading | PictureError]]: ...
    def read_many(
        self, sources: Any, **options: Unpack[Options]
    ) -> Iterator[tuple[Any, Reading | PictureError]]:
        """Read pictures in the order given, in bounded memory however many there are.

        sources: several of what `read` takes, or the path of a folder, whose pictures are read.
        options: as for `read`.

        Yields each source with its Reading, or with the error where it cannot be read; a source
        of several pages once for each.
        """
        attempt = partial(pages_of, self, options)
        for source, results in in_order(attempt, several(sources), self._threads or 2):
            for result in results:
                yield source, result

    def inspect(
        self, source: Source, *, page: int | None = None, **options: Unpack[Options]
    ) -> Inspection:
        """Read one picture as `read` does, and keep what the reading was made from.

        Raises:
            PictureError: the picture cannot be decoded, or has several pages and none is named.
        """
        picture = open_picture(source, page=page, **opening(options))
        return self.inspect_picture(picture, **looking(options))

    def inspect_picture(
        self, picture: Picture, *, one: bool = False, expected: Expected | None = None
    ) -> Inspection:
        """The same of a picture that is decoded."""
        pixels = picture.pixels
        grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        if one and in_mnist_form(grey) and not self.finder.taught:
            seen = self._in_mnist_form(picture, grey)
            found = seen.marks
        elif one:
            found = merge(wholes(look(self.finder, grey)))
            seen = self._single(picture, grey, found)
        else:
            found = merge(look(self.finder, grey))
            seen = self._page(picture, grey, found)
        if expected is None:
            return seen
        if seen.reading.turned:  # what was found, was found before
            found = merge(look(self.finder, seen.grey))
        lines = possible(seen.reading, seen.boxes, found, self.finder.metadata, one=one)
        return replace(seen, reading=replace(seen.reading, answers=answers(expected, lines)))

    def _page(self, picture: Picture, grey: NDArray[np.uint8], marks: Marks) -> Inspection:
        turned = quarter_turns(marks)
        if turned:
            upright = np.ascontiguousarray(np.rot90(grey, -turned))
            again = merge(look(self.finder, upright))
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
        reading = _reading(picture, lines, turned=90 * turned)
        return Inspection(picture, grey, marks, boxes, "finder", reading)

    def _in_mnist_form(self, picture: Picture, grey: NDArray[np.uint8]) -> Inspection:
        """A digit as the 28x28 network knows it: the finder is asked where that is not sure."""
        own, found, networks = self.network(grey[None]), NO_MARKS, "digitnet"
        shares = own.shares[0]
        if shares.max() < SURE:
            found = candidates(grey, merge(wholes(look(self.finder, grey))))
        if len(found):
            shares, networks = both(found[:1], own, IN_FORM_WEIGHT)[0], "both"
        confidence = float(calibrated(shares.max(), self.finder.metadata, "in_form"))
        box = np.array([SIZE / 2, SIZE / 2, SIZE, SIZE])
        line = TextLine((_digit(picture, grey, box, shares, confidence, 0),))
        return Inspection(picture, grey, found, box[None], networks, _reading(picture, (line,)))

    def _single(self, picture: Picture, grey: NDArray[np.uint8], found: Marks) -> Inspection:
        """A picture that holds one digit."""
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
                box, shares = around(marks.boxes[[0, *others]]), np.zeros(10)
                warning = f"{1 + len(others)} digits in it, expected one; read it as a page"
        else:
            networks = "digitnet"
            shares = own.shares[0]
        lines: tuple[TextLine, ...] = ()
        if image.any() or len(marks):
            confidence = float(calibrated(shares.max(), self.finder.metadata, "one"))
            lines = (TextLine((_digit(picture, grey, box, shares, confidence, 0),)),)
        reading = _reading(picture, lines, warning=warning)
        return Inspection(picture, grey, marks, box[None][: len(lines)], networks, reading)


def _reading(
    picture: Picture, lines: tuple[TextLine, ...], *, turned: int = 0, warning: str = ""
) -> Reading:
    return Reading(
        lines, picture.width, picture.height, turned, warning, picture.page, picture.pages
    )


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
