"""Real processes that are killed or interrupted, and resumed."""

import shlex
import signal

import kill_resume
import pytest
import torch

from digitnet.training.checkpoint import read_checkpoint
from tests.conftest import python

pytestmark = pytest.mark.slow

KILLS = 2  # one a precision; the benchmark has hundreds, some in a training that went on


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def lines():
    """What was told of the kills, once they are through."""
    return []


@pytest.fixture(scope="module")
def counts(folder, lines, pytestconfig):
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")

    def say(line):  # seen as it comes: this takes a minute
        lines.append(line)
        with capture.global_and_fixture_disabled():
            kill_resume.say(line)

    return kill_resume.kill_and_resume(KILLS, folder, say=say)


@pytest.mark.parametrize("precision", kill_resume.PRECISIONS)
def test_killed_trainings_end_with_the_same_weights(counts, precision):
    assert counts[precision]["kills"] >= KILLS // 2
    assert counts[precision]["unreadable"] == 0
    assert counts[precision]["unequal"] == 0


def test_a_line_a_kill(counts, lines):
    kills = [line for line in lines if " kill " in line]
    assert len(kills) == sum(found["kills"] for found in counts.values())


def test_ctrl_c_saves_and_says_how_to_go_on(counts, folder):
    process, run = kill_resume.start(folder / "interrupted", "fp32")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate()
    assert process.returncode == 130
    said = out.splitlines()[-1]
    assert said == f"Stopped and saved. To go on: python train_model.py --resume {run}"
    assert len(read_checkpoint(run / "checkpoint.pt")["history"]) < kill_resume.EPOCHS
    assert not (run / "weights.pt").exists()

    _, *arguments = shlex.split(said.partition(": python")[2])
    resumed = python("train_model.py", *arguments, "--data", "sample", "--quiet", "--no-report")
    assert resumed.status == 0, resumed.err
    (whole,) = (folder / "fp32-whole").iterdir()
    torch.testing.assert_close(
        kill_resume.final_tensors(run), kill_resume.final_tensors(whole), rtol=0, atol=0
    )
