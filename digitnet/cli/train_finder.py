"""Train the network that finds and reads digits, on made-up pages.

  digitnet train-finder --out finder.onnx

About two hours on two cores: one for the network, one for its pages. Saved
every 500 steps beside the file that is written; the same command goes on after
a stop. Ends with a calibration on digits kept aside.

On a CUDA device fresh tiles lie in a pool there (--pool) and are changed anew
each time they are drawn. That is faster, but two such trainings are not the
same to the bit: how many tiles have come by a step depends on the workers.
"""

import argparse
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from digitnet.cli import flags, terminal
from digitnet.cli.counts import cores, not_negative, positive
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.training.finder.recipe import FinderRecipe

if TYPE_CHECKING:
    import torch

    from digitnet.training.finder.tile_pool import PoolBatches
    from digitnet.training.finder.tiles import TileBatches
    from digitnet.training.pages.ingredients import Ingredients

_SAVED_EVERY = 500  # steps: some five minutes
_POOL = 100_000  # tiles: 7 GB
_RECIPE = FinderRecipe()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("finder.onnx"),
        metavar="FILE",
        help="what to write (default: finder.onnx)",
    )
    add_force_flag(parser)
    group = parser.add_argument_group("training")
    for name, kind, help in (
        ("steps", positive, "steps to train"),
        ("batch-size", positive, "tiles a step"),
        ("lr", float, "largest learning rate"),
        (
            "ema-decay",
            float,
            "of the average of weights that is the result; nearer 1 for more steps",
        ),
        ("seed", int, "seed of weights and tiles"),
    ):
        default = getattr(_RECIPE, name.replace("-", "_"))
        group.add_argument(
            f"--{name}",
            type=kind,
            default=default,
            metavar="X" if kind is float else "N",
            help=f"{help} (default: {default})",
        )
    group.add_argument(
        "--workers",
        type=positive,
        metavar="N",
        help="processes that make pages; the pages depend on it (default: 1; with a pool, one for "
        "each core but one)",
    )
    group.add_argument(
        "--pool",
        type=not_negative,
        metavar="TILES",
        help="fresh tiles kept on the device and changed there, 72 kB each: faster on a GPU, not "
        f"repeatable to the bit; 0 for none (default: {_POOL:,} on CUDA, else 0)",
    )
    group.add_argument(
        "--calibrate",
        type=positive,
        default=2000,
        metavar="N",
        help="made-up pages, and twice as many single digits, to calibrate on (default: 2000)",
    )
    flags.add_machine_flags(parser)
    flags.add_data_flags(parser)


def run(args: argparse.Namespace) -> int:
    from digitnet.cli.calibration import calibrated_file
    from digitnet.training.data.mnist import load_mnist
    from digitnet.training.device import choose_precision, precision_name
    from digitnet.training.finder.model import FinderNet
    from digitnet.training.finder.train import (
        fresh_state,
        load_state,
        save_state,
        train_finder,
    )
    from digitnet.training.memory import keep_freed_memory
    from digitnet.training.pages.ingredients import Ingredients

    check_outputs([args.out], force=args.force)
    recipe = FinderRecipe(
        steps=args.steps,
        batch_size=args.batch_size,
        lr=args.lr,
        ema_decay=args.ema_decay,
        seed=args.seed,
    )
    device = flags.chosen_device(args)
    if args.threads is None and device.type == "cpu":
        args.threads = 1  # two busy threads beside the pages' process are slower than one
        flags.set_threads(args)
    precision = choose_precision(args.precision, device)
    keep_freed_memory(device)
    dataset = load_mnist(args.data, allow_other_data=args.allow_other_data, warn=terminal.warn)
    images, labels = dataset.train_images[:, 0].numpy(), dataset.train_labels.numpy()
    saved = args.out.with_suffix(".state.pt")
    pool = _pool_size(args, device)
    # Without a pool the pages follow from how many processes make them.
    setting = {
        "data": dataset.fingerprint,
        "pool": pool,
        "precision": precision_name(precision),
        **({} if pool else {"workers": args.workers or 1}),
    }
    if saved.exists():
        state = load_state(saved, recipe, device, setting)
        print(f"Goes on from step {state.step:,} of {saved}", flush=True)
    else:
        state = fresh_state(recipe, device)
    ingredients = Ingredients.of(images, labels)
    batches = _batches(args, pool, recipe, ingredients, device)
    started, first = time.perf_counter(), state.step
    with closing(batches):
        for loss in train_finder(recipe, state, batches, precision):
            pace = (time.perf_counter() - started) / (state.step - first)
            left_s = pace * (recipe.steps - state.step)
            print(
                f"step {state.step:,} of {recipe.steps:,}  loss {loss:.3f}  "
                f"{left_s / 60:.0f} min left",
                flush=True,
            )
            if state.step % _SAVED_EVERY == 0 or state.step == recipe.steps:
                save_state(saved, recipe, state, setting)
    terminal.stage("Calibrating on digits kept aside")
    aside = Ingredients.of(images, labels, "aside")
    network = state.ema.module
    assert isinstance(network, FinderNet)
    calibrated_file(args.out, network, aside, dataset, args.calibrate, recipe)
    saved.unlink(missing_ok=True)
    print(f"Written: {args.out}\nNext: digitnet read --finder {args.out} PICTURE")
    return 0


def _pool_size(args: argparse.Namespace, device: "torch.device") -> int:
    """Tiles that are kept on the device, 0 for none."""
    return args.pool if args.pool is not None else _POOL * (device.type == "cuda")


def _batches(
    args: argparse.Namespace,
    pool: int,
    recipe: FinderRecipe,
    ingredients: "Ingredients",
    device: "torch.device",
) -> "TileBatches | PoolBatches":
    """Changed on the device where there is a pool, else by the processes that make the tiles.

    pool: how many tiles it holds, 0 for none.
    """
    from digitnet.training.finder.tile_pool import PoolBatches, TilePool
    from digitnet.training.finder.tiles import TileBatches, TileStream

    if pool == 0:
        stream = TileStream(ingredients, recipe.batch_size, recipe.seed)
        return TileBatches(stream, recipe.steps, device, args.workers or 1)
    workers = args.workers or max(1, cores() - 1)
    terminal.stage("Making the first tiles")
    return PoolBatches(
        TilePool(pool, device),
        ingredients,
        recipe.batch_size,
        recipe.steps,
        seed=recipe.seed,
        workers=workers,
    )
