"""One training tile: a photographed piece of a page, and what stands on it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.arrangement import Layout, write
from digitnet.training.pages.boxes import draw_boxes, draw_rules
from digitnet.training.pages.camera import faintest, perspective, photograph, warp
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.layer import field, log_uniform
from digitnet.training.pages.paper import make_paper
from digitnet.training.pages.sheet import FINE, Sheet
from digitnet.training.pages.surroundings import cover
from digitnet.training.pages.textures import texture
from digitnet.training.pages.writing import Writer, make_style

SIDE = 256  # pixels: large enough that most cells see all that the network can see
HEIGHTS = (15.5, 48.0)  # pixels of an ordinary digit on a tile

_GIANT, _GIANT_HEIGHTS = 0.1, (70.0, 260.0)
_NO_PAPER = 0.3  # of tiles without a digit show no paper at all

# Sizes that are asked for: the pyramid shows every digit at least once between them. A
# little beyond, nothing is asked; far beyond, a mark is to be left to another scale.
ASKED = (13.0, 56.0)
LEFT_OUT = (9.0, 76.0)

Array = NDArray[np.float32]
Random = np.random.Generator


@dataclass(frozen=True, eq=False)
class Tile:
    """grey: uint8 [256, 256]. marks: float32 [K, 6], middle x and y, width, height in pixels,
    class (10: no digit), share hidden. vague: float32 [V, 4], left, top, right, bottom of
    words and scribbles. turn: quarter turns counter-clockwise from upright."""

    grey: NDArray[np.uint8]
    marks: Array
    vague: Array
    turn: int = 0


def make_tile(rng: Random, ingredients: Ingredients, without: frozenset[str] = frozenset()) -> Tile:
    """A fresh tile. without: groups of ingredients to leave out, for an ablation."""
    # Of digits too large for this scale only parts are seen: their loops are no zeros.
    giant = rng.random() < _GIANT and "giant" not in without
    height = log_uniform(rng, *(_GIANT_HEIGHTS if giant else HEIGHTS))
    sheet = Sheet(SIDE * FINE, see_through=rng.random() < 0.15)
    style = make_style(rng, height * FINE)
    banks = (ingredients.digits, ingredients.letters, ingredients.prints)
    hand = ingredients.digits.hand(rng)
    layout = write(rng, Writer(rng, sheet, *banks, style, hand), without)

    paper = make_paper(rng, SIDE, height, style.angle, without)
    drawn_boxes = _boxes(rng, layout, height, without) if "boxes" not in without else None
    if drawn_boxes is not None:
        paper.draw(drawn_boxes, rng.uniform(0.25, 1))
    if "rules" not in without and rng.random() < 0.2:
        places = sheet.tile_marks()[:, :2]
        rules = draw_rules(rng, SIDE, height, style.angle, places, without)
        paper.draw(rules, rng.uniform(0.2, 1))
    ink = cv2.resize(sheet.ink, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    if "worn ink" not in without:
        ink = worn(rng, ink, height)
    scene = paper.level + ink * (paper.ink - paper.level)
    if layout.kind == "nothing" and rng.random() < _NO_PAPER and "no paper" not in without:
        scene, sheet = texture(rng, SIDE, without), Sheet(SIDE * FINE)
    hidden = np.zeros((SIDE, SIDE), np.float32)
    if not paper.screen:
        scene, hidden = cover(rng, scene, without)
    matrix = perspective(rng, SIDE, without)
    contrast = paper.contrast * faintest(ink, sheet.tile_marks())
    grey = photograph(rng, warp(scene, matrix), height, contrast, without, paper.screen)
    marks = _hide(sheet.tile_marks(), hidden)
    tile = moved(Tile(grey, marks, sheet.tile_vague()), matrix)
    if "crop" not in without and rng.random() < (0.65 if layout.kind == "alone" else 0.24):
        tile = cropped(rng, tile)
    if "turn" not in without and rng.random() < 0.12:
        tile = turned(tile, int(rng.integers(1, 4)))
    return replace(tile, marks=_asked(tile.marks))


def worn(rng: Random, ink: Array, height: float) -> Array:
    """Pencil and chalk are grainy, pens run dry in places."""
    if rng.random() < 0.25:
        grain = cv2.GaussianBlur(rng.standard_normal(ink.shape, np.float32), (0, 0), 0.7)
        ink = ink * np.clip(1 - rng.uniform(0.1, 0.5) * np.abs(2 * grain), 0, 1)
    if rng.random() < 0.25:
        ink = ink * np.clip(1 + 0.25 * field(rng, SIDE, int(rng.integers(3, 9))), 0.5, 1)
    if rng.random() < 0.05:  # strokes broken in places much smaller than a digit
        ink = ink * (field(rng, SIDE, int(SIDE / height * rng.uniform(4, 8))) > -1.2)
    return np.asarray(ink, np.float32)


def _boxes(rng: Random, layout: Layout, height: float, without: frozenset[str]) -> Array | None:
    if not layout.cells or rng.random() < 0.12:  # cells without lines: digits well apart
        return None
    middles = np.array(layout.cells) / FINE
    width, tall = (length / FINE for length in layout.cell_size)
    return draw_boxes(rng, SIDE, middles, (width, tall), layout.style.angle, height, without)


def _hide(marks: Array, hidden: Array) -> Array:
    """The marks with the share of each box that is covered."""
    marks = marks.copy()
    for mark in marks:
        x, y, width, height = mark[:4]
        rows = slice(max(0, int(y - height / 2)), max(1, int(y + height / 2) + 1))
        columns = slice(max(0, int(x - width / 2)), max(1, int(x + width / 2) + 1))
        part = hidden[rows, columns]
        mark[5] = part.mean() if part.size else 0
    return marks


def _asked(marks: Array) -> Array:
    """The marks of sizes that are asked for; those a little too small or large half hidden."""
    size = marks[:, 2:4].max(axis=1) if len(marks) else np.zeros(0)
    marks = marks[(size > LEFT_OUT[0]) & (size < LEFT_OUT[1])]
    size = marks[:, 2:4].max(axis=1) if len(marks) else np.zeros(0)
    marks[(size < ASKED[0]) | (size > ASKED[1]), 5] = 0.5
    return marks


def moved(tile: Tile, matrix: NDArray[np.float64]) -> Tile:
    """The same grey, marks and vague places moved by a matrix [2 or 3, 3]: box by box."""
    boxes = [tile.marks[:, :2] - tile.marks[:, 2:4] / 2, tile.marks[:, :2] + tile.marks[:, 2:4] / 2]
    marks = tile.marks.copy()
    low, high = _moved_boxes(boxes[0], boxes[1], matrix)
    marks[:, :2], marks[:, 2:4] = (low + high) / 2, high - low
    low, high = _moved_boxes(tile.vague[:, :2], tile.vague[:, 2:], matrix)
    return replace(tile, marks=marks, vague=np.concatenate([low, high], axis=1))


def _moved_boxes(
    low: NDArray[np.floating], high: NDArray[np.floating], matrix: NDArray[np.float64]
) -> tuple[Array, Array]:
    """Where boxes lie: the middle is moved, the size by the lengths of its moved half axes."""
    low, high = low.astype(np.float32), high.astype(np.float32)
    if len(low) == 0:
        return low, high
    middle, half = (low + high) / 2, (high - low) / 2

    def at(points: NDArray[np.floating]) -> NDArray[np.float64]:
        homogeneous = np.concatenate([points, np.ones((len(points), 1))], axis=1) @ matrix.T
        return homogeneous[:, :2] / (homogeneous[:, 2:] if matrix.shape[0] == 3 else 1)

    new = at(middle)
    across = np.abs(at(middle + half * (1, 0)) - new)
    down = np.abs(at(middle + half * (0, 1)) - new)
    # Ink seldom fills its box's corners: the larger share of each, not their sum.
    size = np.maximum(across, down) + 0.4 * np.minimum(across, down)
    return (new - size).astype(np.float32), (new + size).astype(np.float32)


def cropped(rng: Random, tile: Tile) -> Tile:
    """Only a piece of the picture, one grey around it, as the reader fills what is outside."""
    if len(tile.marks) and rng.random() < 0.75:  # tight around some marks
        first = tile.marks[int(rng.integers(len(tile.marks)))]
        away = np.abs(tile.marks[:, :2] - first[:2])
        near = away.max(axis=1) < rng.uniform(0, 100)
        if rng.random() < 0.5:  # a strip with one line of writing
            near = (away[:, 1] < 0.4 * first[3]) & (away[:, 0] < rng.uniform(30, 250))
        some = np.concatenate([tile.marks[near], first[None]])
        low = (some[:, :2] - some[:, 2:4] / 2).min(axis=0)
        high = (some[:, :2] + some[:, 2:4] / 2).max(axis=0)
        margin = rng.uniform(-0.03, 0.3 if rng.random() < 0.7 else 1.0, 4) * first[3]
        left, top = low - margin[:2]
        right, bottom = high + margin[2:]
    else:
        left, top = rng.uniform(0, 100, 2) * (rng.random(2) < 0.5)
        right, bottom = SIDE - rng.uniform(0, 100, 2) * (rng.random(2) < 0.5)
    left, top = (int(max(0, v)) for v in (left, top))
    right, bottom = int(min(SIDE, max(right, left + 12))), int(min(SIDE, max(bottom, top + 12)))
    if right - left < 12 or bottom - top < 12:
        return tile
    piece = tile.grey[top:bottom, left:right]
    grey = np.full_like(tile.grey, border_grey(piece))
    grey[top:bottom, left:right] = piece
    marks = tile.marks.copy()
    for mark in marks:
        x, y, width, height = mark[:4]
        across = min(right, x + width / 2) - max(left, x - width / 2)
        down = min(bottom, y + height / 2) - max(top, y - height / 2)
        seen = min(1, max(0, across) * max(0, down) / (width * height))  # but for rounding
        mark[5] = 1 - (1 - mark[5]) * seen
    vague = np.clip(tile.vague, (left, top, left, top), (right, bottom, right, bottom))
    return replace(tile, grey=grey, marks=marks, vague=vague.astype(np.float32))


def border_grey(grey: NDArray[np.uint8]) -> int:
    """The median of a picture's border: what the reader puts around it."""
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    return int(np.median(border))


