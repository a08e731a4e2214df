import pytest

from digitnet.web.problems import RequestError
from digitnet.web.settings import Settings
from digitnet.web.turns import Turns, client_of, is_loopback


def in_turn(turns):
    """The clients of those who have a turn now, in order."""
    given = []
    while turn := turns.next():
        given.append(turn)
    return given


def clients(turns):
    return [turn.client for turn in in_turn(turns)]


def test_one_picture_of_an_address_at_a_time():
    turns = Turns(Settings(client_pictures=1))
    first, _ = turns.join("a", small=True), turns.join("a", small=True)
    assert in_turn(turns) == [first]
    turns.leave(first)
    assert clients(turns) == ["a"]
    assert len(turns) == 1


def test_who_sends_one_does_not_wait_behind_all_of_another():
    turns = Turns(Settings(client_pictures=9))
    for client in ["a", "a", "a", "b", "c", "b"]:
        turns.join(client, small=True)
    assert clients(turns) == ["a", "b", "c", "a", "b", "a"]


def test_who_comes_later_is_not_behind_the_whole_queue_of_another():
    turns = Turns(Settings(client_pictures=1))
    for _ in range(4):
        turns.join("a", small=True)
    (first,) = in_turn(turns)
    turns.join("b", small=True)
    turns.leave(first)
    assert clients(turns) == ["b", "a"]


def test_the_small_have_a_place_that_the_large_cannot_take():
    turns = Turns(Settings(workers=2))
    for client in "abcd":
        turns.join(client, small=False)
    turns.join("e", small=True)
    given = in_turn(turns)
    assert [turn.client for turn in given] == ["a", "b", "e"]
    turns.leave(given[0])
    assert clients(turns) == ["c"]


def test_one_too_many_is_turned_away():
    turns = Turns(Settings(waiting=3, client_waiting=2))
    for client in "aa":
        turns.join(client, small=True)
    with pytest.raises(RequestError, match="from your address") as caught:
        turns.join("a", small=True)
    assert caught.value.status == 503
    turns.join("b", small=True)
    with pytest.raises(RequestError, match="too many pictures at once;"):
        turns.join("c", small=True)


def test_addresses_of_this_machine_are_no_one_client():
    turns = Turns(Settings(client_pictures=1, client_waiting=1))
    for _ in range(5):
        turns.join("127.0.0.1", small=True)
    assert len(in_turn(turns)) == 5


def test_who_gives_up_waiting_has_no_turn():
    turns = Turns(Settings())
    turn = turns.join("a", small=True)
    turns.leave(turn)
    turns.leave(turn)
    assert turns.next() is None
    assert len(turns) == 0


@pytest.mark.parametrize(
    ("host", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("::1", "::1"),
        ("testclient", "testclient"),
    ],
)
def test_what_counts_as_one_client(host, client):
    assert client_of(host) == client


def test_this_machine():
    assert all(map(is_loopback, ["127.0.0.1", "127.3.2.1", "::1"]))
    assert not any(map(is_loopback, ["192.0.2.7", "128.0.0.1", "::/64", ""]))
