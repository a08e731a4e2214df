"""Whose picture is read next: fair between addresses, and the small not behind the large."""

import ipaddress
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from digitnet.web.problems import busy
from digitnet.web.settings import Settings


@dataclass(eq=False)
class Turn:
    """A picture's place. round: everybody's first waiting picture comes before a second."""

    client: str
    small: bool
    round: int


class Turns:
    """Pictures that wait for a worker, and those that have one.

    A client's pictures have ascending rounds, and the lowest round is next (start-time fair
    queueing): who sends one picture does not wait behind all of somebody who sent eight.
    """

    def __init__(self, settings: Settings):
        self._settings = settings
        self._waiting: list[Turn] = []  # in the order of their coming; a few dozen
        self._under_way: list[Turn] = []
        self._round = 0

    def __len__(self) -> int:
        return len(self._waiting) + len(self._under_way)

    def join(self, client: str, *, small: bool) -> Turn:
        """A place behind those who wait.

        Raises:
            RequestError: 503, too many wait already.
        """
        own = [turn.round for turn in self._waiting + self._under_way if turn.client == client]
        waiting = sum(turn.client == client for turn in self._waiting)
        if len(self._waiting) >= self._settings.waiting:
            raise busy("too many pictures at once")
        if waiting >= self._settings.client_waiting and not is_loopback(client):
            raise busy("too many pictures at once from your address")
        turn = Turn(client, small, max([self._round, *(r + 1 for r in own)]))
        self._waiting.append(turn)
        return turn

    def next(self) -> Turn | None:
        """Who takes a worker that is free; it has it until it leaves."""
        clients = Counter(turn.client for turn in self._under_way)
        large = sum(not turn.small for turn in self._under_way)
        may = [
            turn
            for turn in self._waiting
            if (turn.small or large < self._settings.workers)
            and (clients[turn.client] < self._settings.client_pictures or is_loopback(turn.client))
        ]
        if not may:
            return None
        turn = min(may, key=lambda turn: turn.round)  # of equals, who came first
        self._waiting.remove(turn)
        self._under_way.append(turn)
        self._round = max(self._round, turn.round)
        return turn

    def leave(self, turn: Turn) -> None:
        """It is read, or given up."""
        for turns in (self._waiting, self._under_way):
            if turn in turns:
                turns.remove(turn)


@lru_cache
def client_of(host: str) -> str:
    """What counts as one client: an IPv4 address, or the 64 bits that one customer is given."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        if not address.is_loopback:
            return str(ipaddress.ip_network((address, 64), strict=False))
    return host


def is_loopback(client: str) -> bool:
    return client == "::1" or client.startswith("127.")
