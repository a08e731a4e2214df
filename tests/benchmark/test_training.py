import itertools

import pytest
import torch

from digitnet.benchmark import training
from digitnet.benchmark.plain_script import write_for_torchvision
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState
from tests.conftest import made_up_dataset


def test_operations_are_those_of_the_documented_arithmetic():
    # 15.9 GFLOP a step of 512.
    assert pytest.approx(15.95e9, rel=0.005) == 512 * training.OPERATIONS_AN_IMAGE


@pytest.mark.slow
@pytest.mark.parametrize("layout", [torch.contiguous_format, torch.channels_last])
def test_our_steps_go_on_without_end_in_the_layout_asked_for(layout, monkeypatch):
    seen, fresh = [], TrainingState.fresh

    def watched(*args):
        state = fresh(*args)
        state.model.relu1.register_forward_hook(
            lambda module, images, features: seen.append((module.training, features))
        )
        return state

    monkeypatch.setattr(TrainingState, "fresh", watched)
    steps = training.our_steps(made_up_dataset(600), torch.float32, layout)
    losses = [loss.item() for loss, *_ in itertools.islice(steps, 3)]
    assert len(set(losses)) == len(seen) == 3  # an epoch has two
    for in_training, features in seen:
        assert in_training
        assert features.is_contiguous(memory_format=layout)


@pytest.mark.slow
def test_all_ways_are_timed(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "choose_precision", lambda name, device: torch.bfloat16)
    dataset = made_up_dataset(600)
    write_for_torchvision(dataset, tmp_path)
    times = training.step_times(dataset, tmp_path, rounds=1, steps=1)
    assert list(times) == [
        "digitnet, fp32, contiguous",
        "digitnet, fp32, channels_last",
        "digitnet, bf16, contiguous",
        "digitnet, bf16, channels_last",
        "plain script, fp32",
    ]


@pytest.mark.slow
def test_a_finish_is_the_last_epochs():
    finish = training.finish_of(Recipe(epochs=3, batch_size=20), made_up_dataset())
    assert finish.epochs == 3
    assert finish.train_s > 0
    assert (finish.accuracy * 20) % 1 == pytest.approx(0, abs=1e-6)  # of 20 test images


@pytest.mark.slow
@pytest.mark.parametrize(("target", "epochs"), [(0.0, 1), (1.1, 3)])
def test_the_plain_script_ends_at_its_target_or_its_last_epoch(
    tmp_path, monkeypatch, target, epochs
):
    write_for_torchvision(made_up_dataset(), tmp_path)
    monkeypatch.setattr(training, "TARGET", target)
    assert training.plain_finish(tmp_path, most_epochs=3).epochs == epochs
