import pytest
import torch

from digitnet.training.fused import FusedDigitNet
from digitnet.training.model import normalise
from digitnet.training.norm_statistics import trained_network, with_fresh_statistics
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState


@pytest.mark.slow
def test_statistics_are_those_of_the_images(sample):
    torch.manual_seed(0)
    model = FusedDigitNet()
    found = with_fresh_statistics(model, sample.train_images)
    features = model.conv1(normalise(sample.train_images[::5].float() / 255))
    torch.testing.assert_close(
        found.norm1.running_mean, features.mean((0, 2, 3)), rtol=0.05, atol=0.01
    )
    torch.testing.assert_close(found.norm1.running_var, features.var((0, 2, 3)), rtol=0.1, atol=0)
    assert not found.training


def test_the_model_and_its_layers_settings_are_left(tiny_dataset):
    model = FusedDigitNet(norm_momentum=0.4).train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    found = with_fresh_statistics(model, tiny_dataset.train_images)
    torch.testing.assert_close(dict(model.state_dict()), before, rtol=0, atol=0)
    assert model.training
    assert found.norm1.momentum == 0.4
    assert torch.equal(found.conv3.weight, model.conv3.weight)


def test_no_random_number_is_drawn(tiny_dataset):
    model = FusedDigitNet().train()
    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    with_fresh_statistics(model, tiny_dataset.train_images)
    assert torch.equal(torch.rand(3), expected)


@pytest.mark.parametrize(("step", "anew"), [(199, True), (200, False), (2360, False)])
def test_only_a_young_training_takes_them_anew(tiny_dataset, step, anew):
    state = TrainingState.fresh(Recipe(batch_size=20), tiny_dataset)
    state.step = step
    network = trained_network(state, tiny_dataset)
    assert (network is not state.result) == anew
    assert network.norm1.running_mean.any() == anew
