from dataclasses import fields

import pytest
import torch

from digitnet.training.augment import AUGMENTATIONS, augment
from digitnet.training.recipe import Recipe


@pytest.fixture
def images(sample) -> torch.Tensor:
    return sample.train_images[::10].float() / 255


def test_strength_zero_changes_nothing(images):
    assert augment(images) is images
    assert augment(images, distortion=0, stroke_width=0, blur=0) is images


def all_of(strength):
    return dict.fromkeys(AUGMENTATIONS, strength)


def test_the_recipe_has_a_strength_for_each():
    assert set(AUGMENTATIONS) < {field.name for field in fields(Recipe)}


@pytest.mark.parametrize("stage", ["distortion", "stroke_width", "blur", "background"])
def test_each_stage_changes_images(images, stage):
    torch.manual_seed(0)
    changed = (augment(images, **{stage: 0.7}) != images).any(dim=3).any(dim=2).float().mean()
    assert changed > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.3, 0.6, 1.0])
def test_images_stay_images(images, strength):
    torch.manual_seed(0)
    changed = augment(images, **all_of(strength))
    assert changed.shape == images.shape
    assert changed.dtype == torch.float32
    assert changed.min() >= 0
    assert changed.max() <= 1


@pytest.mark.slow
def test_more_strength_is_further_away(images):
    distances = []
    for strength in (0.2, 0.5, 1.0):
        torch.manual_seed(0)
        distances.append((augment(images, **all_of(strength)) - images).abs().mean().item())
    assert distances == sorted(distances)
    assert distances[0] > 0.01


def test_some_images_stay_as_they_are(images):
    torch.manual_seed(0)
    same = (augment(images, **all_of(0.6)) == images).all(dim=(1, 2, 3)).float().mean()
    assert 0.08 < same < 0.25


def test_the_seed_decides(images):
    torch.manual_seed(3)
    first = augment(images, **all_of(0.6))
    torch.manual_seed(3)
    assert torch.equal(first, augment(images, **all_of(0.6)))
