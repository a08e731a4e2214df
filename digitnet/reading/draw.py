"""Pictures that show a reading: boxes on the page, and every stage of each digit."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps

from digitnet.errors import OutputError
from digitnet.files import is_stream
from digitnet.reading.crop import cut_out
from digitnet.reading.inspection import Inspection

# Green for accepted, vermilion for refused: told apart by the colour-blind (Okabe and Ito).
_ACCEPTED, _REFUSED = (0, 130, 95), (213, 94, 0)

# Pillow knows more endings; these take any picture in RGB.
_WRITTEN = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF", "PDF")


def draw_boxes(inspection: Inspection) -> Image.Image:
    """The picture with each digit's box, the digit above it and its confidence below."""
    picture = inspection.picture
    page = Image.fromarray(picture.pixels).convert("RGB")
    across, down = picture.scale
    # Small pictures are enlarged until the writing on them can be read.
    zoom = max(1, round(900 / max(page.size)))
    page = page.resize((page.width * zoom, page.height * zoom), Image.Resampling.BICUBIC)
    canvas = ImageDraw.Draw(page)
    for digit in inspection.reading.digits:
        x, width = (round(zoom * value / across) for value in digit.box[::2])
        y, height = (round(zoom * value / down) for value in digit.box[1::2])
        colour = _ACCEPTED if digit.accepted else _REFUSED
        canvas.rectangle((x - 2, y - 2, x + width + 1, y + height + 1), outline=colour, width=2)
        size = min(max(14, height // 3), 60)
        _write(canvas, (x, y - 4), digit.text, size, colour, anchor="ls")
        text = f"{digit.confidence:.0%}"
        _write(canvas, (x, y + height + 4), text, max(11, size // 2), colour, anchor="lt")
    return page


def draw_stages(inspection: Inspection) -> Image.Image:
    """A row a digit: cut from the picture, its ink, the 28x28 of it, the probabilities."""
    cell, gap, top = 112, 12, 30
    digits = inspection.reading.digits
    width = 3 * (cell + gap) + gap + 10 * 34 + gap
    sheet = Image.new("RGB", (width, top + max(1, len(digits)) * (cell + gap)), "white")
    canvas = ImageDraw.Draw(sheet)
    for column, title in enumerate(("picture", "ink", "28 x 28", "probability of each digit")):
        _write(canvas, (gap + column * (cell + gap), 8), title, 14, (60, 60, 60), anchor="lt")
    if not digits:
        _write(canvas, (gap, top + 8), "no digits found", 18, _REFUSED, anchor="lt")
    rows = zip(digits, inspection.boxes, inspection.images, strict=True)
    for row, (digit, box, image) in enumerate(rows):
        y = top + row * (cell + gap)
        for column, shown in enumerate(
            (inspection.crop(box), ink_of(inspection, box), 255 - image)
        ):
            sheet.paste(_fit(shown, cell), (gap + column * (cell + gap), y))
        colour = _ACCEPTED if digit.accepted else _REFUSED
        base = y + cell - 18
        for name, share in enumerate(digit.probabilities):
            x = 3 * (cell + gap) + gap + name * 34
            canvas.rectangle((x, base - (cell - 40) * share, x + 22, base), fill=colour)
            _write(canvas, (x + 11, base + 3), str(name), 13, (60, 60, 60), anchor="mt")
        verdict = f"{digit.digit}  {digit.confidence:.1%}" + ("" if digit.accepted else "  refused")
        _write(canvas, (3 * (cell + gap) + gap, y), verdict, 15, colour, anchor="lt")
    return sheet


def ink_of(inspection: Inspection, box: NDArray[np.floating]) -> NDArray[np.uint8]:
    """The ink of one digit, dark on white: uint8 [h, w]."""
    cut = cut_out(inspection.grey, box)
    if cut is None:
        return np.full((1, 1), 255, np.uint8)
    coverage, inside = cut
    return (255 * (1 - coverage * inside)).astype(np.uint8)


def encode(image: Image.Image, path: Path) -> bytes:
    """The bytes of a picture file, in the format that the path's ending names.

    Raises:
        OutputError: the ending is no picture's, or the format takes no picture so large.
    """
    buffer, kind = io.BytesIO(), picture_format(path)
    try:
        image.save(buffer, kind)
    except (OSError, ValueError) as error:
        raise OutputError(
            f"cannot write {path} as {kind}, {image.width} x {image.height} pixels ({error}); "
            f"name it {path.stem}.png"
        ) from error
    return buffer.getvalue()


def picture_format(path: Path) -> str:
    """The format that a path's ending names; PNG for a device, a pipe and `-`.

    Raises:
        OutputError: the ending is no picture's.
    """
    formats = {
        ending: kind for ending, kind in Image.registered_extensions().items() if kind in _WRITTEN
    }
    if not path.suffix and (path == Path("-") or is_stream(path)):
        return "PNG"
    if path.suffix.lower() not in formats:
        raise OutputError(f"{path} has no picture's ending; name it {path.stem}.png")
    return formats[path.suffix.lower()]


def _fit(image: NDArray[np.uint8], cell: int) -> Image.Image:
    fitted = Image.fromarray(np.ascontiguousarray(image)).convert("RGB")
    sharp = cell > 2 * max(fitted.size)
    resampling = Image.Resampling.NEAREST if sharp else Image.Resampling.BICUBIC
    return ImageOps.pad(fitted, (cell, cell), resampling, (238, 238, 238))


def _write(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    size: int,
    colour: tuple[int, int, int],
    *,
    anchor: str,
) -> None:
    font = ImageFont.load_default(size)
    canvas.text(at, text, colour, font, anchor, stroke_width=2, stroke_fill="white")
