"""How far the reader's scores can be trusted, fitted on made-up pages of digits kept aside.

Only a command may do this: it needs the pages of the training half and the reader.
"""

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.files import write_atomically
from digitnet.reading.single import in_mnist_form

if TYPE_CHECKING:
    from digitnet.reading.finder import Marks
    from digitnet.reading.reader import Reader
    from digitnet.training.data.dataset import Dataset
    from digitnet.training.finder.model import FinderNet
    from digitnet.training.finder.recipe import FinderRecipe
    from digitnet.training.pages.ingredients import Ingredients
    from digitnet.training.pages.tile import Tile

_SEED = 2026  # not the training's: other pages
_SAME = 0.35  # of both boxes' union: a mark is the one that was written there
_SEEN = 0.1  # share of a mark that may be hidden, and it is still asked for
_CUT_OFF = 2.0  # pixels of a mark that may lie outside of the picture
_NOTHING = 0.05  # of the pictures that should hold one digit
_NO_DIGIT_IN_FORM = 0.02  # of those in MNIST's form, in which little else than digits is kept
_WRONG = 0.4  # of a single digit's answers: where no digit stands nearly all are wrong
_RANGES = 32  # tiles that tell in which ranges the finder's features lie
_SINGLES = 2  # single digits to a page: each gives one score only
_LEAST_SIDE = 12  # pixels: smaller pictures are hardly digits

Samples = list[tuple[float, bool]]


def calibrated_file(
    path: Path,
    model: "FinderNet",
    aside: "Ingredients",
    dataset: "Dataset",
    count: int,
    recipe: "FinderRecipe",
) -> None:
    """Write the finder with the probabilities of its scores.

    aside: digits that it was not trained on; dataset: MNIST; count: how many made-up pages are
    read, and twice as many single digits.
    """
    from digitnet.training.finder.export import finder_to_onnx, fingerprint, with_metadata

    about: dict[str, Any] = {"weights": fingerprint(model), "recipe": recipe.to_dict()}
    content = finder_to_onnx(model, about, pictures(aside, _RANGES))
    with tempfile.TemporaryDirectory() as folder:
        uncalibrated = Path(folder) / "finder.onnx"
        uncalibrated.write_bytes(content)
        found = calibration(uncalibrated, aside, dataset, count)
    write_atomically(path, with_metadata(content, {"calibration": found}))


def pictures(aside: "Ingredients", count: int) -> list[NDArray[np.float32]]:
    """Tiles as the finder sees them: float32 [1, 1, 256, 256] each."""
    from digitnet.reading.pyramid import evened
    from digitnet.training.pages.tile import make_tile

    rng = np.random.default_rng(_SEED)
    tiles = (make_tile(rng, aside).grey for _ in range(count))
    return [evened(grey.astype(np.float32))[None, None] for grey in tiles]


def calibration(
    finder: Path, aside: "Ingredients", dataset: "Dataset", count: int
) -> dict[str, list[list[float]]]:
    """Knots [score, probability] of a page's marks ("confidence"), of single digits ("one"), and
    of those in the form of MNIST ("in_form").
    """
    from digitnet.reading.reader import Reader
    from digitnet.training.calibrate import fit_knots

    reader = Reader(finder=finder)
    return {
        "confidence": fit_knots(judged_pages(reader, aside, count)),
        "one": fit_knots(thinned(judged_singles(reader, aside, _SINGLES * count))),
        "in_form": fit_knots(judged_in_form(dataset, reader)),
    }


def judged_pages(reader: "Reader", aside: "Ingredients", count: int) -> Samples:
    """The scores of the marks of made-up pages."""
    from digitnet.training.pages.tile import make_tile

    rng = np.random.default_rng(_SEED)
    samples: Samples = []
    for _ in range(count):
        tile = make_tile(rng, aside, frozenset({"turn"}))
        samples += judged(tile, reader.inspect(tile.grey).marks)
    return samples


def judged_singles(reader: "Reader", aside: "Ingredients", count: int) -> Samples:
    """The scores of made-up pictures of one digit, and of some without."""
    from digitnet.training.pages.arrangement import KINDS, OTHERS
    from digitnet.training.pages.tile import make_tile

    rng = np.random.default_rng(_SEED + 1)  # its own: how many pages there are changes nothing here
    never = {"turn", "giant"}
    alone = frozenset(set(KINDS) - {"alone"} | set(OTHERS) | never)
    nothing = frozenset(set(KINDS) - {"nothing"} | never)
    samples: Samples = []
    for _ in range(count):
        tile = make_tile(rng, aside, nothing if rng.random() < _NOTHING else alone)
        samples += judged_single(tile, as_picture(rng, tile), reader)
    return samples


