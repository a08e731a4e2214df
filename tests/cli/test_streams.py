"""The command's standard streams, by processes of their own."""

import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import page


def ended(command: str, cwd, **variables: str) -> subprocess.CompletedProcess[str]:
    """A shell command in which `digitnet` is this one."""
    path = os.environ | variables
    line = command.replace("digitnet", f"{sys.executable} -m digitnet")
    return subprocess.run(["bash", "-c", line], cwd=cwd, env=path, capture_output=True, text=True)


@pytest.fixture
def folder(tmp_path):
    Image.fromarray(np.full((40, 40), 255, np.uint8)).save(tmp_path / "\u0442.png")
    return tmp_path


def test_a_name_of_any_script_is_printed_where_there_is_no_letter_for_it(folder):
    found = ended("digitnet read *.png *.png", folder, PYTHONUTF8="0", PYTHONIOENCODING="cp1252")
    assert found.returncode == 0, found.stderr
    assert "\\u0442.png: " in found.stdout


def test_a_table_on_standard_output_is_utf_8_all_the_same(folder):
    found = ended("digitnet read --csv - *.png | tail -n 1 | head -c 2 | xxd -p", folder,
                  PYTHONUTF8="0", PYTHONIOENCODING="cp1252")  # fmt: skip
    assert found.stdout.strip() == "d182"


@pytest.mark.parametrize(
    ("line", "status", "said"),
    [
        ("digitnet read *.png >&-", 2, "digitnet: standard output is closed"),
        ("digitnet read - <&-", 1, "digitnet read: -: the file is empty"),
        ("digitnet read *.png 2>&-", 0, ""),
    ],
)
def test_a_closed_stream_is_no_defect(folder, line, status, said):
    found = ended(line, folder)
    assert (found.returncode, found.stderr.strip()) == (status, said)


@pytest.mark.slow
def test_a_picture_that_takes_too_long_ends_the_command_in_order(tmp_path, digits):
    written = np.tile(page(digits, ["3141592653"] * 8), (4, 4))[:3000, :3000]
    Image.fromarray(written).save(tmp_path / "large.png")
    found = ended("digitnet read --timeout 0.1 --csv t.csv large.png", tmp_path)
    assert found.returncode == 1, found.stderr
    assert "it took longer than 0.1 seconds" in found.stderr
    assert "took longer" in (tmp_path / "t.csv").read_text()
