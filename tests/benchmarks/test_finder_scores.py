"""How a finder that is being tried is judged."""

import math

import torch
from finder_scores import counts, evaluate

from digitnet.training.finder.loss import FinderTargets
from digitnet.training.finder.model import CLASSES, MAPS

CELLS = 16
NO_DIGIT = CLASSES - 1
SPOTS = ((3, 3, 4), (3, 11, 7), (11, 3, NO_DIGIT), (11, 11, 2))  # row, column, class


class Answers(torch.nn.Module):
    """Always the same maps."""

    def __init__(self, maps):
        super().__init__()
        self.maps = maps

    def forward(self, pictures):
        return self.maps


def targets(turn=0):
    heat = torch.zeros(1, CELLS, CELLS)
    classes = torch.full((1, CELLS, CELLS), -1)
    for row, column, label in SPOTS:
        heat[0, row, column] = 1
        classes[0, row, column] = -1 if turn else label
    return FinderTargets(
        heat,
        torch.ones(1, CELLS, CELLS),
        classes,
        torch.zeros(1, 4, CELLS, CELLS),
        torch.tensor([turn]),
    )


def answered(*finds, turn=0, told_turn=0):
    """finds: row, column and class of each; what is measured of these answers."""
    maps = torch.zeros(1, MAPS, CELLS, CELLS)
    maps[:, 0] = -9.0
    maps[:, 5 + CLASSES + told_turn] = 1.0
    for row, column, label in finds:
        maps[0, 0, row, column] = 9.0
        maps[0, 5 + label, row, column] = 9.0
    batch = (torch.zeros(1, 1, 64, 64), targets(turn))
    return evaluate(Answers(maps), [batch], torch.device("cpu"))


def test_what_stands_on_the_tiles_is_counted():
    batch = (torch.zeros(1, 1, 64, 64), targets())
    assert counts([batch, batch]) == {"tiles": 2, "digits": 6, "others": 2}
    turned = (torch.zeros(1, 1, 64, 64), targets(turn=1))
    assert counts([turned]) == {"tiles": 1, "digits": 0, "others": 0}


def test_right_answers_are_all_right():
    got = answered(*SPOTS)
    assert math.isfinite(got.pop("loss"))
    assert set(got.values()) == {100.0}


def test_a_lost_an_invented_and_a_misread_digit():
    got = answered((3, 4, 4), (7, 7, 1), (11, 3, NO_DIGIT), (11, 11, 9))
    assert got["recall"] == 66.67  # one beside its middle counts as found
    assert got["precision"] == 66.67
    assert got["read"] == 0
    assert got["refused"] == 100


def test_a_letter_taken_for_a_digit_is_not_refused():
    got = answered((3, 3, 4), (11, 3, 5))
    assert got["refused"] == 0
    assert got["precision"] == 50


def test_a_turned_tile_asks_for_its_turn_alone():
    assert answered(turn=2, told_turn=2)["turn"] == 100
    wrong = answered((7, 7, 1), turn=2, told_turn=1)
    assert wrong["turn"] == 0
    assert wrong["precision"] == 0  # of no find
