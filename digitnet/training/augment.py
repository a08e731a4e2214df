"""Augmentation: images of digits as other people, pens and cameras would have made them.

Batches in, batches out: no image is handled by itself.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor

# Share of images that stay as they are, so that MNIST itself is not forgotten.
_UNTOUCHED = 0.15


def augment(images: Tensor, **strengths: float) -> Tensor:
    """images: float32 [N, 1, 28, 28] in [0, 1]; returns the same shape and range.

    strengths: how far images are changed, by the names in `AUGMENTATIONS` below; 0 or left out:
    not at all, 1: as far as digits stay legible. `background` is a share of them instead, which
    is changed wholly. Random numbers come from PyTorch's global generator.
    """
    changed = images
    for name, change in AUGMENTATIONS.items():
        if strengths.get(name):
            changed = change(changed, strengths[name])
    if changed is images:
        return images
    return torch.where(_uniform(images, 0, 1) < _UNTOUCHED, images, changed)


def distort(images: Tensor, strength: float) -> Tensor:
    """Turned, slanted, squeezed, shifted and bent, in one resampling."""

    def draw(spread: float) -> Tensor:
        return _uniform(images, -spread * strength, spread * strength).flatten()

    angle, shear = draw(math.radians(20)), draw(0.35)
    size, narrow = draw(0.18).exp(), draw(0.20).exp()
    # Some hands write tall and narrow: up to half as wide, most of them little.
    narrow = narrow * (0.9 * strength * _uniform(images, 0, 1).flatten() ** 2).exp()
    cosine, sine = angle.cos(), angle.sin()
    across = torch.stack([cosine * size * narrow, (shear * cosine - sine) * size], 1)
    down = torch.stack([sine * size * narrow, (shear * sine + cosine) * size], 1)
    shift = torch.stack([draw(2 / 14), draw(2 / 14)], 1)  # two pixels
    affine = torch.cat([torch.stack([across, down], 1), shift[:, :, None]], 2)
    grid = F.affine_grid(affine, list(images.shape), align_corners=False)
    # A coarse random field, smoothly enlarged, is an elastic distortion.
    field = torch.randn(len(images), 2, 5, 5, device=images.device) * (0.045 * strength)
    bend = F.interpolate(field, size=images.shape[2:], mode="bicubic", align_corners=True)
    return F.grid_sample(images, grid + bend.permute(0, 2, 3, 1), align_corners=False)


def change_stroke_width(images: Tensor, strength: float) -> Tensor:
    """Strokes thicker or thinner by up to about a pixel."""
    amount = _uniform(images, -strength, strength)
    thick = F.max_pool2d(images, 3, stride=1, padding=1)
    thin = -F.max_pool2d(-images, 3, stride=1, padding=1)
    thicker = torch.lerp(images, thick, 0.8 * amount.clamp(0, 1))
    # Thinning by a whole pixel would cut MNIST's finer strokes in two.
    thinner = torch.lerp(images, thin, 0.5 * (-amount).clamp(0, 1))
    return torch.where(amount > 0, thicker, thinner)


def change_blur(images: Tensor, strength: float) -> Tensor:
    """Blurred as an enlarged scan, or hard-edged as a binary one; the strongest ink becomes 1."""
    kernel = torch.tensor([1.0, 2.0, 1.0], device=images.device) / 4
    kernel = (kernel[:, None] * kernel)[None, None]
    blurred = F.conv2d(F.conv2d(images, kernel, padding=1), kernel, padding=1)
    images = torch.lerp(images, blurred, _uniform(images, 0, strength).clamp(0, 1))
    # Scans of 16 pixels a side are common; one coarse size a batch is variety enough.
    coarse = int(torch.randint(13, 21, ()))
    size = [max(1, round(side * coarse / 28)) for side in images.shape[2:]]
    low = F.interpolate(images, size=size, mode="area")
    low = F.interpolate(low, size=images.shape[2:], mode="bilinear", align_corners=False)
    images = torch.where(_uniform(images, 0, 1) < 0.25 * strength, low, images)
    hardened = _uniform(images, -2 * strength, 2 * strength).clamp_min(0)
    images = ((images - 0.5) * (1 + hardened) + 0.5).clamp(0, 1)
    return images / images.amax((2, 3), keepdim=True).clamp_min(0.3)


def change_background(images: Tensor, share: float) -> Tensor:
    """Fog, scribbles, an inverted band and grain, each done to 0.25 * `share` of the images."""

    def some() -> Tensor:
        """Which images, chosen anew at each call."""
        return _uniform(images, 0, 1) < 0.25 * share

    def clouds(side: int) -> Tensor:
        """A smooth random field for each image, finer with more points a side."""
        coarse = torch.randn(len(images), 1, side, side, device=images.device)
        return F.interpolate(coarse, size=images.shape[2:], mode="bicubic", align_corners=True)

    # Grey, evenly or as fog is.
    grey = _uniform(images, 0, 0.6) + _uniform(images, 0, 0.3) * clouds(4)
    foggy = (images + grey.clamp_min(0)).clamp(0, 1) * _uniform(images, 0.6, 1)
    images = torch.where(some(), foggy, images)
    # Scribbled on: where a smooth field is zero there runs a line, where it is high a blot.
    field = clouds(4)
    line = (1.3 - field.abs() * _uniform(images, 8, 16)).clamp(0, 1)
    blot = (clouds(9) > _uniform(images, 1.2, 3)).float()
    images = torch.where(some(), torch.maximum(images, torch.maximum(line, blot)), images)
    # A band is seen inverted.
    width = images.shape[3]
    column = torch.arange(width, device=images.device)
    start = _uniform(images, 0, 0.8) * width
    band = (column >= start) & (column < start + _uniform(images, 0.1, 0.25) * width)
    images = torch.where(some() & band, 1 - images, images)
    # Grain, and dead pixels: black or white whatever is there.
    grain = images + _uniform(images, 0, 0.3) * torch.randn_like(images)
    draw, dead = torch.rand_like(images), _uniform(images, 0, 0.1)
    grain = torch.where(draw < dead, 0.0, torch.where(draw > 1 - dead, 1.0, grain)).clamp(0, 1)
    return torch.where(some(), grain, images)


def _uniform(images: Tensor, low: float, high: float) -> Tensor:
    """A random number for each image, between `low` and `high`: float32 [N, 1, 1, 1]."""
    return torch.empty(len(images), 1, 1, 1, device=images.device).uniform_(low, high)


# What can be done to images, by the name of the recipe's field that holds the strength, in the
# order in which it is done. A new one is a function here, an entry in this table and a field of
# the recipe, in the group "augmentation"; its flag and the range 0 to 1 come with that. The
# recipe's `clean_tail` then leaves it out too (`batches.py`).
AUGMENTATIONS = {
    "distortion": distort,
    "stroke_width": change_stroke_width,
    "blur": change_blur,
    "background": change_background,
}
