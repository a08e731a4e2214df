import pytest

from digitnet.training.pages.digits import DigitBank
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank


@pytest.fixture(scope="session")
def ingredients(sample) -> Ingredients:
    """What pages are written with, of the few embedded digits and a small pool."""
    images, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    return Ingredients(DigitBank(images, labels, pool=50), LetterBank(), PrintBank())
