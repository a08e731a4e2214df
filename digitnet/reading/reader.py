"""The whole path: a picture goes in, what is written in it comes out."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import PictureError
from digitnet.mnist_format import SIZE
from digitnet.reading.ink import find_ink
from digitnet.reading.layout import one_digit, page_lines, spaces
from digitnet.reading.network import SHIPPED_WEIGHTS, Network, Scores
from digitnet.reading.normalise import MARGIN, normalise, strip_form
from digitnet.reading.picture import MAX_PIXELS, Picture, Source, open_picture
from digitnet.reading.result import Digit, Reading, TextLine
from digitnet.reading.second_opinion import read_by_both
from digitnet.reading.segment import ALONE, Found, Look
from digitnet.reading.strokes import Stroke, Strokes, find_strokes
from digitnet.reading.touching import STEP, StripScores, TouchingNetwork

# Pictures prepared ahead, to go through the network as one batch.
_AHEAD = 64

# Log odds by which a stroke is likelier to be a digit in a line of digits, and less likely
# on a page where most is none.
_AMONG_DIGITS = 2.0
_AMONG_OTHERS = 6.0
# A thin straight stroke by itself is as often a rule or a scratch as a one.
_THIN = 4.0
_THIN_SHARE = 0.12  # of its height: its width at most


@dataclass(frozen=True, eq=False)
class Prepared:
    """A picture up to the network.

    lines: the digits, line by line.
    images: uint8 [N, 28, 28], the digits in the same order, as the network sees them.
    page: it was not said to hold exactly one digit.
    """

    picture: Picture
    strokes: Strokes
    lines: list[list[Found]]
    images: NDArray[np.uint8]
    page: bool = True

    def without_pixels(self) -> "Prepared":
        """What the network and the answer need of it: a hundredth of the memory of a page."""
        nothing = np.empty((0, self.picture.pixels.shape[1]), np.uint8)
        picture = replace(self.picture, pixels=nothing)
        strokes = Strokes(nothing.astype(np.float32), nothing.astype(np.int32), [])
        return replace(self, picture=picture, strokes=strokes)


class Reader:
    """Loads the network once and reads many pictures. Safe to share between threads."""

    def __init__(self, weights: Path | str = SHIPPED_WEIGHTS, *, threads: int = 0):
        """weights: a file that `digitnet export` wrote. threads: the network's, 0 for one a core,
        and those that prepare many pictures, 0 for two.

        Raises:
            WeightsError: no such file, or not one of ours.
        """
        self.network = Network(Path(weights), threads=threads)
        self._threads = threads

    @cached_property
    def touching(self) -> TouchingNetwork:
        """The second network, loaded when digits first seem to touch."""
        return TouchingNetwork(threads=self._threads)

    def read(self, source: Source, *, one: bool = False, max_pixels: int = MAX_PIXELS) -> Reading:
        """Read one picture: a path, bytes, a file object, a PIL image or a NumPy array.

        one: it holds exactly one digit. max_pixels: larger pictures are refused.

        Raises:
            PictureError: it cannot be decoded.
        """
        return self.reading(self.prepare(source, one=one, max_pixels=max_pixels))

    def reading(self, prepared: Prepared) -> Reading:
        """What the network makes of a picture that `prepare` has prepared."""
        return _reading(prepared, self._scores(prepared.images))

    def read_many(
        self, sources: Iterable[Source], *, one: bool = False, max_pixels: int = MAX_PIXELS
    ) -> Iterator[tuple[Source, Reading | PictureError]]:
        """Read pictures in the order given, in bounded memory however many there are.

        Yields each source with its Reading, or with the error where it cannot be read.
        """
        attempt = partial(self._attempt, one=one, max_pixels=max_pixels)
        remaining = iter(sources)
        pool = ThreadPoolExecutor(self._threads or 2)
        # While the network looks at some pictures, the next are prepared.
        begun: deque[tuple[list[Source], list[Future[Prepared | PictureError]]]] = deque()
        try:
            while True:
                while len(begun) < 2 and (some := list(islice(remaining, _AHEAD))):
                    begun.append((some, [pool.submit(attempt, source) for source in some]))
                if not begun:
                    return
                some, futures = begun.popleft()
                yield from self._readings(some, [future.result() for future in futures])
        finally:  # who asks for no more waits for none but the one under way
            pool.shutdown(cancel_futures=True)

    def _readings(
        self, sources: list[Source], attempts: list[Prepared | PictureError]
    ) -> Iterator[tuple[Source, Reading | PictureError]]:
        """Pictures that were prepared, through the network as one batch."""
        good = [attempt for attempt in attempts if isinstance(attempt, Prepared)]
        images = [prepared.images for prepared in good] or [np.zeros((0, SIZE, SIZE), np.uint8)]
        scores = self._scores(np.concatenate(images))
        start = 0
        for source, prepared in zip(sources, attempts, strict=True):
            if isinstance(prepared, PictureError):
                yield source, prepared
                continue
            end = start + len(prepared.images)
            yield source, _reading(prepared, scores[start:end])
            start = end

    def prepare(
        self, source: Source, *, one: bool = False, max_pixels: int = MAX_PIXELS
    ) -> Prepared:
        """All stages up to the last pass of the network, for those who want to see them.

        Raises:
            PictureError: the picture cannot be decoded.
        """
        picture = open_picture(source, max_pixels=max_pixels)
        strokes = find_strokes(find_ink(picture.pixels))

        seen = _Seen(self.network, strokes)
        look = Look(digits=seen.scores, strips=lambda some: self._strips(strokes, some))
        lines = one_digit(strokes, look) if one else page_lines(strokes, look)
        images = seen.images([found.stroke for line in lines for found in line])
        return Prepared(picture, strokes, lines, images, page=not one)

    def _scores(self, images: NDArray[np.uint8]) -> Scores:
        return read_by_both(self.network, lambda strips: self.touching(strips), images)

    def _strips(self, strokes: Strokes, some: list[Stroke]) -> list[StripScores]:
        forms = [strip_form(*strokes.crop(stroke)) for stroke in some]
        return [
            StripScores(log_probs, stroke.left - MARGIN / scale, scale / STEP)
            for stroke, (_, scale), log_probs in zip(
                some, forms, self.touching([form for form, _ in forms]), strict=True
            )
        ]

    def _attempt(self, source: Source, *, one: bool, max_pixels: int) -> Prepared | PictureError:
        try:
            return self.prepare(source, one=one, max_pixels=max_pixels).without_pixels()
        except PictureError as error:
            return error


class _Seen:
    """A picture's strokes, each prepared and looked at by the network once."""

    def __init__(self, network: Network, strokes: Strokes):
        self._network, self._strokes = network, strokes
        self._images: dict[tuple[int, ...], NDArray[np.uint8]] = {}
        self._scores: dict[tuple[int, ...], Scores] = {}

    def images(self, some: list[Stroke]) -> NDArray[np.uint8]:
        """uint8 [N, 28, 28]: each stroke in the form of MNIST."""
        for stroke in some:
            if stroke.labels not in self._images:
                self._images[stroke.labels] = normalise(*self._strokes.crop(stroke))
        images = [self._images[stroke.labels] for stroke in some]
        return np.array(images, np.uint8).reshape(-1, SIZE, SIZE)

    def scores(self, some: list[Stroke]) -> Scores:
        """What the network says of each stroke as one digit."""
        new = [stroke for stroke in some if stroke.labels not in self._scores]
        found = self._network(self.images(new))
        for index, stroke in enumerate(new):
            self._scores[stroke.labels] = found[index : index + 1]
        every = [self._scores[stroke.labels] for stroke in some]
        return Scores(
            np.array([scores.probabilities[0] for scores in every]).reshape(-1, 10),
            np.array([scores.evidence[0] for scores in every]),
        )


