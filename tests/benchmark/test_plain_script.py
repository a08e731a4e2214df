import itertools
import os
from multiprocessing import active_children

import pytest
import torch

from digitnet.benchmark import plain_script
from digitnet.benchmark.plain_script import (
    PlainNet,
    next_plain_step,
    own_process,
    plain_epochs,
    plain_steps,
    write_for_torchvision,
)
from digitnet.benchmark.training import plain_finish
from digitnet.errors import WorkerError
from digitnet.training.model import DigitNet
from tests.conftest import made_up_dataset


@pytest.fixture
def folder(tmp_path):
    write_for_torchvision(made_up_dataset(train=600, test=30), tmp_path)
    return tmp_path


def test_it_is_the_documented_network():
    torch.manual_seed(0)
    plain, ours = PlainNet().eval(), DigitNet().eval()
    names = dict(zip(plain.state_dict(), ours.state_dict(), strict=True))
    ours.load_state_dict({names[name]: value for name, value in plain.state_dict().items()})
    images = torch.randn(5, 1, 28, 28)
    torch.testing.assert_close(plain(images), ours(images), rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_steps_and_an_accuracy_after_each_epoch(folder):
    results = list(itertools.islice(plain_steps(folder), 6))
    assert [result is None for result in results] == [True, True, False] * 2
    assert 0 <= results[2] <= 1


def test_an_epochs_seconds_are_those_of_its_steps(folder, monkeypatch):
    clock, steps = [0.0], [None, None, 0.5, None, 0.75]
    lasting = [1.0, 2.0, 100.0, 4.0, 100.0]  # what comes before an accuracy is evaluation

    def timed(*args):
        for step, duration_s in zip(steps, lasting, strict=True):
            clock[0] += duration_s
            yield step

    monkeypatch.setattr(plain_script, "plain_steps", timed)
    monkeypatch.setattr(plain_script.time, "perf_counter", lambda: clock[0])
    assert list(plain_epochs(folder)) == [(3.0, 0.5), (4.0, 0.75)]


@pytest.mark.slow
def test_a_process_of_its_own_trains_and_its_end_is_told(folder):
    with own_process() as process:
        assert process.submit(plain_finish, folder, 1).result().epochs == 1
        assert process.submit(next_plain_step, folder).result() is None
    with pytest.raises(WorkerError, match="ended"), own_process() as process:
        process.submit(os._exit, 1).result()
    assert active_children() == []
