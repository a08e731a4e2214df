import dataclasses
import math

import pytest
import torch
from torch import Tensor

from digitnet.errors import DivergedError
from digitnet.training.data.dataset import Dataset
from digitnet.training.epochs import train
from digitnet.training.evaluation import evaluate
from digitnet.training.fused import FusedDigitNet
from digitnet.training.metrics import Epoch, Step
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD
from digitnet.training.norm_statistics import trained_network
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState
from tests.conftest import made_up_dataset
from tests.training.trained import RECIPE, trained, whole


@pytest.mark.slow
def test_it_learns(sample):
    part = dataclasses.replace(
        sample,
        train_images=sample.train_images[::20],
        train_labels=sample.train_labels[::20],
    )
    state = trained(Recipe(epochs=12, batch_size=20, step_size=9), part)
    assert evaluate(state.model, part.train_images, part.train_labels).accuracy > 0.95
    assert state.history[-1].train_loss < state.history[0].train_loss / 4
    assert state.history[-1].accuracy > 0.7


@pytest.fixture
def seen(monkeypatch):
    """The batches that networks in training are shown, as their first pixels, 0 to 255."""
    batches, forward = [], FusedDigitNet.forward

    def spied(model, images):
        if model.training:
            corner = images[:, 0, 0, 0] * PIXEL_STD + PIXEL_MEAN
            batches.append((255 * corner).round().long().tolist())
        return forward(model, images)

    monkeypatch.setattr(FusedDigitNet, "forward", spied)
    return batches


def numbered(labels: Tensor) -> Dataset:
    """50 images whose first pixel is their number, with these labels."""
    dataset = made_up_dataset()
    dataset.train_images[:, 0, 0, 0] = torch.arange(50, dtype=torch.uint8)
    return dataclasses.replace(dataset, train_labels=labels)


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.02, 0.999])
def test_epochs_after_the_first_see_the_hardest_images(seen, monkeypatch, share):
    recipe = RECIPE.with_changes({"epochs": 3, "hard_fraction": share})
    dataset = numbered(torch.arange(50) % 10)
    state = TrainingState.fresh(recipe, dataset)
    epochs, by_image, nll_loss = [[]], {}, torch.nn.functional.nll_loss

    def spied(log_probs, truth, **how):
        if not how and len(seen) <= 3:  # in training, in the first epoch
            each = nll_loss(log_probs.detach(), truth, reduction="none")
            by_image.update(zip(seen[-1], each.tolist(), strict=True))
        return nll_loss(log_probs, truth, **how)

    monkeypatch.setattr(torch.nn.functional, "nll_loss", spied)
    for result in train(recipe, dataset, state, precision=torch.float32):
        if isinstance(result, Epoch):
            epochs.append([])
            continue
        epochs[-1] += seen[-1]
        assert result.seen == len(epochs[-1])
    assert sorted(epochs[0]) == list(range(50))
    assert state.image_losses.tolist() == pytest.approx([by_image[index] for index in range(50)])
    hardest = sorted(by_image, key=by_image.__getitem__)[-math.ceil(50 * share) :]
    assert sorted(epochs[1]) == sorted(epochs[2]) == sorted(hardest)
    assert epochs[1] != epochs[2] or len(hardest) == 1
    assert all(0 <= epoch.train_accuracy <= 1 for epoch in state.history)


@pytest.mark.slow
def test_the_course_of_a_training_is_counted_in_steps(tiny_dataset):
    """Whatever the length of its epochs: lr falls in equal parts from step to step."""
    recipe = Recipe(
        epochs=3, batch_size=10, schedule="triangle", warmup_fraction=0.0, hard_fraction=0.4
    )
    state = TrainingState.fresh(recipe, tiny_dataset)
    rates = [
        state.optimizer.param_groups[0]["lr"]
        for result in train(recipe, tiny_dataset, state, precision=torch.float32)
        if isinstance(result, Step)
    ]
    assert rates == pytest.approx([0.01 * (1 - step / 9) for step in range(9)])


@pytest.mark.slow
def test_step_cuts_the_rate_where_an_epoch_ends_though_the_first_is_longer(tiny_dataset):
    recipe = Recipe(epochs=5, batch_size=10, step_size=2, gamma=0.5, hard_fraction=0.4)
    state, rates = TrainingState.fresh(recipe, tiny_dataset), {}
    for result in train(recipe, tiny_dataset, state, precision=torch.float32):
        if isinstance(result, Step):
            rates.setdefault(result.epoch, []).append(state.optimizer.param_groups[0]["lr"])
    cut = [0.01, 0.01, 0.005, 0.005, 0.0025]
    assert rates == {epoch: [lr] * (2 if epoch else 5) for epoch, lr in enumerate(cut)}


@pytest.mark.slow
def test_every_step_has_random_numbers_of_its_own(tiny_dataset, monkeypatch):
    draws, forward = set(), FusedDigitNet.forward

    def spied(model, images):
        if model.training:
            draws.add(torch.initial_seed())
        return forward(model, images)

    monkeypatch.setattr(FusedDigitNet, "forward", spied)
    trained(RECIPE, tiny_dataset)
    trained(RECIPE.with_changes({"seed": 1}), tiny_dataset)
    assert len(draws) == 2 * 6


