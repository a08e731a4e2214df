import numpy as np
import pytest

from digitnet.training.pages.layer import (
    canvas,
    coverage,
    dashes,
    draw_line,
    field,
    fill,
    grain,
    half_plane,
    log_uniform,
    rotation,
    turned,
)


@pytest.mark.parametrize("width", [0.5, 1.0, 2.0, 6.0])
def test_a_line_covers_its_length_times_its_width(width):
    drawing = canvas(64)
    draw_line(drawing, np.array([(-5.0, 32.0), (69.0, 32.0)]), width)
    layer = coverage(drawing)
    assert layer.dtype == np.float32
    assert layer.shape == (64, 64)
    assert layer.max() <= 1
    assert layer.sum() == pytest.approx(64 * width, rel=0.35)
    rows = (layer.sum(axis=1) * np.arange(0.5, 64)).sum() / layer.sum()
    assert rows == pytest.approx(32, abs=0.3)


def test_thinner_than_half_a_pixel_is_fainter():
    drawing = canvas(32)
    draw_line(drawing, np.array([(0.0, 16.0), (32.0, 16.0)]), 0.1)
    assert 0 < coverage(drawing).max() < 0.2


def test_a_line_far_outside_draws_nothing_and_does_not_fail():
    drawing = canvas(32)
    draw_line(drawing, np.array([(1e9, 1e9), (2e9, 1e9)]), 3)
    assert not drawing.any()


def test_many_lines_at_once_are_the_same_as_one_after_the_other():
    lines = np.array([[(2.0, 3.0), (28.0, 9.0)], [(5.0, 20.0), (25.0, 30.0)]])
    together, apart = canvas(32), canvas(32)
    draw_line(together, lines, 1)
    for line in lines:
        draw_line(apart, line, 1)
    assert np.array_equal(together, apart)


def test_dashes_cover_half_of_a_line():
    parts = dashes(np.array([0.0, 0.0]), np.array([30.0, 40.0]), 5.0)
    lengths = np.linalg.norm(parts[:, 1] - parts[:, 0], axis=1)
    assert lengths == pytest.approx(np.full(5, 5.0))
    assert parts[-1, 1] == pytest.approx([27, 36])


def test_a_filled_square_has_its_area():
    drawing = canvas(32)
    fill(drawing, np.array([[(8.0, 8.0), (24.0, 8.0), (24.0, 24.0), (8.0, 24.0)]]))
    assert coverage(drawing).sum() == pytest.approx(256, rel=0.1)


def test_half_plane_lies_where_its_angle_points():
    layer = half_plane(64, 0.0, 10.0, 1.0)
    assert layer[:, :40].max() == 0
    assert layer[:, 44:].min() == 1
    down = half_plane(64, np.pi / 2, 10.0, 1.0)
    assert np.abs(down - layer.T).max() < 1e-4  # y goes down


def test_rotation_turns_x_towards_y():
    assert np.array([1, 0]) @ rotation(np.pi / 2).T == pytest.approx([0, 1])


def test_turned_turns_as_rotation_does():
    layer = np.zeros((64, 64), np.float32)
    layer[31:33, 48:56] = 1  # right of the middle
    down = turned(layer, np.pi / 2)
    assert down[48:56, 31:33].mean() > 0.9


def test_fields_are_of_the_size_that_is_asked_for():
    rng = np.random.default_rng(1)
    for noise in (field(rng, 48, 5), field(rng, 48, 3, 20), grain(rng, 48, 4.0)):
        assert noise.shape == (48, 48)
        assert noise.dtype == np.float32
    fine, coarse = grain(rng, 128, 1.0), grain(rng, 128, 8.0)
    assert np.abs(np.diff(fine)).mean() > 3 * np.abs(np.diff(coarse)).mean()


def test_log_uniform_takes_each_octave_as_often():
    rng = np.random.default_rng(1)
    drawn = np.array([log_uniform(rng, 1, 16) for _ in range(4000)])
    assert drawn.min() >= 1
    assert drawn.max() <= 16
    assert (drawn < 2).mean() == pytest.approx(0.25, abs=0.03)
    assert (drawn > 8).mean() == pytest.approx(0.25, abs=0.03)
