"""What numbers a picture may hold, and which of them fits best what was seen.

The network gives each mark of a line a probability for each digit, and for none. Under it every
number has a probability, over all ways to take some marks and leave the others. Knowing which
numbers come into question changes those by Bayes' rule: a list of thirty numbers of six digits
leaves one in 33,000, so that one digit read wrongly, or lost, is put right.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Answer

MOST_DIGITS = 50

# Before anything is seen: how likely something else is written than was expected.
_OTHERWISE = 0.02
_LENGTHS = 10  # numbers of one digit to ten are as likely, where their length is not known
_UNSEEN = 0.005  # how likely a digit has no mark at all
_MISREAD = 0.002  # how likely a mark is any other digit, whatever the network says
_BEAM = 300  # numbers that are followed at once


@dataclass(frozen=True)
class Expected:
    """The numbers that a picture may hold.

    digits: how many each has. valid: these alone, each of digits, with their leading zeros.

    Raises:
        ValueError: neither is given, or no number is left.
    """

    digits: int | None = None
    valid: tuple[str, ...] | None = None

    def __init__(self, digits: int | None = None, valid: Iterable[str] | None = None):
        if digits is None and valid is None:
            raise ValueError("nothing is expected; name digits, valid or both")
        if digits is not None and not 1 <= digits <= MOST_DIGITS:
            raise ValueError(f"{digits} digits, expected 1 to {MOST_DIGITS}")
        if isinstance(valid, str):
            raise ValueError("valid is one text, expected a list of numbers as texts")
        numbers = None if valid is None else tuple(dict.fromkeys(valid))
        for number in numbers or ():
            if not (isinstance(number, str) and number.isascii() and number.isdecimal()):
                raise ValueError(f"{number!r} in valid is no text of digits alone")
            if len(number) > MOST_DIGITS:
                raise ValueError(
                    f"{number} has {len(number)} digits, expected {MOST_DIGITS} at most"
                )
        if numbers is not None and digits is not None:
            numbers = tuple(number for number in numbers if len(number) == digits)
        if numbers is not None and not numbers:
            raise ValueError("no number is valid" + (f" of {digits} digits" if digits else ""))
        object.__setattr__(self, "digits", digits)
        object.__setattr__(self, "valid", numbers)

    @property
    def described(self) -> str:
        """ "5 digits", "one of 300 numbers"."""
        if self.valid is None:
            return f"{self.digits} digit{'s' * (self.digits != 1)}"
        return f"one of {len(self.valid):,} numbers" if len(self.valid) > 1 else self.valid[0]

    def allows(self, number: str) -> bool:
        """Whether this is one of the numbers."""
        if self.valid is None:
            return len(number) == self.digits
        return number in self._all

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(self.valid or ())

    @cached_property
    def _by_length(self) -> dict[int, NDArray[np.intp]]:
        """The valid numbers of each length, digit by digit: int [V, length]."""
        groups: dict[int, list[list[int]]] = defaultdict(list)
        for number in self.valid or ():
            groups[len(number)].append([int(digit) for digit in number])
        return {length: np.array(group, np.intp) for length, group in groups.items()}

    def best(self, shares: NDArray[np.floating]) -> tuple[str, float] | None:
        """The likeliest number of a line and its probability; None where nothing fits.

        shares: float [M, 10], how surely each mark of the line, from left to right, is this or
        that digit; what is missing to 1, that it is none.
        """
        if len(shares) == 0:
            return None
        total = shares.sum(axis=1, keepdims=True)
        shares = (1 - _MISREAD) * shares + _MISREAD * total / 10
        # Each number against what it counted before it was known which come into question. That
        # it is another one, or that a digit of it has no mark and cannot be told, is "otherwise".
        known = 1 - _OTHERWISE
        if self.valid is None:
            found, unseen = self._of_length(shares), self._unseen(shares)
            weights = {number: known * _LENGTHS * share for number, share in found.items()}
            otherwise = known * _LENGTHS * unseen
        else:
            found, otherwise = self._of_list(shares), 0.0
            among = known / len(self.valid)
            weights = {
                number: among * 10.0 ** len(number) * share for number, share in found.items()
            }
        if not weights:
            return None
        otherwise += _OTHERWISE * max(0.0, 1 - sum(found.values()))
        best = max(weights, key=weights.__getitem__)
        if weights[best] <= otherwise:
            return None
        return best, weights[best] / (sum(weights.values()) + otherwise)

    def _of_list(self, shares: NDArray[np.floating]) -> dict[str, float]:
        """Each valid number's probability."""
        found: dict[str, float] = {}
        for length, group in self._by_length.items():
            # ways[:, i]: the number's first i digits are the marks seen so far.
            ways = np.zeros((len(group), length + 1))
            ways[:, 0] = 1
            _add_unseen(ways)
            for mark in shares:
                here = mark[group] * ways[:, :-1]
                ways *= max(0.0, 1 - float(mark.sum()))
                ways[:, 1:] += here
                _add_unseen(ways)
            likely = np.flatnonzero(ways[:, -1] > 0)
            likely = likely[np.argsort(-ways[likely, -1], kind="stable")[:_BEAM]]
            for row in likely.tolist():
                found["".join(map(str, group[row]))] = float(ways[row, -1])
        return found

    def _unseen(self, shares: NDArray[np.floating]) -> float:
        """How likely so many digits are written, and not all of them have marks."""
        assert self.digits is not None
        counts = np.zeros(self.digits + 1)  # of digits that have one
        counts[0] = 1
        for mark in shares:
            total = min(1.0, float(mark.sum()))
            counts[1:] = counts[1:] * (1 - total) + counts[:-1] * total
            counts[0] *= 1 - total
        missing = np.arange(self.digits, 0, -1)
        return float((counts[:-1] * (_UNSEEN * (self.digits + 1)) ** missing).sum())

    def _of_length(self, shares: NDArray[np.floating]) -> dict[str, float]:
        """The likeliest numbers of so many digits."""
        assert self.digits is not None
        begun = {"": 1.0}
        for seen, mark in enumerate(shares, start=1):
            none = max(0.0, 1 - float(mark.sum()))
            longer: dict[str, float] = defaultdict(float)
            least = self.digits - (len(shares) - seen)  # else too few are left
            for number, probability in begun.items():
                if len(number) >= least:
                    longer[number] += probability * none
                if least - 1 <= len(number) < self.digits:
                    for digit, share in enumerate(mark.tolist()):
                        longer[f"{number}{digit}"] += probability * share
            kept = sorted(longer.items(), key=lambda item: -item[1])[:_BEAM]
            begun = {number: probability for number, probability in kept if probability > 0}
        return {number: share for number, share in begun.items() if len(number) == self.digits}


def _add_unseen(ways: NDArray[np.float64]) -> None:
    """Let any digit have no mark of its own, in place."""
    for digit in range(1, ways.shape[1]):
        ways[:, digit] += _UNSEEN / 10 * ways[:, digit - 1]


def answers(
    expected: Expected, lines: Sequence[NDArray[np.floating]], *, faint: bool = False
) -> tuple[Answer, ...]:
    """The number that fits best of each line where one fits. lines: float [M, 10] each.

    faint: they are of marks too faint to be read, so no line of the reading.
    """
    found = []
    for line, shares in enumerate(lines):
        best = expected.best(shares)
        if best is not None:
            found.append(Answer(*best, None if faint else line))
    return tuple(found)
