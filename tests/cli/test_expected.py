import argparse
from pathlib import Path

import pytest

from digitnet.cli.expected import add_expected_flags, expected_of, numbers_in
from digitnet.errors import DataError


def parsed(*argv):
    parser = argparse.ArgumentParser()
    add_expected_flags(parser)
    return expected_of(parser.parse_args(list(map(str, argv))))


def test_flags_say_what_is_expected(tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeff0042\r\n\r\n1234\r\n 77 \n".encode())
    assert parsed() is None
    assert parsed("--digits", 5).digits == 5
    assert parsed("--valid", path).valid == ("0042", "1234", "77")
    assert parsed("--valid", path, "--digits", 2).valid == ("77",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"12\nname\n", r"list.txt, line 2: 'name', expected one number of digits alone"),
        (b"\n\n", r"list.txt holds no numbers, expected one a line"),
        (b"\xff\xfe1\0", r"list.txt is no text in UTF-8; save it as plain text"),
    ],
)
def test_a_list_of_something_else_is_refused(tmp_path, content, message):
    path = tmp_path / "list.txt"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        numbers_in(path)


def test_what_cannot_be_is_refused(tmp_path):
    path = tmp_path / "list.txt"
    path.write_text("123\n")
    with pytest.raises(DataError, match=r"list.txt: no number is valid of 5 digits"):
        parsed("--valid", path, "--digits", 5)
    with pytest.raises(DataError, match="99 digits, expected 1 to 50"):
        parsed("--digits", 99)
    with pytest.raises(DataError, match=r"cannot read none.txt: No such file"):
        numbers_in(Path("none.txt"))
