"""What is asked of a worker, and what it answers."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Job:
    """How a picture is to be read, as `digitnet read` has it.

    one: it holds exactly one digit. top: guesses a digit. page: which page of a file, from 1; None
    for all that it has. digits: how many the number in it has. valid: the numbers that come into
    question.
    """

    one: bool = False
    top: int = 3
    page: int | None = None
    digits: int | None = None
    valid: tuple[str, ...] | None = None

    @classmethod
    def of(cls, header: dict[str, Any]) -> "Job":
        """What came as JSON, which has no tuples."""
        valid = header["valid"]
        return cls(**header | {"valid": None if valid is None else tuple(valid)})


@dataclass(frozen=True)
class Answer:
    """status, content: of the response, JSON. accepted, refused: digits read and not.

    spent: the worker may have too little memory for more; it is to be replaced.
    """

    status: int
    content: bytes
    accepted: int = 0
    refused: int = 0
    spent: bool = False
