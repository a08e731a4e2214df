"""Rules go, whatever way the page is turned; strokes stay, also where they cross a rule."""

import math

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.reading.rules import without_rules

THRESHOLD = 0.3
SIZE = (420, 600)


def paper(
    degrees: float, dark: float, *, squared: bool = True, size: tuple[int, int] = SIZE
) -> NDArray[np.float32]:
    rows, columns = np.mgrid[: size[0], : size[1]].astype(np.float32)
    angle = math.radians(degrees)
    down = rows * math.cos(angle) + columns * math.sin(angle)
    across = columns * math.cos(angle) - rows * math.sin(angle)
    amount = np.zeros(size, np.float32)
    for distance in (down, across) if squared else (down,):
        amount = np.maximum(amount, dark * np.clip(1.5 - np.abs(distance % 30 - 15), 0, 1))
    return amount


def writing(size: tuple[int, int] = SIZE) -> NDArray[np.float32]:
    ink = np.zeros(size, np.uint8)
    for place, sign in enumerate("2507"):
        at = (80 + 100 * place, 240)
        cv2.putText(ink, sign, at, cv2.FONT_HERSHEY_SIMPLEX, 3, 230, 5, cv2.LINE_AA)
    return ink.astype(np.float32) / 255


@pytest.mark.parametrize("squared", [True, False])
@pytest.mark.parametrize("dark", [0.15, 0.35])
@pytest.mark.parametrize("degrees", [0, 1.3, -7, 15, -18])
def test_rules_go_and_strokes_stay(degrees: float, dark: float, squared: bool) -> None:
    written = writing()
    cleaned = without_rules(np.maximum(paper(degrees, dark, squared=squared), written), THRESHOLD)
    strokes = cv2.dilate((written > 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    before = (paper(degrees, dark, squared=squared) > 0.1)[~strokes].sum()
    assert (cleaned > 0.1)[~strokes].sum() < 0.05 * before
    assert ((cleaned > 0.5) != (written > 0.5)).sum() < 0.02 * (written > 0.5).sum()


@pytest.mark.parametrize("degrees", [0, 10])
def test_where_rules_are_as_dark_as_the_ink_most_of_it_stays(degrees: float) -> None:
    written = writing()
    cleaned = without_rules(np.maximum(paper(degrees, 0.9), written), THRESHOLD)
    stroke = written > 0.5
    assert (cleaned > 0.5)[stroke].mean() > 0.85
    assert (cleaned > 0.5)[~stroke].mean() < 0.05 * (paper(degrees, 0.9) > 0.5)[~stroke].mean()


def test_a_line_across_the_whole_picture_is_a_rule() -> None:
    written = writing()
    amount = written.copy()
    cv2.line(amount, (0, 300), (599, 310), 0.9, 3)
    assert np.array_equal(without_rules(amount, THRESHOLD) > 0.5, written > 0.5)


@pytest.mark.parametrize("sign", list("0123456789AEFHZ"))
@pytest.mark.parametrize("size", [(80, 70), (300, 260)])
def test_signs_that_fill_their_picture_have_no_rules(sign: str, size: tuple[int, int]) -> None:
    ink = np.zeros(size, np.uint8)
    font, scale = cv2.FONT_HERSHEY_SIMPLEX, size[0] / 27
    (width, height), _ = cv2.getTextSize(sign, font, scale, 3)
    at = ((size[1] - width) // 2, (size[0] + height) // 2)
    cv2.putText(ink, sign, at, font, scale, 230, 3, cv2.LINE_AA)
    amount = ink.astype(np.float32) / 255
    assert without_rules(amount, THRESHOLD) is amount


def test_a_page_of_writing_has_no_rules() -> None:
    amount = np.vstack([writing()] * 3)
    assert without_rules(amount, THRESHOLD) is amount


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (40, 40), (5, 400)])
def test_pictures_of_odd_shapes(size: tuple[int, int]) -> None:
    blank = np.zeros(size, np.float32)
    assert without_rules(blank, THRESHOLD) is blank
    assert without_rules(np.ones(size, np.float32), THRESHOLD).shape == size
