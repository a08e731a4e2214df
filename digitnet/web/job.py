"""What is asked of a worker, and what it answers."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Job:
    """How a picture is to be read, as `digitnet read` has it.

    one: it holds exactly one digit. top: guesses a digit. explain: the digit, in reading order,
    whose stages are wanted.
    """

    one: bool = False
    top: int = 3
    explain: int | None = None


@dataclass(frozen=True)
class Answer:
    """status, content: of the response, JSON. accepted, refused: digits read and not."""

    status: int
    content: bytes
    accepted: int = 0
    refused: int = 0