def thinned(samples: Samples, wrong: float = _WRONG) -> Samples:
    """Without so many of the wrong answers, any of them, that their share is `wrong` at most.

    How many pictures hold no digit is a choice, and not to change with the generator.
    """
    right_ones = [sample for sample in samples if sample[1]]
    wrong_ones = [sample for sample in samples if not sample[1]]
    kept = round(len(right_ones) * wrong / (1 - wrong))
    order = np.random.default_rng(_SEED).permutation(len(wrong_ones))
    return right_ones + [wrong_ones[index] for index in order[:kept]]


def judged_in_form(dataset: "Dataset", reader: "Reader") -> Samples:
    """The scores of digits in MNIST's form, and of things that are none.

    The digits are those that the 28x28 network which ships was not trained on.
    """
    from digitnet.training.data.non_digits import make_non_digits
    from digitnet.training.recipes import READING

    most = len(dataset.train_images) // 12
    kept = dataset.with_holdout(min(READING.holdout, most), READING.seed)
    digits, labels = kept.eval_images[:, 0].numpy(), kept.eval_labels.tolist()
    others = make_non_digits(
        round(_NO_DIGIT_IN_FORM * len(digits)), digits, kept.eval_labels.numpy(), _SEED
    )
    samples: Samples = []
    for image, label in [*zip(digits, labels, strict=True), *((other, None) for other in others)]:
        if in_mnist_form(image):
            (read,) = reader.read(image, one=True).digits
            samples.append((read.confidence, read.digit == label))
    return samples


def judged(tile: "Tile", found: "Marks") -> Samples:
    """The score of each mark that was found, and whether it is the digit that stands there.

    What is half hidden, cut off or of another size than is asked for counts neither way.
    """
    if len(found) == 0:
        return []
    scores, digits = found.digits.max(axis=1), found.digits.argmax(axis=1)
    side = len(tile.grey)
    low, high = (
        tile.marks[:, :2] - tile.marks[:, 2:4] / 2,
        tile.marks[:, :2] + tile.marks[:, 2:4] / 2,
    )
    asked = (tile.marks[:, 5] < _SEEN) & (low > 0).all(axis=1) & (high < side).all(axis=1)
    left, top, right, bottom = found.edges
    free = np.ones(len(found), bool)
    samples: Samples = []
    unasked = np.zeros(len(found), bool)
    for mark, is_asked in zip(tile.marks, asked, strict=True):
        x, y, width, height, label, _ = mark
        across = np.minimum(right, x + width / 2) - np.maximum(left, x - width / 2)
        down = np.minimum(bottom, y + height / 2) - np.maximum(top, y - height / 2)
        common = np.clip(across, 0, None) * np.clip(down, 0, None)
        union = common / (width * height + found.boxes[:, 2] * found.boxes[:, 3] - common)
        best = int(np.where(free, union, 0).argmax())
        if free[best] and union[best] > _SAME:
            free[best] = False
            if is_asked:
                samples.append((float(scores[best]), bool(digits[best] == label)))
        if not is_asked:
            unasked |= common > 0
    invented = free & ~unasked
    return samples + [(float(score), False) for score in scores[invented]]


def as_picture(rng: np.random.Generator, tile: "Tile") -> NDArray[np.uint8]:
    """The tile, or what is written on it cut out, of any size that pictures of a digit have."""
    grey = tile.grey
    if len(tile.marks) and rng.random() < 0.6:
        x, y, width, height = tile.marks[0, :4]
        margins = rng.uniform(0, 0.8, 4) * max(width, height)
        low = np.array([x - width / 2, y - height / 2]) - margins[:2]
        high = np.array([x + width / 2, y + height / 2]) + margins[2:]
        left, top = np.clip(low.astype(int), 0, len(grey) - _LEAST_SIDE)
        right, bottom = np.maximum(high.astype(int) + 1, (left + _LEAST_SIDE, top + _LEAST_SIDE))
        grey = grey[top:bottom, left:right]
    scale = max(math.exp(rng.uniform(math.log(0.5), math.log(4))), _LEAST_SIDE / min(grey.shape))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=how).astype(np.uint8)


def judged_single(tile: "Tile", grey: NDArray[np.uint8], reader: "Reader") -> Samples:
    """The score of a picture that should hold one digit, and whether it is right.

    grey: uint8 [h, w], the tile as it is read.
    """
    digits = tile.marks[tile.marks[:, 4] < 10]
    edges = np.concatenate(
        [digits[:, :2] - digits[:, 2:4] / 2, len(tile.grey) - digits[:, :2] - digits[:, 2:4] / 2]
    )
    if len(digits) > 1 or (digits[:, 5] >= _SEEN).any() or (edges < -_CUT_OFF).any():
        return []
    read = reader.read(grey, one=True).digits
    if not read:
        return []
    right = len(digits) == 1 and read[0].digit == int(digits[0, 4])
    return [(read[0].confidence, bool(right))]