def turned(tile: Tile, turns: int) -> Tile:
    """The tile turned counter-clockwise by quarters."""
    marks, vague = tile.marks.copy(), tile.vague.copy()
    for _ in range(turns):  # (x, y) -> (y, side - x)
        marks[:, :2] = np.stack([marks[:, 1], SIDE - marks[:, 0]], axis=1)
        marks[:, 2:4] = marks[:, 3:1:-1]
        vague = np.stack([vague[:, 1], SIDE - vague[:, 2], vague[:, 3], SIDE - vague[:, 0]], axis=1)
    grey = np.ascontiguousarray(np.rot90(tile.grey, turns))
    return Tile(grey, marks, vague, (tile.turn + turns) % 4)


def varied(rng: Random, tile: Tile) -> Tile:
    """The tile once more, moved, stretched and slanted a little, sometimes inverted.

    Making a fresh tile costs more than a step of training; giving each out a few times
    costs nothing and, so changed, harms nothing.
    """
    matrix = np.eye(2) + rng.normal(0, 0.05, (2, 2))
    shift = SIDE / 2 + rng.uniform(-50, 50, 2) - matrix @ (SIDE / 2, SIDE / 2)
    move = np.concatenate([matrix, shift[:, None]], axis=1)
    fill = border_grey(tile.grey) if rng.random() < 0.6 else int(rng.integers(256))
    size = (SIDE, SIDE)
    grey = cv2.warpAffine(tile.grey, move, size, borderMode=cv2.BORDER_CONSTANT, borderValue=fill)
    changed = grey.astype(np.float32)
    if rng.random() < 0.4:
        changed = changed * rng.uniform(0.6, 1) + rng.uniform(0, 70)
    if rng.random() < 0.3:
        changed += rng.uniform(1, 5) * rng.standard_normal(changed.shape, np.float32)
    if rng.random() < 0.3:
        changed = 255 - changed
    grey = np.clip(changed, 0, 255).astype(np.uint8)
    # What was cut off at the tile's edge is so still, though it may have moved inside.
    left_out = tile.marks.copy()
    low, high = left_out[:, :2] - left_out[:, 2:4] / 2, left_out[:, :2] + left_out[:, 2:4] / 2
    cut = (low < 1).any(axis=1) | (high > SIDE - 1).any(axis=1)
    left_out[cut, 5] = np.maximum(left_out[cut, 5], 0.5)
    return moved(replace(tile, grey=grey, marks=left_out), move)
