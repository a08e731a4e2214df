import numpy as np
import pytest

from digitnet.training.pages.knots import ALONE
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.strokes import INKED


@pytest.mark.slow
@pytest.mark.parametrize("name", ["draw_letter", "draw_word"])
def test_letters_and_words_are_tight_and_follow_their_seed(name):
    bank, other = LetterBank(), LetterBank()
    for seed in range(30):
        ink = getattr(bank, name)(np.random.default_rng(seed), 0.06)
        assert np.array_equal(ink, getattr(other, name)(np.random.default_rng(seed), 0.06))
        inked = ink > INKED
        assert all(edge.any() for edge in (inked[0], inked[-1], inked[:, 0], inked[:, -1]))


@pytest.mark.slow
def test_a_word_is_wider_than_a_letter():
    bank, rng = LetterBank(), np.random.default_rng(0)
    letter = np.median([bank.draw_letter(rng, 0.06).shape[1] for _ in range(40)])
    word = np.median([bank.draw_word(rng, 0.06).shape[1] for _ in range(40)])
    assert word > 2.5 * letter


def test_letters_that_look_like_digits_do_not_stand_alone():
    assert not set("OoIilSsZzBbgqGQ") & set(ALONE)


def test_two_people_of_omniglot_are_kept_aside():
    train, aside = LetterBank(), LetterBank("aside")
    assert not set(train._foreign) & set(aside._foreign)
    assert len(train._foreign) == 9 * len(aside._foreign)


def test_characters_like_a_zero_with_a_slash_a_7_or_an_8_are_no_letters():
    bank = LetterBank()
    names = {str(name) for name in bank._set.labels[bank._foreign]}
    assert "Greek/character20" in names  # upsilon
    assert not names & {"Greek/character21", "Early_Aramaic/character19"}  # phi, and one like it
    assert not names & {"Korean/character19", "Tagalog/character10"}  # a 7 without foot, an 8
