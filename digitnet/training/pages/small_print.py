"""Rows of small printed letters: newspapers, forms, print that shows through, other sheets.

None of them is a digit or a letter that could be one, so that nothing here needs a label.
"""

import cv2
import numpy as np

from digitnet.training.pages.layer import FINE, coverage, turned

LETTERS = np.array(list("acdefhkmnprtuvwxyACDEFHKMNPRTUVWXY"))
_ROWS = 4  # different rows drawn; a block repeats them, shifted
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
)


def small_print(
    rng: np.random.Generator, side: int, height: float, angle: float, leading: float = 1.6
) -> np.ndarray:
    """A layer float32 [side, side] full of rows of letters.

    height: of a capital, pixels. leading: from row to row, in heights.
    """
    font = int(rng.choice(_FONTS))
    scale = FINE * height / 21  # OpenCV's capitals are 21 pixels high at scale 1
    pitch = max(2, round(FINE * height * leading))
    base = round(FINE * height * (1 + (leading - 1) / 2))
    wide = FINE * side
    thickness = max(1, round(FINE * height * rng.uniform(0.05, 0.16)))
    row_count = min(_ROWS, wide // pitch + 1)
    rows = np.zeros((row_count, pitch, wide), np.uint8)
    for row in rows:
        letters = rng.choice(LETTERS, int(side / height * 1.7) + 1)
        gaps = rng.random(len(letters)) < 0.16
        text = "".join(
            f"{letter} " if gap else letter for letter, gap in zip(letters, gaps, strict=True)
        )
        cv2.putText(row, text.lower() if rng.random() < 0.7 else text, (0, base), font, scale, 255,
                    thickness, cv2.LINE_AA)  # fmt: skip
        if rng.random() < 0.2:  # a paragraph's last row
            row[:, int(rng.uniform(0.1, 0.9) * wide) :] = 0
    order = rng.integers(row_count, size=wide // pitch + 1)
    shifts = rng.integers(wide, size=len(order))
    block = np.concatenate(
        [np.roll(rows[i], s, axis=1) for i, s in zip(order, shifts, strict=True)]
    )[:wide]
    return turned(coverage(block), angle)
