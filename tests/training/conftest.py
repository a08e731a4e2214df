import pytest
import torch

from digitnet.training.checkpoint import save_checkpoint
from digitnet.training.epochs import train
from digitnet.training.pages.digits import DigitBank
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.state import TrainingState
from tests.training.checkpoints import DATASET, RECIPE, SETTINGS


@pytest.fixture(scope="session")
def ingredients(sample) -> Ingredients:
    """What pages are written with, of the few embedded digits and a small pool."""
    images, labels = sample.train_images[:, 0].numpy(), sample.train_labels.numpy()
    return Ingredients(DigitBank(images, labels, pool=50), LetterBank(), PrintBank())


@pytest.fixture(scope="module")
def stopped():
    """In the middle of the second epoch."""
    state = TrainingState.fresh(RECIPE, DATASET)
    results = train(RECIPE, DATASET, state, precision=torch.float32)
    for _ in range(5):  # three steps, an epoch, a step
        next(results)
    return state


@pytest.fixture(scope="module")
def checkpoint_bytes(stopped, tmp_path_factory):
    path = tmp_path_factory.mktemp("whole") / "checkpoint.pt"
    save_checkpoint(path, RECIPE, stopped, SETTINGS)
    return path.read_bytes()


@pytest.fixture
def checkpoint(tmp_path, checkpoint_bytes):
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(checkpoint_bytes)
    return path
