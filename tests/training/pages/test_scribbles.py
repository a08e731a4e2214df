import numpy as np

from digitnet.training.pages import scribbles
from digitnet.training.pages.scribbles import draw_crossing_out, draw_scribble


def test_scribbles_have_the_size_and_the_pen():
    rng = np.random.default_rng(0)
    sizes = [max(draw_scribble(rng, 150, 5).shape) for _ in range(40)]
    assert min(sizes) > 140
    assert max(sizes) < 175


def test_a_crossing_out_covers_what_it_crosses():
    rng = np.random.default_rng(1)
    widths = [draw_crossing_out(rng, 120, 60, 4).shape[1] for _ in range(40)]
    assert min(widths) > 90


def test_a_roaming_line_turns_to_both_sides_and_round():
    for seed in range(200):
        way = np.diff(scribbles._roam(np.random.default_rng(seed)), axis=0)
        turns = np.diff(np.unwrap(np.arctan2(way[:, 1], way[:, 0])))
        assert turns.min() < 0 < turns.max()
        assert np.abs(turns).sum() > 0.97 * 4 * np.pi  # two rounds in all: no digit is so bent
        assert np.abs(turns).max() < np.pi / 2  # and without a corner


def test_the_seed_decides():
    first, second = (draw_scribble(np.random.default_rng(7), 90, 4) for _ in range(2))
    assert np.array_equal(first, second)
