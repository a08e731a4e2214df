import numpy as np
import pytest

from digitnet.training.pages.forms import draw_form
from digitnet.training.pages.rows import COLUMNS, write_rows


@pytest.fixture
def inks():
    rng = np.random.default_rng(0)
    return [draw_form(rng, label % 10, 0.08, 96) for label in range(2 * COLUMNS + 3)]


def test_each_digit_stands_in_its_box(inks):
    page = write_rows(np.random.default_rng(1), inks, changed=False)
    assert page.grey.dtype == np.uint8
    assert page.boxes.shape == (len(inks), 4)
    paper = float(np.median(page.grey))
    drawn = page.grey < paper - 35
    inside = np.zeros(drawn.shape, bool)
    for x, y, width, height in page.boxes:
        piece = drawn[int(y - height / 2) : int(y + height / 2) + 1,
                      int(x - width / 2) : int(x + width / 2) + 1]  # fmt: skip
        assert piece.any()
        inside[int(y - height / 2) - 2 : int(y + height / 2) + 3,
               int(x - width / 2) - 2 : int(x + width / 2) + 3] = True  # fmt: skip
    assert not (drawn & ~inside).any()
    assert (np.diff(page.boxes[:COLUMNS, 0]) > 0).all()
    assert (page.boxes[COLUMNS : 2 * COLUMNS, 1] > page.boxes[:COLUMNS, 1]).all()
    assert np.ptp(page.boxes[:, 3]) <= 0.5 * page.boxes[:, 3].max()


def test_changed_it_differs_and_follows_from_the_generator(inks):
    one, same = (write_rows(np.random.default_rng(2), inks) for _ in range(2))
    assert np.array_equal(one.grey, same.grey)
    plain = write_rows(np.random.default_rng(2), inks, changed=False)
    assert not np.allclose(one.boxes, plain.boxes)
    assert np.allclose(one.boxes, plain.boxes, atol=20)


def test_some_pages_are_light_on_dark(inks):
    rng = np.random.default_rng(3)
    dark = [np.median(write_rows(rng, inks[:4]).grey) < 128 for _ in range(40)]
    assert 0 < sum(dark) < 30


def test_a_page_without_digits():
    page = write_rows(np.random.default_rng(0), [])
    assert page.boxes.shape == (0, 4)
