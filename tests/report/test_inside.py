import pytest

from digitnet.report import inside
from tests.report.png import assert_drawn

pytestmark = pytest.mark.slow


def test_every_kernel(model):
    assert_drawn(inside.kernels(model))


def test_images_on_their_way_through_the_layers(model, findings):
    assert_drawn(inside.layers(model, findings))