def test_what_it_yields(tiny_dataset):
    state = TrainingState.fresh(RECIPE, tiny_dataset)
    results = list(train(RECIPE, tiny_dataset, state, precision=torch.float32))
    steps = [result for result in results if isinstance(result, Step)]
    assert [(step.epoch, step.step, step.steps, step.seen) for step in steps] == [
        (0, 0, 3, 20), (0, 1, 3, 40), (0, 2, 3, 50),
        (1, 0, 3, 20), (1, 1, 3, 40), (1, 2, 3, 50),
    ]  # fmt: skip
    assert [type(result) for result in results] == [Step, Step, Step, Epoch] * 2
    assert state.history == [results[3], results[7]]
    assert [epoch.epoch for epoch in state.history] == [1, 2]
    assert [epoch.lr for epoch in state.history] == [0.01, pytest.approx(0.001)]
    assert (state.epoch, state.step) == (2, 6)


@pytest.mark.slow
def test_the_figures_of_an_epoch(tiny_dataset, monkeypatch):
    state = TrainingState.fresh(RECIPE, tiny_dataset)
    losses, correct, nll_loss = [], [], torch.nn.functional.nll_loss

    def spied(log_probs, truth, **how):
        loss = nll_loss(log_probs, truth, **how)
        if not how:  # in training, not in evaluation
            losses.append(loss.item())
            correct.append((log_probs.argmax(1) == truth).sum().item())
        return loss

    monkeypatch.setattr(torch.nn.functional, "nll_loss", spied)
    for result in train(RECIPE, tiny_dataset, state, precision=torch.float32):
        if isinstance(result, Step):
            assert result.mean_loss() == pytest.approx(sum(losses) / len(losses))
            continue
        assert result.train_loss == pytest.approx(sum(losses) / 3)
        assert result.train_accuracy == sum(correct) / 50
        network = trained_network(state, tiny_dataset)
        evaluation = evaluate(network, tiny_dataset.eval_images, tiny_dataset.eval_labels)
        assert (result.loss, result.accuracy) == (evaluation.loss, evaluation.accuracy)
        assert result.evaluated == "test"
        assert result.train_s > 0
        assert result.evaluate_s > 0
        losses.clear()
        correct.clear()
    assert len(state.history) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        {"distortion": 0.5},
        {"stroke_width": 0.5},
        {"blur": 0.5},
        {"background": 0.5},
        {"hard_fraction": 0.5},
        {"crop_fraction": 0.5},
        {"weight_decay": 0.5},
        {"beta1": 0.5},
    ],
)
def test_every_part_of_a_recipe_matters(tiny_dataset, change):
    other = trained(RECIPE.with_changes(change), tiny_dataset)
    assert not torch.equal(whole(RECIPE).model.conv1.weight, other.model.conv1.weight)


@pytest.mark.slow
def test_the_tail_of_a_training_sees_images_as_they_are(tiny_dataset):
    def weights(**changes):
        return whole(RECIPE.with_changes(changes)).model.conv1.weight

    assert torch.equal(weights(distortion=0.5, clean_tail=1.0), weights())
    half = weights(distortion=0.5, clean_tail=0.5)
    assert not torch.equal(half, weights())
    assert not torch.equal(half, weights(distortion=0.5))


@pytest.mark.slow
def test_the_average_follows_the_weights(tiny_dataset):
    recipe = RECIPE.with_changes({"ema_decay": 0.9})
    state = TrainingState.fresh(recipe, tiny_dataset)
    mean = state.model.conv1.weight.detach().clone()
    for done, result in enumerate(train(recipe, tiny_dataset, state, precision=torch.float32)):
        if isinstance(result, Epoch):
            break
        memory = min(0.9, (1 + done) / (10 + done))
        mean = memory * mean + (1 - memory) * state.model.conv1.weight.detach()
        torch.testing.assert_close(state.ema.module.conv1.weight.detach(), mean)
    assert state.result is state.ema.module
    assert state.ema.module.norm1.num_batches_tracked == 3
    evaluation = evaluate(
        trained_network(state, tiny_dataset), tiny_dataset.eval_images, tiny_dataset.eval_labels
    )
    assert result.loss == evaluation.loss


@pytest.mark.slow
def test_the_average_leaves_the_weights_alone(tiny_dataset):
    averaged = trained(RECIPE.with_changes({"ema_decay": 0.9}), tiny_dataset)
    plain = whole(RECIPE)
    assert plain.result is plain.model
    assert torch.equal(plain.model.conv1.weight, averaged.model.conv1.weight)


# What it refuses


@pytest.mark.slow
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_named_with_its_step(tiny_dataset, bad):
    state = TrainingState.fresh(RECIPE, tiny_dataset)
    results = train(RECIPE, tiny_dataset, state, precision=torch.float32)
    good = [next(results) for _ in range(6)][-1]
    assert math.isfinite(good.mean_loss())
    with torch.no_grad():
        state.model.conv5.bias.fill_(bad)
    poisoned = next(results)
    message = "the loss is (nan|inf) at epoch 2, step 3: training diverged; try a smaller --lr"
    with pytest.raises(DivergedError, match=message):
        poisoned.mean_loss()
    with pytest.raises(DivergedError, match=message):
        next(results)
    assert len(state.history) == 1
