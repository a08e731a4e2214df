import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import RecipeError
from digitnet.training.augment import AUGMENTATIONS, augment
from digitnet.training.batches import DigitBatches, epoch_order, hardest, seed_at
from digitnet.training.model import PIXEL_MEAN, PIXEL_STD, normalise
from digitnet.training.processes import Processes
from digitnet.training.recipe import Recipe
from tests.conftest import made_up_dataset

IMAGES = made_up_dataset().train_images
IMAGES[:, 0, 5, 5] = torch.arange(50, dtype=torch.uint8)  # each has its number in a pixel
LABELS = torch.arange(50) % 10
RECIPE = Recipe(epochs=2, batch_size=20)  # steps of 20, 20 and 10 images an epoch


def batches_of(recipe, *rest):
    return DigitBatches(recipe, IMAGES, LABELS, *rest)


def numbers(images):
    """Which images these are."""
    pixels = images[:, 0, 5, 5] if images.shape[2] == 28 else images[:, 0, 3, 3]
    return (255 * (pixels * PIXEL_STD + PIXEL_MEAN)).round().long().tolist()


# Which images


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 7, 20, 25, 49, 50])
def test_every_image_is_seen_once_an_epoch_in_an_order_of_its_own(batch_size):
    batches = batches_of(Recipe(epochs=2, batch_size=batch_size))
    seen = [numbers(batches[step][0]) for step in range(len(batches))]
    steps = math.ceil(50 / batch_size)
    assert batches.epoch_starts == [0, steps, 2 * steps]
    assert [len(batch) for batch in seen[: steps - 1]] == [batch_size] * (steps - 1)
    first, second = (list(itertools.chain(*seen[at : at + steps])) for at in (0, steps))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first != second
    assert first != sorted(first)


def test_labels_go_with_their_images():
    batches = batches_of(RECIPE)
    for step in range(6):
        images, labels = batches[step]
        assert labels.tolist() == [number % 10 for number in numbers(images)]


@pytest.mark.slow
def test_a_batch_depends_on_its_step_alone():
    recipe = RECIPE.with_changes(dict.fromkeys(AUGMENTATIONS, 0.5))
    first, again = batches_of(recipe), batches_of(recipe)
    forwards = [first[step][0] for step in range(6)]
    backwards = [again[step][0] for step in reversed(range(6))]
    assert all(torch.equal(a, b) for a, b in zip(forwards, reversed(backwards), strict=True))


@pytest.mark.parametrize("share", [0.5, 0.02, 0.999])
def test_epochs_after_the_first_see_the_hard_images(share):
    losses = torch.zeros(50)
    batches = batches_of(RECIPE.with_changes({"epochs": 3, "hard_fraction": share}), losses)
    wanted = torch.randperm(50, generator=torch.Generator().manual_seed(0)).float()
    for step in range(3):
        images, labels = batches[step]
        log_probs = torch.full((len(labels), 10), -99.0)
        log_probs[torch.arange(len(labels)), labels] = -wanted[numbers(images)]
        batches.keep_losses(step, log_probs, labels)
    assert torch.equal(losses, wanted)
    epochs = []
    for first, end in itertools.pairwise(batches.epoch_starts):
        epochs.append([n for step in range(first, end) for n in numbers(batches[step][0])])
    hard = wanted.topk(math.ceil(50 * share)).indices.tolist()
    assert sorted(epochs[0]) == list(range(50))
    assert sorted(epochs[1]) == sorted(epochs[2]) == sorted(hard)
    assert epochs[1] != epochs[2] or len(hard) == 1
    batches.keep_losses(3, torch.zeros(len(batches.indices(3)), 10), LABELS)
    assert torch.equal(losses, wanted)


# How they are changed


def test_images_are_as_the_network_wants_them():
    images, labels = batches_of(RECIPE)[0]
    assert images.dtype == torch.float32
    assert labels.dtype == torch.int64
    assert images.is_contiguous(memory_format=torch.channels_last)
    expected = normalise(IMAGES[numbers(images)].float() / 255)
    torch.testing.assert_close(images, expected, rtol=0, atol=0)


