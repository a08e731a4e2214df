import argparse
import os

import pytest

from digitnet.cli import read
from digitnet.cli.request import check_request, is_one
from digitnet.errors import OutputError


def check(*argv):
    parser = argparse.ArgumentParser()
    read.add_arguments(parser)
    check_request(parser.parse_args(list(map(str, argv))))


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["--csv", "a", "--parquet", "b"], "the same table; name one of them"),
        (["--resume", "--show", "a.png"], "--show and --explain draw one"),
        (["--resume", "--csv", "t", "--review", "r"], "which --review shows; drop one"),
        (["--resume"], "--resume goes on with a table"),
        (["--resume", "--csv", "-"], "--resume goes on with a file, and - is none"),
        (["--per", "picture"], "--per is of a table"),
        (["--json", "--csv", "-"], "name a file in place of -"),
        (["--csv", "a", "--review", "a"], "named for two outputs"),
        (["--csv", "-", "--review", "-"], "named for two outputs"),
        (["--show", "out.txt"], "has no picture's ending"),
        (["--page", "2"], "--page names what --show and --explain draw"),
        (["--resume", "--csv", "t"], "--resume knows pictures by their names"),
        (["-"], "standard input can be read once"),
    ],
)
def test_what_does_not_fit_together_is_named(argv, message):
    with pytest.raises(OutputError, match=message):
        check("-", *argv)


def test_the_picture_is_not_written_over(tmp_path):
    (tmp_path / "a.png").touch()
    (tmp_path / "link.png").symlink_to("a.png")
    for name in ("a.png", "link.png"):
        with pytest.raises(OutputError, match="is the picture to be read"):
            check(tmp_path / "a.png", "--show", tmp_path / name, "--force")


@pytest.mark.parametrize(("flag", "ending"), [("--csv", ".part"), ("--parquet", ".parts")])
def test_what_was_read_before_is_not_dropped_unasked(tmp_path, flag, ending):
    (tmp_path / f"t{ending}").touch()
    with pytest.raises(OutputError, match="--resume goes on with it, --force drops it"):
        check("a.png", flag, tmp_path / "t")
    check("a.png", flag, tmp_path / "t", "--resume")
    check("a.png", flag, tmp_path / "t", "--force")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_pipes_and_standard_output_need_no_force(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    check("a.png", "--csv", tmp_path / "pipe", "--review", "-")
    check("-", "--show", "-")


def test_one_file_is_no_folder_and_no_pattern(tmp_path):
    (tmp_path / "a.png").touch()
    arguments = ("-", tmp_path / "a.png", tmp_path, tmp_path / "*.png", tmp_path / "none")
    assert [is_one(str(argument)) for argument in arguments] == [True, True, False, False, False]


@pytest.mark.parametrize("flag", ["--csv", "--parquet"])
@pytest.mark.parametrize("path", ["", ".", "/"])
def test_a_table_that_is_a_folder_is_refused(flag, path):
    with pytest.raises(OutputError, match="is a folder; name a file in it"):
        check("a.png", flag, path)
