"""Parts of how a training is carried out; whole ones are in test_train.py."""

import argparse
from types import SimpleNamespace

import pytest
import torch

from digitnet.cli import flags, training
from digitnet.errors import install_command


@pytest.fixture
def asked(monkeypatch):
    """The device that is asked for on a machine with several GPUs, as process `rank`."""

    def device(rank, **given):
        args = argparse.Namespace(**{"device": None, "no_accel": False, "threads": None} | given)
        if rank is not None:
            monkeypatch.setenv("LOCAL_RANK", str(rank))
        training.own_device(args)
        return args.device

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(flags, "chosen_device", lambda args: torch.device("cpu"))
    monkeypatch.delenv("LOCAL_RANK", raising=False)
    return device


def test_each_process_has_a_gpu_of_its_own(asked):
    assert [asked(rank) for rank in (0, 3)] == ["cuda:0", "cuda:3"]


def test_what_is_asked_for_is_taken(asked):
    assert asked(None) is None
    assert asked(1, device="cpu") == "cpu"
    assert asked(1, no_accel=True) is None


@pytest.fixture
def job(tmp_path, tiny_dataset):
    return SimpleNamespace(run=SimpleNamespace(path=tmp_path), dataset=tiny_dataset)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ModuleNotFoundError("gone", name="matplotlib"), "the package 'matplotlib'"),
        (ImportError("libGL.so.1 is missing"), "libGL.so.1 is missing"),
    ],
)
def test_a_training_is_no_failure_for_want_of_a_report(job, monkeypatch, error, told):
    def report_on(*args):
        raise error

    monkeypatch.setattr(training, "report_on", report_on)
    install = install_command("train")
    assert training.report_line(job) == f"No report: it needs {told}; run: {install}"


def test_the_report_is_written_into_the_run(job, monkeypatch):
    written = []
    monkeypatch.setattr(training, "report_on", lambda run, dataset, *paths: written.append(paths))
    assert training.report_line(job) == f"Report: {job.run.path / 'report.html'}"
    assert written == [(job.run.path / "report.html", job.run.path)]


def test_events_are_written_only_where_asked_and_kept(job):
    assert training.event_log(job, argparse.Namespace(tensorboard=False)) is None
    dry_run = SimpleNamespace(run=None)
    assert training.event_log(dry_run, argparse.Namespace(tensorboard=True)) is None
