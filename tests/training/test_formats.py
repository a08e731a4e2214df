from dataclasses import asdict

import pytest
import torch

from digitnet.errors import RunError
from digitnet.training import formats
from digitnet.training.model import DigitNet, normalise
from digitnet.training.recipe import Recipe
from tests.conftest import made_up_dataset


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = DigitNet()
    model(torch.randn(64, 1, 28, 28))  # BatchNorm's statistics are no longer the initial ones
    return model.eval()


@pytest.fixture(scope="module")
def test_set():
    dataset = made_up_dataset(train=10, test=70)
    return dataset.eval_images, dataset.eval_labels


@pytest.fixture(scope="module", params=list(formats.FORMATS))
def reads(request, model):
    """A file in each form, as it is read."""
    return formats.reader_of(request.param, formats.FORMATS[request.param](model, {"recipe": "x"}))


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3, 70])
def test_every_form_gives_the_networks_logits_for_any_batch(reads, model, test_set, count):
    images = normalise(test_set[0][:count].float() / 255)
    with torch.inference_mode():
        torch.testing.assert_close(reads(images), model.logits(images), rtol=1e-4, atol=1e-4)


@pytest.mark.slow
def test_parity_is_of_every_image(reads, model, test_set, monkeypatch):
    monkeypatch.setattr(formats, "_BATCH", 32)  # the last batch is smaller
    found = formats.parity(model, reads, *test_set)
    assert found.accuracy == found.expected
    assert 0 <= found.largest <= 1e-5


def test_a_file_that_differs_is_refused(model, test_set):
    def wrong(images):
        logits = model.logits(images).clone()
        logits[-1, 3] += 0.01  # of the last image alone
        return logits

    with pytest.raises(RunError, match="not written: the file would differ from the network by"):
        formats.parity(model, wrong, *test_set)


def test_a_file_of_other_numbers_is_refused(model, test_set):
    with pytest.raises(RunError, match="differ from the network by nan"):
        formats.parity(model, lambda images: model.logits(images) * float("nan"), *test_set)


def metadata(dataset, **recipe):
    return {
        "recipe": asdict(Recipe(**recipe)),
        "recipe_name": "mine",
        "accuracy": 0.5,
        "fingerprint": dataset.fingerprint,
    }


def test_a_file_says_what_it_is(model):
    dataset = made_up_dataset()
    described = formats.describe(model, metadata(dataset), dataset)
    assert (described["recipe"], described["accuracy"]) == ("mine", 0.5)
    assert described["classes"] == list("0123456789")
    assert not {"temperature", "digit_threshold"} & set(described)


@pytest.mark.slow
def test_a_network_that_refuses_has_a_temperature_and_a_threshold():
    dataset = made_up_dataset(train=80)
    recipe = {"non_digits": 5, "holdout": 30}
    described = formats.describe(DigitNet(classes=11).eval(), metadata(dataset, **recipe), dataset)
    assert described["classes"][-1] == "none"
    assert described["temperature"] > 0
    assert isinstance(described["digit_threshold"], float)


def test_other_data_is_refused(model):
    made_with = metadata(made_up_dataset(seed=1))
    with pytest.raises(RunError, match="trained on other data than made up; name it with --data"):
        formats.describe(model, made_with, made_up_dataset(seed=2))
