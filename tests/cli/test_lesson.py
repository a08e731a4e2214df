import cv2
import numpy as np
import pytest

from digitnet.cli import lesson
from digitnet.cli.labelled import read_folder
from digitnet.reading import Reader
from digitnet.reading.taught import fit
from digitnet.training.pages.forms import FORMS, draw_form
from digitnet.training.pages.rows import write_rows


def odd(*strokes):
    """A form of its own: these knots, somewhat moved each time."""

    def form(rng):
        moves = iter(rng.normal(0, 2.5, (40, 2)))
        places = {knot: next(moves) for stroke in strokes for knot in stroke}
        return [[tuple(places[knot] + knot) for knot in stroke] for stroke in strokes]

    return form


# A one like a dagger, a seven like a T, a nought that is a crossed square.
ODD = {
    0: odd(
        [(0, 4), (60, 2), (60, 2), (58, 98), (58, 98), (2, 96), (2, 96), (1, 4)],
        [(2, 4), (30, 50), (58, 98)],
        [(60, 2), (30, 50), (2, 96)],
    ),
    1: odd([(30, 0), (30, 50), (30, 100)], [(2, 34), (30, 35), (58, 33)]),
    7: odd([(0, 2), (30, 1), (60, 2)], [(30, 2), (30, 50), (29, 100)]),
}


def write(rng, label):
    """Always the same form of a digit, as one person writes."""
    form = ODD.get(label) or FORMS[label][0]
    return draw_form(rng, label, 0.08, 96, form)


def write_person(folder, each, seed=0):
    """Pictures of each digit, one a file."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    for label in range(10):
        for number in range(each):
            grey = write_rows(rng, [write(rng, label)], changed=False).grey
            cv2.imwrite(str(folder / f"{label}_{number}.png"), grey)
    return folder


@pytest.fixture(scope="module")
def reader():
    return Reader(threads=1)


@pytest.mark.slow
def test_an_odd_hand_is_learned_and_others_are_not_forgotten(reader, tmp_path):
    learned = read_folder(write_person(tmp_path / "hand", 3), reader)
    rng = np.random.default_rng(1)
    marks = lesson.own_marks(reader, learned, lesson.own_pages(rng, learned, copies=3))
    taught = fit(*marks, lesson.other_marks(rng, reader, tiles=12), reader.finder.fingerprint)
    after = Reader(taught=taught, threads=1)

    aside = read_folder(write_person(tmp_path / "aside", 2, seed=2), reader)
    strange = [picture for picture in aside if picture.label in ODD]
    gained = lesson.right_alone(after, strange) - lesson.right_alone(reader, strange)
    assert gained > 0.1
    # All digits of the hand, its usual ones too: a page is cheaper to read than its digits alone.
    pages = lesson.own_pages(np.random.default_rng(3), aside, copies=4)
    assert lesson.right_on_pages(after, pages) > lesson.right_on_pages(reader, pages)
    others = lesson.other_pages(np.random.default_rng(4), 3)
    assert lesson.right_on_pages(after, others) > lesson.right_on_pages(reader, others) - 0.01


@pytest.mark.slow
def test_each_picture_counts_once_however_often_it_is_seen(reader, tmp_path):
    pictures = read_folder(write_person(tmp_path / "hand", 2), reader)
    pages = lesson.own_pages(np.random.default_rng(0), pictures, copies=2)
    assert sorted(label for page in pages for label in page.labels) == sorted(list(range(10)) * 4)
    seen, labels, shares = lesson.own_marks(reader, pictures, pages)
    assert len(seen) == len(labels) == len(shares) > 60
    assert shares.sum() == pytest.approx(20)
    assert (seen.classes.argmax(axis=1) == labels).mean() > 0.7


@pytest.mark.slow
def test_no_digit_is_right_where_it_is_refused(reader, tmp_path):
    folder = tmp_path / "hand"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for name in ("3_a", "3_b", "none_a"):
        cv2.imwrite(str(folder / f"{name}.png"), write_rows(rng, [write(rng, 3)]).grey)
    pictures = read_folder(folder, reader)
    assert [picture.label for picture in pictures] == [3, 3, 10]
    assert lesson.right_alone(reader, pictures) == pytest.approx(2 / 3)
    pages = lesson.own_pages(rng, pictures, copies=4)
    assert lesson.right_on_pages(reader, pages) == pytest.approx(2 / 3)
