import itertools

import pytest
import torch

from digitnet.benchmark.plain_script import (
    PlainNet,
    plain_epochs,
    plain_steps,
    write_for_torchvision,
)
from digitnet.training.model import DigitNet
from tests.conftest import made_up_dataset


@pytest.fixture
def folder(tmp_path):
    write_for_torchvision(made_up_dataset(train=600, test=30), tmp_path)
    return tmp_path


def test_it_is_the_documented_network():
    torch.manual_seed(0)
    plain, ours = PlainNet().eval(), DigitNet().eval()
    names = dict(zip(plain.state_dict(), ours.state_dict(), strict=True))
    ours.load_state_dict({names[name]: value for name, value in plain.state_dict().items()})
    images = torch.randn(5, 1, 28, 28)
    torch.testing.assert_close(plain(images), ours(images), rtol=1e-4, atol=1e-5)


def test_steps_and_an_accuracy_after_each_epoch(folder):
    results = list(itertools.islice(plain_steps(folder), 6))
    assert [result is None for result in results] == [True, True, False] * 2
    assert 0 <= results[2] <= 1


def test_an_epochs_seconds(folder):
    for train_s, accuracy in itertools.islice(plain_epochs(folder), 2):
        assert 0 < train_s < 60
        assert 0 <= accuracy <= 1
