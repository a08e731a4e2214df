"""Levels of a picture -> marks: where digits and other signs stand, and which they may be."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.errors import WeightsError
from digitnet.reading.network import load_session
from digitnet.reading.pyramid import Level
from digitnet.reading.taught import FEATURES, Seen, Taught

SHIPPED_FINDER = Path(__file__).parents[1] / "weights" / "finder.onnx"
NONE = 10  # the class of what is no digit

_STRIDE = 4  # pixels to a cell of the network's maps
_UNIT = 24.0  # pixels of width and height that the network writes as 0
_LEAST = 0.2  # how surely a mark stands somewhere, to be looked at
_MOST = 1500  # marks of a level, the surest: more than a page holds, so it is a texture
# The longer side, pixels, that marks are found at: not at all, well, well, not at all. Trained
# on 15 to 48; a mark of another size is found at another scale.
SIDES = (15, 22, 46, 61)


@dataclass(frozen=True, eq=False)
class Marks:
    """N marks of a picture, each a digit or another sign as large.

    scores: float32 [N], how surely there is one, 0 to 1.
    boxes: float32 [N, 4], its middle x, y, its width, height, pixels of the picture.
    classes: float32 [N, 11], log-probabilities of the digits and of NONE.
    turns: float32 [N, 4], log-probabilities that the picture was turned by so many quarters,
        counter-clockwise.
    levels: int [N], the number of the scale that it was found at.
    """

    scores: NDArray[np.float32]
    boxes: NDArray[np.float32]
    classes: NDArray[np.float32]
    turns: NDArray[np.float32]
    levels: NDArray[np.integer]

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, chosen: Any) -> "Marks":
        return Marks(**{part.name: getattr(self, part.name)[chosen] for part in fields(self)})

    @property
    def digits(self) -> NDArray[np.float32]:
        """float32 [N, 10]: how surely each is this or that digit."""
        return self.scores[:, None] * np.exp(self.classes[:, :NONE])

    @property
    def best(self) -> NDArray[np.float32]:
        """float32 [N]: how surely each is its likeliest digit."""
        return self.digits.max(axis=1, initial=0)

    @property
    def edges(self) -> tuple[NDArray[np.float32], ...]:
        """Left, top, right, bottom: float32 [N] each."""
        x, y, width, height = self.boxes.T
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


NO_MARKS = Marks(
    np.zeros(0, np.float32),
    np.zeros((0, 4), np.float32),
    np.zeros((0, NONE + 1), np.float32),
    np.zeros((0, 4), np.float32),
    np.zeros(0, np.int64),
)


class Finder:
    """The fully convolutional network, run by ONNX Runtime."""

    def __init__(
        self, weights: Path = SHIPPED_FINDER, *, taught: Taught | None = None, threads: int = 0
    ):
        """taught: what is added to its last layer. threads: 0 for one a core.

        Raises:
            WeightsError: no such file, not one of ours, or taught to other weights.
        """
        self._session, self.metadata = load_session(weights, "digitnet finder", threads)
        self.fingerprint = str(self.metadata.get("weights", ""))
        if taught and taught.finder != self.fingerprint:
            raise WeightsError(
                f"what was taught belongs to other weights than {weights.name}; "
                "teach anew with 'digitnet teach'"
            )
        self.taught = taught

    def __call__(self, levels: Sequence[Level]) -> Marks:
        """The marks of a picture's levels, not yet merged."""
        return self._look(levels, ["maps", "features"] if self.taught else ["maps"])[0]

    def see(self, levels: Sequence[Level]) -> tuple[Marks, Seen]:
        """The same marks, and what its last layer sees of each.

        Raises:
            WeightsError: the file keeps no features.
        """
        if "features" not in [output.name for output in self._session.get_outputs()]:
            raise WeightsError("the finder's file keeps no features to teach; export it anew")
        marks, features = self._look(levels, ["maps", "features"])
        return marks, Seen(features, marks.classes)

    def _look(
        self, levels: Sequence[Level], outputs: list[str]
    ) -> tuple[Marks, NDArray[np.float32]]:
        found, seen = [], [np.zeros((0, FEATURES), np.float32)]
        for level in levels:
            maps, *more = self._session.run(outputs, {"pictures": level.pixels[None, None]})
            features = more[0][0] if more else None
            marks, at = _marks(maps[0], level, features, self.taught)
            found.append(marks)
            seen.append(at)
        return joined(found), np.concatenate(seen)


def joined(found: Sequence[Marks]) -> Marks:
    """All marks of several levels or looks, one after the other."""
    found = [NO_MARKS, *found]
    parts = (part.name for part in fields(Marks))
    return Marks(**{name: np.concatenate([getattr(m, name) for m in found]) for name in parts})


def _marks(
    maps: NDArray[np.float32],
    level: Level,
    features: NDArray[np.float32] | None = None,
    taught: Taught | None = None,
) -> tuple[Marks, NDArray[np.float32]]:
    """The peaks of one level, and their features, float32 [N, 64], where there are any.

    maps: float32 [20, H, W]. features: float32 [64, H, W].
    """
    score = 1 / (1 + np.exp(-maps[0]))
    peaks = (score > _LEAST) & (cv2.dilate(score, np.ones((3, 3), np.uint8)) == score)
    rows, columns = np.nonzero(peaks)
    values = maps[:, rows, columns]
    x, y = (
        (cells + 0.5 + np.clip(shift, -1, 1)) * _STRIDE - corner
        for cells, shift, corner in zip((columns, rows), values[1:3], level.corner, strict=True)
    )
    width, height = _UNIT * np.exp(np.clip(values[3:5], -2.5, 2))
    side = np.maximum(width, height)
    none, well, still_well, no_more = SIDES
    fit = np.clip((side - none) / (well - none), 0, 1)
    fit *= np.clip((no_more - side) / (no_more - still_well), 0, 1)
    scores = (score[rows, columns] * fit).astype(np.float32)
    inside = (x > 0) & (y > 0) & (x < level.size[0]) & (y < level.size[1]) & (fit > 0.05)
    kept = np.flatnonzero(inside)
    kept = kept[np.argsort(-scores[kept], kind="stable")[:_MOST]]
    across, down = level.scale
    boxes = np.stack([x / across, y / down, width / across, height / down], axis=1)
    logits, seen = values[5:16], np.zeros((len(rows), FEATURES), np.float32)
    if features is not None:
        seen = features[:, rows, columns].T
    if taught:
        logits = logits + taught(seen).T
    classes, turns = _log_shares(logits), _log_shares(values[16:20])
    levels = np.full(len(rows), level.number)
    return Marks(scores, boxes.astype(np.float32), classes, turns, levels)[kept], seen[kept]


def _log_shares(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log-probabilities [N, C] of logits [C, N]."""
    shifted = logits - logits.max(axis=0, initial=-np.inf)
    shares: NDArray[np.float32] = (shifted - np.log(np.exp(shifted).sum(axis=0))).T
    return shares
