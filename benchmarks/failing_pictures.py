"""What still fails: made-up pictures of each kind that are read wrong, with what was read.

    python benchmarks/failing_pictures.py

Takes the first failures of each kind in the benchmark's own order. Writes docs/fails.png.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from textwrap import wrap

import numpy as np
from cases import rows
from PIL import Image, ImageDraw, ImageFont
from row import Case, Folders
from scores import aligned

from digitnet.reading import Reader
from digitnet.reading.result import TextLine

ROOT = Path(__file__).parents[1]
SIDE = (260, 120)  # pixels of one picture
TEXT = 50  # pixels of height below it
COLUMNS = 4
LETTERS = 38  # in a line of it
NAMES = {"table": "on a table"}
MOST = 160  # cases of a row that are looked at
_SIGN = "?"

Failure = tuple[str, Image.Image, str]


def main() -> None:
    reader = Reader()
    every = {row.name: row for row in rows(Folders(Path("photos"), Path("hands")), kept_aside=True)}
    found: list[Failure] = []
    for name, kinds in (
        ("composed pages", ("plain", "form", "signs", "table")),
        ("no digits", ("scribbles", "textures")),
    ):
        cases = [case for i in range(MOST) if (case := every[name].make(i))]
        for kind in kinds:
            mine = (
                failure for case in cases if case.source == kind for failure in fails(reader, case)
            )
            found += islice(mine, COLUMNS if name == "composed pages" else COLUMNS // 2)
    sheet(found).save(ROOT / "docs" / "fails.png", optimize=True)


def fails(reader: Reader, case: Case) -> Iterator[Failure]:
    """The lines of a picture that are read wrong, or the picture where it should be empty."""
    reading = reader.read(case.picture, one=case.one)
    image = Image.fromarray(np.asarray(case.picture)).convert("RGB")
    if not case.answer:
        if reading.text.strip(_SIGN):
            yield case.source, image, f"no digit, read {reading.text}"
        return
    wanted = [line.replace(" ", "").replace(_SIGN, "") for line in case.answer]
    texts = [line.text.replace(" ", "") for line in reading.lines]
    right = aligned(wanted, [text.replace(_SIGN, "") for text in texts])[1]
    if len(texts) != len(wanted):
        return  # which line is which cannot be told
    for line, text, answer, good in zip(reading.lines, texts, wanted, right, strict=True):
        if not good:
            yield (
                case.source,
                image.crop(around(line_box(line), image.size)),
                f"{answer}, read {text}",
            )


def line_box(line: TextLine) -> tuple[float, float, float, float]:
    corners = np.array([digit.box for digit in line.digits])
    low, high = corners[:, :2].min(axis=0), (corners[:, :2] + corners[:, 2:]).max(axis=0)
    return (*low, *high)


def around(box: tuple[float, float, float, float], size: tuple[int, int]) -> tuple[int, ...]:
    left, top, right, bottom = box
    room = 0.5 * (bottom - top)
    low = (max(0, int(left - room)), max(0, int(top - room)))
    return (*low, min(size[0], int(right + room)), min(size[1], int(bottom + room)))


def sheet(failures: list[Failure]) -> Image.Image:
    lines = -(-len(failures) // COLUMNS)
    width, height = SIDE[0] + 12, SIDE[1] + TEXT
    paper = Image.new("RGB", (COLUMNS * width, lines * height), "white")
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(13)
    for at, (kind, image, text) in enumerate(failures):
        image.thumbnail(SIDE)
        x, y = (at % COLUMNS) * width + 6, (at // COLUMNS) * height + 4
        paper.paste(image, (x, y + (SIDE[1] - image.height) // 2))
        said = "\n".join(wrap(f"{NAMES.get(kind, kind)}: {text}", LETTERS))
        pen.multiline_text((x, y + SIDE[1] + 4), said, fill="black", font=font)
    return paper


if __name__ == "__main__":
    main()
