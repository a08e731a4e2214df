"""The rules of lined and squared paper, taken out of the ink.

Rules are told from strokes by what they have in common: they are thin, run in one
direction, to which the page may be turned, and cross most of the picture.
"""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

Amount = NDArray[np.float32]  # [h, w], 0 paper to 1 ink
Mask = NDArray[np.uint8]  # [h, w], 0 or 1

_SIDE = 1000  # pixels; rules are sought at this size, and so are all others here meant
_LEAST_SIDE = 64  # a smaller picture holds no paper to speak of
_THICK = 9  # a rule is thinner
_SMOOTH = 7  # along a rule, over which the camera's noise is evened
_FRAME = 2  # from the frame, or the share below: a rule runs on beyond it
_FAINT = 0.15  # of the threshold between paper and ink: a fainter rule is in nobody's way
_MOST_TURNED = math.radians(20)
_TURN = math.radians(0.5)  # from one direction to the next that is tried

# Shares of the picture's width.
_VOTES = 0.6  # pixels within a band of two rows, for its direction to be looked at
_RUN = 1 / 14  # for so long a rule is straight, and no digit's stroke is
_RIM = 0.01  # from the frame, as above
_CROSSED = 0.5  # by each of several rules
_ACROSS = 0.97  # by a rule that has no company
_OTHERS = 0.2  # in company, from the frame on
_MOST_CROSSED = 0.7  # in company, wherever
_SEVERAL = 3

# Strokes lie on rules; the faintest of what is there are the rules' own.
_RULES_OWN = 0.1
# Rules that are darker than this share of the ink are not told from it by their darkness,
# and those as thick as this share of its strokes are strokes: ones, in a picture cut tight.
_AS_DARK = 0.7
_AS_THICK = 0.75
_SLIVER = 0.5  # of the rules' thickness: what is thinner is what was left of them


def without_rules(amount: Amount, threshold: float) -> Amount:
    """The ink without the paper's rules; strokes stay where they cross one.

    threshold: between paper and ink. Returns `amount` itself where there are no rules.
    """
    if max(amount.shape) < _LEAST_SIDE:
        return amount
    scale = min(1.0, _SIDE / max(amount.shape))
    size = [max(1, round(side * scale)) for side in amount.shape[::-1]]
    small = amount if scale == 1 else cv2.resize(amount, size, interpolation=cv2.INTER_AREA)
    level = _level_rules(small, threshold)
    upright = _level_rules(np.ascontiguousarray(small.T), threshold)
    found = [level, None if upright is None else np.ascontiguousarray(upright.T)]
    full = amount.shape[::-1]
    rules = [cv2.resize(mask, full, interpolation=cv2.INTER_NEAREST)
             for mask in found if mask is not None]  # fmt: skip
    return _cleaned(amount, rules, threshold, scale) if rules else amount


def _cleaned(amount: Amount, rules: list[Mask], threshold: float, scale: float) -> Amount:
    """Paper in place of rules. rules: where those of one direction are."""

    def kernel(side: int) -> Mask:
        side = round(side / scale) | 1
        return np.ones((side, side), np.uint8)

    ink = (amount > threshold).astype(np.uint8)
    zone = np.maximum.reduce(rules)
    strokes = ink & (1 - zone)
    thick = _thickness(strokes)
    if thick <= _SLIVER * _thickness(ink & zone):  # all that is written would go
        return amount
    dark = float(np.median(amount[strokes > 0])) if strokes.any() else 1.0
    near_strokes = cv2.dilate(strokes, kernel(_THICK))
    peaks = cv2.dilate(amount, kernel(3))
    paper = np.zeros_like(ink)
    for mask in rules:
        drawn = peaks[(mask > near_strokes) & (amount > _FAINT * threshold)]
        rule = float(np.quantile(drawn, _RULES_OWN)) if drawn.size else 0.0
        if rule <= _AS_DARK * dark:
            paper |= mask & (amount <= (rule + dark) / 2)
        elif _thickness(mask & ink) < _AS_THICK * thick:
            paper |= mask
    # What was cut through is closed again, and strokes keep their half-dark rim.
    rest = ink & (1 - paper)
    crossed = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, kernel(7)) & ink
    strokes = cv2.dilate(rest | crossed, kernel(3))
    return np.where(paper > strokes, np.float32(0), amount)


def _thickness(mask: Mask) -> float:
    """Mean width of long strokes, pixels: their area to half the length of their edges."""
    edge = mask & (1 - cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return 2 * int(np.count_nonzero(mask)) / max(1, int(np.count_nonzero(edge)))


def _level_rules(amount: Amount, threshold: float) -> Mask | None:
    """Where rules run from left to right, or nearly; None where none do."""
    thin = cv2.morphologyEx(amount, cv2.MORPH_TOPHAT, np.ones((_THICK, 1), np.uint8))
    height, width = thin.shape
    slope = _slope((thin > 2 * _FAINT * threshold).astype(np.uint8))
    if slope is None:
        return None
    length = max(15, round(_RUN * width))
    # Sheared, the rules are level. Paper around: nothing is closed towards the frame.
    room = math.ceil(abs(slope) * width)
    shear = np.array([[1, 0, length], [-slope, 1, room if slope > 0 else 0]])
    size = (width + 2 * length, height + room)
    level = cv2.warpAffine(thin, shear, size, flags=cv2.INTER_LINEAR)
    level = cv2.blur(level, (_SMOOTH, 1))
    # A pixel thicker on either side, a rule that bends a little is straight.
    thick = cv2.dilate((level > _FAINT * threshold).astype(np.uint8), np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    # Strokes that stand on a rule leave short pieces of it between them.
    whole = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, 2 * length + 1), np.uint8))
    _, labels, stats, centres = cv2.connectedComponentsWithStats(whole, connectivity=8)
    # Smoothing made each longer, at both ends.
    left = stats[:, cv2.CC_STAT_LEFT] - length + _SMOOTH // 2
    columns = stats[:, cv2.CC_STAT_WIDTH] - _SMOOTH + 1
    crossed = columns / width
    crossed[0] = 0
    # Rules run on beyond the picture: their ends lie at its frame.
    rim = max(_FRAME, _RIM * width)
    at_frame = np.zeros(len(stats))
    for x in (left, left + columns):
        y = centres[:, 1] - shear[1, 2] + slope * x
        at_frame += (np.minimum(x, y) <= rim) | (x >= width - rim) | (y >= height - rim)
    through = crossed * (at_frame == 2)
    if (through > _CROSSED).sum() < _SEVERAL and through.max() < _ACROSS:
        return None
    found = (crossed > _MOST_CROSSED) | ((crossed > _OTHERS) & (at_frame > 0))
    rules = found[labels].astype(np.uint8)
    back = cv2.WARP_INVERSE_MAP | cv2.INTER_NEAREST
    return cv2.warpAffine(rules, shear, (width, height), flags=back)


def _slope(lines: Mask) -> float | None:
    """Rows to a column, of the direction that most pixels of thin lines share; None for none."""
    level = math.pi / 2
    found = cv2.HoughLines(
        lines,
        rho=2,
        theta=_TURN,
        threshold=round(_VOTES * lines.shape[1]),
        min_theta=level - _MOST_TURNED,
        max_theta=level + _MOST_TURNED,
    )
    return None if found is None else math.tan(float(found[0, 0, 1]) - level)
