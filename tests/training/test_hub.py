import json
import re

import pytest
import torch

from digitnet.errors import RunError
from digitnet.training import load_weights, normalise
from digitnet.training.hub import hub_files, write_folder
from digitnet.training.model import DigitNet

DESCRIBED = {
    "recipe": "seed",
    "classes": [str(digit) for digit in range(10)],
    "data": "abc",
    "licence": "MIT",
}


@pytest.fixture
def model():
    torch.manual_seed(0)
    return DigitNet().eval()


def test_the_tensors_load_and_are_the_networks(model, tmp_path):
    write_folder(tmp_path / "hub", hub_files(model, DESCRIBED, 0.9926))
    loaded = load_weights(tmp_path / "hub" / "model.safetensors")
    images = normalise(torch.rand(3, 1, 28, 28))
    torch.testing.assert_close(loaded(images), model(images))


def test_the_configuration_says_how_to_prepare_and_name(model):
    config = json.loads(hub_files(model, DESCRIBED, 0.9926)["config.json"])
    assert config["num_parameters"] == 19_450
    assert config["id2label"]["7"] == "7"
    assert config["label2id"]["7"] == 7
    assert (config["image_mean"], config["image_std"]) == ([0.1307], [0.3081])


def test_the_card_has_a_head_for_hubs_and_the_measured_accuracy(model):
    card = hub_files(model, DESCRIBED, 0.9926)["README.md"].decode()
    head = re.match(r"---\n(.*?)\n---\n", card, re.DOTALL)
    assert head
    assert "value: 0.9926" in head[1]
    assert "99.26 %" in card


def test_a_sample_is_no_result_for_a_hub(model):
    card = hub_files(model, DESCRIBED, 0.97, sample=True)["README.md"].decode()
    assert "model-index" not in card
    assert "1,000 images of a sample of MNIST 97.00 %" in card


def test_a_folder_is_there_with_all_its_files_or_not(tmp_path, monkeypatch):
    def full(path, content):
        raise RunError(f"cannot write {path}: no space")

    monkeypatch.setattr("digitnet.training.hub.write_atomically", full)
    with pytest.raises(RunError, match="no space"):
        write_folder(tmp_path / "hub", {"a": b"1"})
    assert list(tmp_path.iterdir()) == []
