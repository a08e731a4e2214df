"""The paper of a training tile, before anybody writes on it.

Each ingredient is one function; its probability stands once, in `INGREDIENTS`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from digitnet.training.pages.layer import (
    canvas,
    coordinates,
    coverage,
    dashes,
    draw_line,
    field,
    grain,
    log_uniform,
    rotation,
    turned,
)
from digitnet.training.pages.security import security_print
from digitnet.training.pages.small_print import small_print


@dataclass(kw_only=True)
class Paper:
    """A sheet and the ink that suits it."""

    level: np.ndarray  # float32 [side, side], grey 0..255
    ink: float  # grey level of full ink, 0..255; patterns were drawn with it in mind
    base: float  # grey level of the bare sheet, 0..255
    digit_height: float  # pixels
    angle: float  # of the lines of writing, radians
    screen: bool  # one flat grey, as drawn on a screen: photograph it with screen=True

    @property
    def side(self) -> int:
        return int(self.level.shape[0])

    @property
    def light_ink(self) -> bool:
        return self.ink > self.base

    @property
    def contrast(self) -> float:
        """Bare sheet less full ink, grey levels; below 0 for light ink."""
        return self.base - self.ink

    def draw(self, layer: np.ndarray, strength: float) -> None:
        """Prints a layer (0..1) in a tone between the sheet (0) and the ink (1)."""
        self.level += layer * (strength * (self.ink - self.base))


def make_paper(
    rng: np.random.Generator,
    side: int,
    digit_height: float,
    angle: float,
    without: frozenset[str] = frozenset(),
) -> Paper:
    """A sheet for digits `digit_height` pixels high on lines of writing at `angle` (radians).

    without: names left out for an ablation: any of `GROUNDS` and `INGREDIENTS`.
    """
    names = [name for name in GROUNDS if name not in without or name == "plain"]
    weights = np.array([GROUNDS[name] for name in names])
    ground = names[int(rng.choice(len(names), p=weights / weights.sum()))]
    base, ink = _levels(rng, ground)
    paper = Paper(
        level=np.full((side, side), base, np.float32),
        ink=ink,
        base=base,
        digit_height=digit_height,
        angle=angle,
        screen=ground == "screen",
    )
    for name, (probability, ingredient) in INGREDIENTS.items():
        chosen = rng.random() < probability * (0.3 if paper.screen else 1)
        if chosen and name not in without:
            paper.screen = False
            ingredient(rng, paper)
    np.clip(paper.level, 0, 255, out=paper.level)
    return paper


# How often each kind of sheet is taken. "plain" is there even when it is left out.
GROUNDS = {"plain": 0.5, "coloured": 0.22, "dark": 0.1, "screen": 0.18}


def _levels(rng: np.random.Generator, ground: str) -> tuple[float, float]:
    """Grey of the sheet and of full ink."""
    if ground == "dark":  # blackboards, dark card, night mode
        base = rng.uniform(5, 110)
        return base, base + (255 - base) * log_uniform(rng, 0.3, 1.0)
    if ground == "screen":
        base = 255.0 if rng.random() < 0.7 else float(rng.integers(150, 256))
        if rng.random() < 0.2:
            return 255 - base, float(rng.integers(150, 256))
        return base, base * (1 - log_uniform(rng, 0.4, 1.0))
    base = rng.uniform(90, 215) if ground == "coloured" else rng.uniform(170, 252)
    return base, base * (1 - log_uniform(rng, 0.25, 0.95))


def _lined(rng: np.random.Generator, paper: Paper) -> None:
    """Lined, squared or dotted: rules anywhere under the writing, faint to as dark as ink."""
    side, h = paper.side, paper.digit_height
    drawing = canvas(side)
    kind = rng.choice(["lined", "squared", "dotted"], p=[0.45, 0.43, 0.12])
    step = max(5.0, h * log_uniform(rng, 0.35, 3.5))
    width = h * log_uniform(rng, 0.015, 0.09)
    turn = rotation(paper.angle + rng.normal(0, 0.02))
    offsets = np.arange(rng.uniform(-0.75, -0.74) * side - rng.uniform(0, step), 0.75 * side, step)
    middle = side / 2
    if kind == "dotted":
        radius = max(0.7, width)
        grid = np.stack(np.meshgrid(offsets, offsets), -1).reshape(-1, 2) @ turn.T + middle
        dots = grid[((grid > -9) & (grid < side + 9)).all(1)]
        draw_line(drawing, np.stack([dots, dots], axis=1), 2 * radius)
    else:
        every = int(rng.integers(4, 11)) if rng.random() < 0.2 else 0  # as on millimetre paper
        dash = max(1.5, h * log_uniform(rng, 0.1, 0.6)) if rng.random() < 0.1 else 0
        for across in (False, True) if kind == "squared" else (False,):
            for i, offset in enumerate(offsets):
                ends = np.array([(-0.75 * side, offset), (0.75 * side, offset)])
                points = dashes(ends[0], ends[1], dash) if dash else ends
                points = points[..., ::-1] if across else points
                thick = width * (2 if every and i % every == 0 else 1)
                draw_line(drawing, points @ turn.T + middle, thick)
        if rng.random() < 0.12:  # the margin of an exercise book
            x = rng.uniform(-0.45, 0.45) * side
            margin = np.array([(x, -0.75 * side), (x, 0.75 * side)])
            draw_line(drawing, margin @ turn.T + middle, width)
    paper.draw(coverage(drawing), rng.uniform(0.12, 0.8) if rng.random() < 0.8 else 1.0)


def _security(rng: np.random.Generator, paper: Paper) -> None:
    """One to three prints as on cheques, one over the other."""
    for _ in range(int(rng.choice([1, 2, 3], p=[0.55, 0.35, 0.1]))):
        layer = security_print(rng, paper.side, paper.digit_height)
        paper.draw(layer, log_uniform(rng, 0.1, 0.5))


def _newsprint(rng: np.random.Generator, paper: Paper) -> None:
    """Printed rows as in a newspaper or a form, well smaller than the writing."""
    height = max(4.0, paper.digit_height * rng.uniform(0.2, 0.45))
    angle = paper.angle + rng.normal(0, 0.1)
    layer = small_print(rng, paper.side, height, angle, rng.uniform(1.4, 2.2))
    paper.draw(layer, rng.uniform(0.2, 0.9))


def _showing_through(rng: np.random.Generator, paper: Paper) -> None:
    """Print or writing of the back: mirrored, blurred, faint."""
    height = max(5.0, paper.digit_height * rng.uniform(0.3, 1.0))
    layer = small_print(rng, paper.side, height, -paper.angle + rng.normal(0, 0.05))[:, ::-1]
    layer = cv2.GaussianBlur(layer, (0, 0), rng.uniform(0.6, 2.5))
    paper.draw(layer, rng.uniform(0.05, 0.3))


def _stains(rng: np.random.Generator, paper: Paper) -> None:
    """Blots with a ragged edge, darker at the rim as dried water is."""
    blot = field(rng, paper.side, int(rng.integers(3, 14))) - np.float32(rng.uniform(0, 1))
    soft = log_uniform(rng, 2, 30)
    inside = np.clip(blot * soft, 0, 1)
    rim = np.clip(1 - np.abs(blot) * soft * 1.5, 0, 1)
    layer = inside * rng.uniform(0.3, 1) + rim * rng.uniform(0, 1)
    paper.level *= 1 - layer * np.float32(log_uniform(rng, 0.03, 0.3))


def _rings(rng: np.random.Generator, paper: Paper) -> None:
    """Rings of coffee cups, uneven along their way."""
    x, y = coordinates(paper.side)
    uneven = np.clip(0.6 + 0.5 * field(rng, paper.side, 5), 0, 1)
    for _ in range(int(rng.integers(1, 3))):
        cx, cy = rng.uniform(-0.6, 0.6, 2) * paper.side
        radius = np.hypot(x - np.float32(cx), y - np.float32(cy))
        radius *= np.float32(1 / log_uniform(rng, 25, 160))
        layer = np.clip(1 - np.abs(radius - 1) * np.float32(log_uniform(rng, 8, 60)), 0, 1)
        paper.level *= 1 - layer * uneven * np.float32(rng.uniform(0.05, 0.4))


def _folds(rng: np.random.Generator, paper: Paper) -> None:
    """Folds: a sharp line, light or dark, with a slow shade on either side."""
    x, y = coordinates(paper.side)
    room = np.float32(min(paper.base, 255 - paper.base) + 40)
    crossing = rng.uniform(0, np.pi)
    for i in range(int(rng.choice([1, 2, 3, 8], p=[0.5, 0.25, 0.15, 0.1]))):
        a = crossing + i * np.pi / 2 + rng.normal(0, 0.05 if i < 2 else 1)
        away = x * np.float32(np.cos(a)) + y * np.float32(np.sin(a))
        away -= np.float32(rng.uniform(-0.45, 0.45) * paper.side)
        if rng.random() < 0.5:  # crumpled rather than folded
            away += field(rng, paper.side, 4) * np.float32(rng.uniform(2, 12))
        far = np.abs(away)
        line = np.clip(np.float32(log_uniform(rng, 0.6, 2.5)) - far, 0, 1)
        shade = np.exp(-far / np.float32(log_uniform(rng, 4, 60)))
        level = np.where(away > 0, np.float32(rng.normal(0, 0.1)), np.float32(rng.normal(0, 0.1)))
        paper.level += room * (shade * level + line * np.float32(rng.normal(0, 0.25)))


def _grain(rng: np.random.Generator, paper: Paper) -> None:
    """Fibres and unevenness of the sheet, always well below the ink."""
    amount = abs(paper.contrast) * log_uniform(rng, 0.01, 0.07)
    paper.level += grain(rng, paper.side, log_uniform(rng, 1, 6)) * np.float32(amount)
    if rng.random() < 0.3:
        cloudy = field(rng, paper.side, int(rng.integers(6, 40)))
        paper.level += cloudy * np.float32(abs(paper.contrast) * rng.uniform(0, 0.1))


def _specks(rng: np.random.Generator, paper: Paper) -> None:
    """Dirt, hairs and flecks of recycled paper."""
    drawing = canvas(paper.side)
    for _ in range(int(log_uniform(rng, 2, 60))):
        start = rng.uniform(0, paper.side, 2)
        way = rng.normal(0, log_uniform(rng, 0.3, 5), 2)
        draw_line(
            drawing, np.stack([start, start + way]), log_uniform(rng, 0.5, 2), strength=rng.random()
        )
    paper.draw(coverage(drawing), rng.uniform(-0.3, 0.8))


def _chalk_dust(rng: np.random.Generator, paper: Paper) -> None:
    """Wiped chalk: smeared light clouds on dark, grey smudges of a rubber on light."""
    cloud = field(rng, paper.side, int(rng.integers(3, 9)), int(rng.integers(6, 30)))
    paper.draw(np.clip(turned(cloud, rng.uniform(0, np.pi)), 0, 1.5), rng.uniform(0.03, 0.25))


# What is on a sheet, in this order: probability of each, and its function.
INGREDIENTS: dict[str, tuple[float, Callable[[np.random.Generator, Paper], None]]] = {
    "grain": (0.5, _grain),
    "chalk_dust": (0.07, _chalk_dust),
    "showing_through": (0.07, _showing_through),
    "security": (0.13, _security),
    "newsprint": (0.03, _newsprint),
    "lined": (0.3, _lined),
    "stains": (0.06, _stains),
    "rings": (0.03, _rings),
    "folds": (0.1, _folds),
    "specks": (0.1, _specks),
}
