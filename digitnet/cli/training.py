"""Carry a training out: its lines and bar, what it keeps after each epoch and at its end."""

import argparse
import functools
import os
import sys
from collections.abc import Callable
from typing import Any

import torch

from digitnet.cli import flags, progress, terminal
from digitnet.cli.interrupt import stop_requests
from digitnet.cli.job import Job, new_job, resumed_job, save_results
from digitnet.cli.report import report_on
from digitnet.errors import install_command
from digitnet.training.checkpoint import save_checkpoint
from digitnet.training.epochs import train
from digitnet.training.evaluation import evaluate
from digitnet.training.metrics import Epoch, Step
from digitnet.training.norm_statistics import trained_network
from digitnet.training.processes import ALONE, Processes, joined


def carried_out(args: argparse.Namespace) -> int:
    """Train as the flags say. Returns the exit status."""
    with joined(own_device(args)) as processes:
        return train_together(args, processes)


def own_device(args: argparse.Namespace) -> torch.device:
    """The device of this process; on a machine with several GPUs each has its own."""
    local = os.environ.get("LOCAL_RANK")
    if local and args.device is None and not args.no_accel and torch.cuda.is_available():
        args.device = f"cuda:{local}"
    return flags.chosen_device(args)


def train_together(args: argparse.Namespace, processes: Processes) -> int:
    """Train by one process or several, of which the first prints and writes."""
    job = resumed_job(args, processes) if args.resume else new_job(args, processes)
    first = processes.rank == 0
    # Flushed, so that `| tee log` shows an epoch when it is done.
    flushed = functools.partial(print, flush=True)
    say: Callable[[str], object] = flushed if first and not args.quiet else (lambda text: None)
    for line in progress.opening_lines(job):
        say(line)
    if processes.several:
        say(f"{processes.count} processes, {job.recipe.batch_size} images a step in all")
    if job.dataset.notice and first:
        terminal.warn(job.dataset.notice)

    with stop_requests() as stop_requested:
        stopped_by = carry_out(job, args, say, stop_requested, processes)
    if stopped_by:
        if first:
            print(f"\n{progress.stopped_line(job)}")
        return 128 + stopped_by  # as shells report a signal
    return finish(job, args, say) if first else 0


def finish(job: Job, args: argparse.Namespace, say: Callable[[str], object]) -> int:
    """Evaluate, save and tell. Returns the exit status."""
    network = trained_network(job.state, job.dataset)
    images, labels = job.dataset.eval_images, job.dataset.eval_labels
    evaluation = evaluate(network, images, labels, batch_size=args.test_batch_size)
    if job.run:
        save_results(job, network, evaluation, args.save_model)
    say("")
    print(terminal.accuracy_line(evaluation, job.dataset.evaluated))
    for line in progress.closing_lines(job, evaluation):
        say(line)
    if job.run and not args.no_report:
        say(report_line(job))
    if job.dataset.notice:
        terminal.warn(job.dataset.notice)
    if args.target_accuracy and 100 * evaluation.accuracy < args.target_accuracy:
        terminal.warn(f"The target of {args.target_accuracy:g} % is missed.")
        return 1
    return 0


def report_line(job: Job) -> str:
    """Write the run's report where what it needs is installed; says where it is."""
    assert job.run is not None
    out = job.run.path / "report.html"
    try:
        report_on(job.run, job.dataset.to(torch.device("cpu")), out, job.run.path)
    except ImportError as error:  # not there, or there and broken
        lacking = f"the package '{error.name}'" if error.name else str(error)
        return f"No report: it needs {lacking}; run: {install_command('train')}"
    return f"Report: {out}"


def event_log(job: Job, args: argparse.Namespace) -> Any:
    """What writes for TensorBoard; None unless it was asked for."""
    if not (args.tensorboard and job.run):
        return None
    from digitnet.report.tensorboard import TensorBoard

    dataset = job.dataset.to(torch.device("cpu"))
    return TensorBoard(job.run.path / "tensorboard", job.recipe, dataset, job.state)


def carry_out(
    job: Job,
    args: argparse.Namespace,
    say: Any,
    stop_requested: Callable[[], int | None],
    processes: Processes = ALONE,
) -> int | None:
    """Train with a bar and a line an epoch, saving after each.

    Returns the signal that stopped it before its end, if one did.
    """
    quiet = args.quiet or not sys.stderr.isatty() or processes.rank > 0
    say(progress.epoch_heading(job))
    for epoch in job.state.history:
        say(progress.epoch_line(epoch))
    bar = None
    log = event_log(job, args)
    results = train(
        job.recipe,
        job.dataset,
        job.state,
        precision=job.precision,
        test_batch_size=args.test_batch_size,
        processes=processes,
    )
    for result in results:
        if isinstance(result, Step):
            bar = bar or progress.epoch_bar(job, result, quiet)
            if result.step % args.log_interval == 0 or result.step + 1 == result.steps:
                bar.set_postfix(loss=f"{result.mean_loss():.4f}", refresh=False)
            bar.update(result.seen - bar.n)
        else:
            if bar:  # none where the run was stopped after its epoch's last step
                bar.close()
            bar = None
            say(progress.epoch_line(result))
            if job.run:
                job.run.write_metrics(job.state.history)
            if log:
                log.log(result)
        stopped_by = processes.any_signal(stop_requested())
        if stopped_by and job.state.epoch < job.recipe.epochs:
            if bar:
                bar.close()
            if job.run:
                save_checkpoint(job.run.checkpoint, job.recipe, job.state, job.settings)
            return stopped_by
        if job.run and isinstance(result, Epoch):
            save_checkpoint(job.run.checkpoint, job.recipe, job.state, job.settings)
    return None
