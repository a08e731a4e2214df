"""Train the network on MNIST and save it in a folder of its own.

Ctrl-C saves too; --resume goes on from there, bit for bit.
"""

import argparse
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from digitnet.cli import flags, progress, terminal
from digitnet.cli.counts import positive
from digitnet.cli.interrupt import stop_requests
from digitnet.cli.job import Job, new_job, resumed_job, save_results
from digitnet.errors import RunError
from digitnet.training.checkpoint import save_checkpoint
from digitnet.training.evaluation import evaluate
from digitnet.training.loop import train
from digitnet.training.processes import ALONE, Processes, joined
from digitnet.training.state import Epoch, Step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    flags.add_recipe_flags(parser)
    flags.add_data_flags(parser)
    flags.add_machine_flags(parser)
    group = parser.add_argument_group("run")
    group.add_argument(
        "--runs",
        type=Path,
        default=Path("runs"),
        metavar="DIR",
        help="where run folders are made (default: runs)",
    )
    group.add_argument("--resume", type=Path, metavar="RUN", help="go on with a stopped run")
    group.add_argument(
        "--save-model",
        type=Path,
        nargs="?",
        const=Path("digitnet.pt"),
        metavar="FILE",
        help="also write the final weights to FILE (default: digitnet.pt)",
    )
    group.add_argument(
        "--target-accuracy",
        type=percentage,
        metavar="PERCENT",
        help="exit with status 1 if the final accuracy is below, e.g. 99.2",
    )
    group.add_argument(
        "--dry-run", action="store_true", help="one batch of training, one of testing, no files"
    )
    group.add_argument(
        "--test-batch-size",
        type=positive,
        default=1000,
        metavar="N",
        help="images at once in evaluation (default: 1000)",
    )
    group.add_argument(
        "--log-interval",
        type=positive,
        default=10,
        metavar="N",
        help="steps between two updates of the bar (default: 10)",
    )
    group.add_argument("--no-report", action="store_true", help="write no report at the end")
    group.add_argument(
        "--tensorboard", action="store_true", help="also write event files for TensorBoard"
    )
    group.add_argument("--quiet", action="store_true", help="print only the final accuracy")


def percentage(text: str) -> float:
    value = float(text)
    if not 1 < value <= 100:
        raise argparse.ArgumentTypeError(f"{text} is no percentage, expected e.g. 99.2")
    return value


def run(args: argparse.Namespace) -> int:
    if args.save_model and args.dry_run:
        raise RunError("--dry-run saves nothing; leave out --save-model")
    if args.save_model and args.save_model.exists():
        raise RunError(f"{args.save_model} exists; name another file for --save-model")
    if args.save_model and not args.save_model.parent.is_dir():
        raise RunError(f"no folder {args.save_model.parent} for --save-model; create it first")
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
    evaluation = evaluate(
        job.state.result,
        job.dataset.test_images,
        job.dataset.test_labels,
        batch_size=args.test_batch_size,
    )
    if job.run:
        save_results(job, evaluation, args.save_model)
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
    try:
        from digitnet.cli.report import report_on
    except ImportError as error:  # not there, or there and broken
        lacking = f"the package '{error.name}'" if error.name else str(error)
        return f"No report: it needs {lacking}; run: pip install '.[train]'"
    out = job.run.path / "report.html"
    report_on(job.run, job.dataset.to(torch.device("cpu")), out)
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
        stopped_by = processes.agreed(stop_requested())
        if stopped_by and job.state.epoch < job.recipe.epochs:
            if bar:
                bar.close()
            if job.run:
                save_checkpoint(job.run.checkpoint, job.recipe, job.state, job.settings)
            return stopped_by
        if job.run and isinstance(result, Epoch):
            save_checkpoint(job.run.checkpoint, job.recipe, job.state, job.settings)
    return None
