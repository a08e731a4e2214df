from digitnet.cli.tally import Tally
from digitnet.errors import PictureError, install_command
from digitnet.reading import Reading


def test_files_are_counted_and_their_pages():
    tally = Tally()
    for result in (
        Reading((), 1, 1),
        PictureError("damaged"),
        Reading((), 1, 1, page=1, pages=2),
        Reading((), 1, 1, page=2, pages=2),
        Reading((), 1, 1, page=1, pages=2),
        PictureError("damaged", page=2, pages=2),
    ):
        tally.add(result)
    assert tally.lines() == ["read 2 (4 pages), failed 2"]


def test_what_was_skipped_is_named_the_most_first(capsys):
    tally = Tally()
    tally.add(Reading((), 1, 1))
    tally.skipped.update({".txt": 1, ".mov": 1200})
    tally.tell("digitnet read")
    assert capsys.readouterr().err == (
        "digitnet read: read 1, skipped 1,201 (.mov 1,200, .txt 1)\n"
    )


def test_what_a_table_holds_already_is_told():
    tally = Tally()
    tally.add(PictureError("damaged"))
    tally.known = 1065
    assert tally.lines() == ["read 0, failed 1, in the table already 1,065"]
    tally.known_failed = 3
    assert tally.lines()[0].endswith("in the table already 1,065 (3 of them failed)")


def test_how_to_read_what_needs_a_package(monkeypatch):
    monkeypatch.setattr("digitnet.reading.files.formats.find_spec", lambda name: None)
    tally = Tally()
    tally.skipped.update({".heic": 3, ".txt": 1})
    assert tally.lines() == [
        "read 0, skipped 4 (.heic 3, .txt 1)",
        f"to read .heic: {install_command('heic')}",
    ]
