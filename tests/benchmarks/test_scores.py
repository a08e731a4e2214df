"""How a reading is judged."""

from collections import Counter

import pytest
from scores import Mark, Outcome, aligned, digits_lost, ece, judged, summed, wilson_interval


def line(text: str, sure: float = 0.9) -> list[Mark]:
    """Digits that are accepted; in brackets, one that is refused: `1(7)2`."""
    marks, refused = [], False
    for character in text:
        if character in "()":
            refused = character == "("
        else:
            marks.append(Mark(int(character), not refused, sure))
    return marks


@pytest.mark.parametrize(
    ("answer", "got", "distance", "right"),
    [
        ("123", "123", 0, [True] * 3),
        ("123", "13", 1, [True, True]),
        ("13", "123", 1, [True, False, True]),
        ("123", "143", 1, [True, False, True]),
        ("", "7", 1, [False]),
        ("7", "", 1, []),
    ],
)
def test_alignment(answer, got, distance, right):
    assert aligned(answer, got) == (distance, right)


def test_a_refused_digit_is_a_mistake_and_no_guess_of_it_counts_as_printed():
    counts = judged(["123"], [line("1(2)3")]).counts
    assert (counts["printed"], counts["guess"], counts["exact"]) == (2, 3, 0)
    assert (counts["lines_printed"], counts["lines_guess"]) == (0, 1)
    assert counts["wrong"] == 0


def test_a_digit_made_up_is_a_mistake():
    counts = judged(["12"], [line("12"), line("7")]).counts
    assert (counts["printed"], counts["exact"], counts["wrong"]) == (1, 0, 1)
    assert (counts["lines"], counts["lines_printed"]) == (1, 1)


def test_a_sign_is_left_out_and_a_digit_in_its_place_is_wrong():
    assert judged(["63?7"], [line("637")]).counts["exact"] == 1
    assert judged(["63?7"], [line("63(4)7")]).counts["exact"] == 1
    counts = judged(["63?7"], [line("6317")]).counts
    assert (counts["total"], counts["printed"], counts["wrong"]) == (3, 2, 1)


def test_a_line_of_refused_marks_alone_is_no_line():
    counts = judged(["12", "34"], [line("12"), line("(55)"), line("34")]).counts
    assert counts["lines_printed"] == 2
    assert counts["exact"] == 1


def test_spaces_between_groups_do_not_count():
    assert judged(["1 2 3"], [line("123")]).counts["exact"] == 1


def test_a_picture_without_digits_is_right_where_nothing_is_accepted():
    assert judged([], [line("(17)")]).counts["printed"] == 1
    seen = judged([], [line("17")]).counts
    assert (seen["printed"], seen["wrong"], seen["total"]) == (0, 1, 1)


def test_confidence_is_judged_of_refused_marks_too():
    assert judged(["12"], [line("1(7)", 0.4)]).sure == [(0.4, True), (0.4, False)]


def test_calibration_error():
    assert ece([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0)
    assert ece([(1.0, False)] * 4) == pytest.approx(1)
    # Errors of two bins do not even out.
    assert ece([(0.9, False), (0.1, True)]) == pytest.approx(0.9)
    assert ece([]) == 0


def test_wilson_interval():
    low, high = wilson_interval(9, 10)
    assert (low, high) == (pytest.approx(0.5958, abs=1e-3), pytest.approx(0.9821, abs=1e-3))
    assert wilson_interval(10, 10)[1] == pytest.approx(1)


def outcome(source: str, printed: int, base: int | None = None) -> Outcome:
    counts = Counter(total=10, printed=printed, guess=10, lines=1, pictures=1, accepted=printed)
    return Outcome(source, counts, base=base)


def test_the_mean_is_over_sources_not_over_pictures():
    result = summed([outcome("one", 10), outcome("one", 10), outcome("other", 4)])
    assert result["mean"]["printed"] == pytest.approx(0.7)
    assert result["pooled"]["printed"] == pytest.approx(0.8)


def test_digits_lost_compares_the_same_pictures():
    base = {0: outcome("one", 10), 1: outcome("one", 8), 2: outcome("other", 6)}
    changed = [outcome("one", 9, base=0), outcome("other", 6, base=2), outcome("other", 0, base=7)]
    assert digits_lost(base, changed) == pytest.approx(0.05)
    assert digits_lost({}, changed) is None
