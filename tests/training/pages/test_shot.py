import numpy as np
import pytest

from digitnet.training.pages.shot import LEAST_CONTRAST, Shot


def shot(contrast):
    return Shot(scene=np.zeros((8, 8), np.float32), digit_height=25.0, contrast=contrast)


@pytest.mark.parametrize("contrast", [200.0, -200.0, 40.0, -17.0])
def test_blur_never_takes_contrast_below_the_least(contrast):
    for sigma in (0.3, 1.0, 3.0):
        picture = shot(contrast)
        allowed = picture.soften(sigma)
        assert 0 <= allowed <= sigma
        assert abs(picture.contrast) < abs(contrast)
        assert abs(picture.contrast) >= LEAST_CONTRAST - 1e-6
        assert np.sign(picture.contrast) == np.sign(contrast)


def test_strong_ink_bears_all_blur_and_faint_ink_none():
    assert shot(200.0).soften(1.0) == 1.0
    assert shot(LEAST_CONTRAST / 2).soften(1.0) == 0


def test_faintest_raises_a_share_for_faint_ink():
    assert shot(160.0).faintest(0.3) == 0.3
    assert shot(32.0).faintest(0.3) == pytest.approx(0.5)
    assert shot(10.0).faintest(0.3) == 1
