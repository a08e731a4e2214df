import numpy as np

from digitnet.training.pages.ingredients import Ingredients


def test_what_is_kept_aside_is_another_split():
    labels = np.arange(240) % 10
    images = np.zeros((240, 28, 28), np.uint8)
    images[:, 4:24, 10:18] = 255
    drawn = [
        Ingredients.of(images, labels, split).digits.draw(np.random.default_rng(1), 0.1, 4)[0]
        for split in ("train", "aside")
    ]
    assert drawn[0].shape != drawn[1].shape or not np.array_equal(*drawn)
