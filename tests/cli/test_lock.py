import pytest

from digitnet.cli.lock import Lock
from digitnet.errors import OutputError


def test_one_holds_it_until_it_lets_it_go(tmp_path):
    path = tmp_path / "table.csv"
    first = Lock(path)
    with pytest.raises(OutputError, match="another command is writing"):
        Lock(path)
    first.release()
    second = Lock(path)
    second.release()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_command_left_is_taken_over(tmp_path):
    (tmp_path / ".table.csv.lock").touch()
    Lock(tmp_path / "table.csv").release()


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(OutputError, match=r"cannot write .*: No such file or directory"):
        Lock(tmp_path / "none" / "table.csv")
