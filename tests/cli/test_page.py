import pytest

from digitnet.web.page_weights import SHIPPED


def test_one_file_is_written(command, tmp_path):
    out = tmp_path / "digits.html"
    outcome = command("page", "--out", out)
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith(f"{out}: the page in one file, ")
    assert out.read_text().startswith("<!doctype html>")


def test_a_folder_is_written(command, tmp_path):
    outcome = command("page", "--out", tmp_path / "site")
    assert outcome.status == 0
    assert (tmp_path / "site" / "index.html").is_file()
    assert (tmp_path / "site" / "static" / "digitnet.bin").read_bytes() == SHIPPED.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digits.html", "site"])
def test_nothing_is_written_over(command, tmp_path, name):
    out = tmp_path / name
    assert command("page", "--out", out).status == 0
    outcome = command("page", "--out", out)
    assert outcome.status == 2
    assert "exists; name another file, or --force to write over it" in outcome.err
    assert command("page", "--out", out, "--force").status == 0


def test_weights_that_are_none_of_ours(command, tmp_path):
    wrong = tmp_path / "mine.bin"
    wrong.write_bytes(b"text")
    outcome = command("page", "--out", tmp_path / "digits.html", "--weights", wrong)
    assert outcome.status == 2
    assert "mine.bin is no network for the page" in outcome.err
    assert not (tmp_path / "digits.html").exists()


def test_a_folder_that_cannot_be_made(command, tmp_path):
    (tmp_path / "site").write_text("a file")
    outcome = command("page", "--out", tmp_path / "site")
    assert outcome.status == 2
    assert "cannot make" in outcome.err


def test_the_folder_is_no_standard_output_and_nothing_is_left_of_a_refusal(command, here):
    outcome = command("page", "--out", "-")
    assert (outcome.status, list(here.iterdir())) == (2, [])
    assert "cannot go to standard output; name one" in outcome.err
