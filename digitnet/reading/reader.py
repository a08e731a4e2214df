"""The whole path: a picture goes in, what is written in it comes out."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, Unpack, overload

import cv2

from digitnet.errors import PictureError
from digitnet.reading.expected import Expected, answers
from digitnet.reading.files.source import Source, open_pages, open_picture
from digitnet.reading.finder import SHIPPED_FINDER, Finder
from digitnet.reading.inspection import Inspection as Inspection
from digitnet.reading.many import all_pages, in_order, several
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.reading.one import read_one
from digitnet.reading.options import Options, looking, opening
from digitnet.reading.page import read_page
from digitnet.reading.picture import Picture
from digitnet.reading.possible import possible
from digitnet.reading.result import Reading
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
        threads: the finder's, 0 for one a core, and those that prepare many pictures, 0 for two.

        Raises:
            WeightsError: no such file, not one of ours, or taught to other weights.
        """
        if isinstance(taught, Path | str):
            taught = Taught.load(Path(taught))
        self.network = Network(Path(weights))
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
        self, source: Source, **options: Unpack[Options]
    ) -> Iterator[Reading | PictureError]:
        """Read the pages of a file: a PDF's, a TIFF's, a GIF's frames.

        Yields the Reading of each, or the error where a page cannot be read.

        Raises:
            PictureError: the file cannot be opened.
        """
        with open_pages(source, **opening(options)) as pages:
            for page in range(1, len(pages) + 1):
                try:
                    picture = pages.picture(page)
                except PictureError as error:
                    yield error
                else:
                    yield self.inspect_picture(picture, **looking(options)).reading

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
        attempt = partial(all_pages, partial(self.read_pages, **options))
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
        try:
            picture = open_picture(source, page=page, **opening(options))
        except PictureError as error:
            if isinstance(source, str | os.PathLike):
                error.add_note(f"of the picture {os.fspath(source)}")
            raise
        return self.inspect_picture(picture, **looking(options))

    def inspect_picture(
        self, picture: Picture, *, one: bool = False, expected: Expected | None = None
    ) -> Inspection:
        """The same of a picture that is decoded."""
        pixels = picture.pixels
        grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
        if one:
            seen, found = read_one(self.finder, self.network, picture, grey)
        else:
            seen, found = read_page(self.finder, picture, grey)
        if expected is None:
            return seen
        lines = possible(seen.reading, seen.boxes, found, self.finder.metadata, one=one)
        chosen = answers(expected, lines, faint=not seen.reading.lines)
        warning = "" if chosen else seen.reading.warning
        return replace(seen, reading=replace(seen.reading, answers=chosen, warning=warning))
