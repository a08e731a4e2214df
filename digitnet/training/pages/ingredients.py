"""What pages are written with: digits, letters and print, made once and used for all tiles."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from digitnet.training.pages.digits import DigitBank
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank, font_paths

# Most digits of a tile come from a pool of drawn ones: drawing costs a millisecond.
_POOL, _FRESH = 6000, 0.1


@dataclass(frozen=True, eq=False)
class Ingredients:
    """Banks to draw from; all deterministic from the generator that they are given."""

    digits: DigitBank
    letters: LetterBank
    prints: PrintBank

    @classmethod
    def of(
        cls,
        images: NDArray[np.uint8],
        labels: NDArray[np.integer],
        split: Literal["train", "aside"] = "train",
    ) -> "Ingredients":
        """images: uint8 [N, 28, 28], MNIST's training images, labels [N]. split: "train", or
        "aside" for those digits and letters that nothing is trained on.

        Raises:
            DataError: matplotlib is not installed: a training is with all of its fonts.
        """
        font_paths()
        digits = DigitBank(images, labels, split, pool=_POOL, fresh=_FRESH)
        return cls(digits, LetterBank(split), PrintBank())