def _reading(prepared: Prepared, scores: Scores) -> Reading:
    picture = prepared.picture
    lines = []
    start = 0
    page_share = float((scores.evidence > 0).mean()) if len(scores.evidence) else 0.0
    for line in prepared.lines:
        end = start + len(line)
        evidence = scores.evidence[start:end]
        wanted = _odds_wanted(evidence, page_share, len(scores.evidence))
        thin = np.array([f.stroke.width < _THIN_SHARE * f.stroke.height for f in line])
        alone = prepared.page and wanted >= 0
        accepted = evidence > wanted + (_THIN * thin if alone else 0)
        shares = _shares(scores.probabilities[start:end], line).tolist()
        digits = tuple(
            Digit(picture.own_box(found.stroke.box), bool(yes), tuple(share))
            for found, yes, share in zip(line, accepted, shares, strict=True)
        )
        lines.append(TextLine(digits, spaces([found.stroke for found in line])))
        start = end
    return Reading(tuple(lines), picture.width, picture.height)


def _shares(probabilities: NDArray[np.float32], line: list[Found]) -> NDArray[np.float32]:
    """Probabilities of each digit, by both networks where it was cut: float32 [N, 10]."""
    shares = probabilities.copy()
    for share, found in zip(shares, line, strict=True):
        if found.in_strip.any():
            log = ALONE * np.log(np.maximum(share, 1e-6)) + found.in_strip[:10]
            share[:] = np.exp(log - np.logaddexp.reduce(log))
    return shares


def _odds_wanted(evidence: NDArray[np.float32], page_share: float, page_count: int) -> float:
    """What evidence makes a stroke of this line pass for a digit.

    evidence: of the line's strokes. page_share: of all `page_count` strokes, how many pass
    by themselves. Company counts: a doubtful stroke among digits is likely one, and what
    looks like a digit among many that do not is likely a letter or a pattern.
    """
    if len(evidence) >= 3 and (evidence > 0).mean() > 0.6:
        return -_AMONG_DIGITS
    if page_count >= 3 and page_share < 0.5:
        return _AMONG_OTHERS
    return 0.0
