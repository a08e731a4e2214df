import argparse

import pytest

from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.errors import OutputError


def refused(path, *, force=False):
    with pytest.raises(OutputError) as caught:
        check_outputs([path], force=force)
    return str(caught.value)


def test_what_does_not_exist_may_be_written(tmp_path):
    check_outputs([tmp_path / "a", None, tmp_path / "b"], force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_is_written_over_only_by_force(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("precious")
    assert refused(path) == f"{path} exists; name another file, or --force to write over it"
    check_outputs([path], force=True)
    assert path.read_text() == "precious"


def test_one_of_several_is_enough(tmp_path):
    path = tmp_path / "b"
    path.touch()
    with pytest.raises(OutputError, match="b exists"):
        check_outputs([tmp_path / "a", path], force=False)


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file_and_a_missing_one_is_named(tmp_path, force):
    assert refused(tmp_path, force=force) == f"{tmp_path} is a folder; name a file in it"
    told = refused(tmp_path / "none" / "a.png", force=force)
    assert told == f"no folder {tmp_path / 'none'} for a.png; create it first"


def test_a_link_to_nowhere_is_not_there(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    check_outputs([link], force=False)


def test_force_is_a_flag():
    parser = argparse.ArgumentParser()
    add_force_flag(parser)
    assert [parser.parse_args(argv).force for argv in ([], ["--force"])] == [False, True]