def test_the_centre_is_seen_first_and_then_all():
    batches = batches_of(RECIPE.with_changes({"crop_fraction": 0.5}))
    assert [batches[step][0].shape[2] for step in range(6)] == [24, 24, 24, 28, 28, 28]
    assert sorted(n for step in range(3) for n in numbers(batches[step][0])) == list(range(50))


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_each_augmentation_is_applied(name):
    plain, changed = batches_of(RECIPE)[0][0], batches_of(RECIPE.with_changes({name: 0.7}))[0][0]
    torch.manual_seed(seed_at(0, 0, 0))
    images = IMAGES[numbers(plain)].float() / 255
    assert torch.equal(changed, normalise(augment(images, **{name: 0.7})))
    assert not torch.equal(changed, plain)


def test_the_tail_is_clean_but_for_backgrounds():
    def all_batches(**strengths):
        batches = batches_of(RECIPE.with_changes(strengths))
        return [batches[step][0] for step in range(6)]

    def same(some, other):
        return [torch.equal(a, b) for a, b in zip(some, other, strict=True)]

    bent = dict.fromkeys(("distortion", "stroke_width", "blur"), 0.5)
    assert same(all_batches(**bent, clean_tail=0.5), all_batches()) == [False] * 3 + [True] * 3
    assert same(all_batches(**bent, clean_tail=1.0), all_batches()) == [True] * 6
    grey = all_batches(background=0.9)
    assert same(all_batches(background=0.9, clean_tail=1.0), grey) == [True] * 6


def test_every_step_has_random_numbers_of_its_own():
    draws = set()
    for seed in (0, 1):
        batches = batches_of(RECIPE.with_changes({"seed": seed}))
        for step in range(6):
            batches[step]
            draws.add(torch.rand(()).item())
    assert len(draws) == 12


# Several processes


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 3, 7])
def test_processes_share_each_batch(count):
    recipe = RECIPE.with_changes({"distortion": 0.5})
    whole = batches_of(recipe)
    parts = [batches_of(recipe, None, Processes(rank, count)) for rank in range(count)]
    for step in range(6):
        images = torch.cat([part[step][0] for part in parts])
        labels = torch.cat([part[step][1] for part in parts])
        assert torch.equal(images, whole[step][0])
        assert torch.equal(labels, whole[step][1])


def test_more_processes_than_images_are_refused():
    message = "the last batch of an epoch has 10 images for 11 processes; take fewer"
    with pytest.raises(RecipeError, match=message):
        batches_of(RECIPE, None, Processes(0, 11))


# Order and seeds


def test_an_epoch_sees_every_image_once():
    assert sorted(epoch_order(3, 5, 100).tolist()) == list(range(100))


def test_order_depends_on_seed_and_epoch_alone():
    orders = [epoch_order(seed, epoch, 50) for seed, epoch in ((0, 0), (0, 1), (1, 0))]
    torch.rand(7)  # what others draw changes nothing
    assert torch.equal(epoch_order(0, 0, 50), orders[0])
    assert not torch.equal(orders[0], orders[1])
    assert not torch.equal(orders[0], orders[2])


def test_every_moment_has_a_seed_of_its_own():
    moments = [(seed, epoch, step) for seed in range(9) for epoch in range(9) for step in range(40)]
    assert len({seed_at(*moment) for moment in moments}) == len(moments)


@pytest.mark.slow
@given(losses=st.lists(st.integers(0, 9), min_size=1, max_size=60), data=st.data())
def test_the_hardest_are_those_of_largest_loss_in_their_order(losses, data):
    count = data.draw(st.integers(1, len(losses)))
    order = epoch_order(0, 0, len(losses))
    kept = hardest(order, torch.tensor(losses, dtype=torch.float32), count).tolist()
    assert len(set(kept)) == len(kept) == count
    assert kept == [index for index in order.tolist() if index in kept]
    assert sorted(losses[index] for index in kept) == sorted(losses)[-count:]
