"""What groups of the page generator, widths and seeds are worth to the finder, in short runs.

    python benchmarks/finder_ablation.py
    python benchmarks/finder_ablation.py --tiles 64 --steps 8 --batch-size 4 --aside 16   # a try

Every run trains a new network for as many steps on as many fresh tiles, which lie in a pool on
the device and are changed whenever they are drawn. One group is left out of the tiles that are
trained on; the tiles kept aside, of digits and letters that nothing is trained on, are of the
whole generator and the same for all. Photos are not read with these networks. Writes
benchmarks/results/finder-ablation.json after every run.
"""

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from finder_scores import counts, evaluate

from digitnet.training import load_mnist
from digitnet.training.device import choose_device, choose_precision
from digitnet.training.environment import describe
from digitnet.training.finder.padded_tiles import PaddedTiles
from digitnet.training.finder.recipe import FinderRecipe
from digitnet.training.finder.tile_pool import TilePool, make_chunk
from digitnet.training.finder.tiles import Batch, collate
from digitnet.training.finder.train import fresh_state, train_finder
from digitnet.training.pages.digits import SOURCES, DigitBank
from digitnet.training.pages.ingredients import Ingredients
from digitnet.training.pages.letters import LetterBank
from digitnet.training.pages.print import PrintBank
from digitnet.training.pages.tile import Tile, make_tile

RESULTS = Path(__file__).parent / "results"
CHUNK = 16  # tiles a process makes at a time


@dataclass(frozen=True)
class Group:
    """sources: of digits, those that stay. without: what `make_tile` leaves out."""

    sources: tuple[str, ...] = SOURCES
    without: tuple[str, ...] = ()


GROUPS = {
    "other hands and forms": Group(sources=("mnist",)),
    "programmed forms": Group(sources=("mnist", "hands")),
    "letters, words, print, scribbles": Group(
        without=("letters", "words", "print", "scribbles")
    ),  # letters and signs inside of lines stay
    "arrangements but lines": Group(without=("cells", "column", "scattered", "alone")),
    "boxes and rules": Group(without=("boxes", "rules")),
    "paper": Group(
        without=("grain", "security", "newsprint", "lined", "stains", "rings", "folds", "specks")
    ),
    "surroundings": Group(
        without=("sheet", "thing", "desk", "pen", "fingers", "border", "no paper")
    ),
    "camera": Group(
        without=(
            *("light", "shadow", "vignette", "blur", "moire", "tone", "noise"),
            *("resolution", "sharpening", "threshold", "posterise", "jpeg"),
        )
    ),
    "crops and giants": Group(without=("crop", "giant")),
}
WIDTHS = (48, 80, 128)
OTHER_WIDTHS = ((24, 40, 64), (34, 57, 92), (64, 112, 176))


@dataclass(frozen=True)
class Run:
    left_out: str | None = None  # a name of GROUPS
    widths: tuple[int, int, int] = WIDTHS
    seed: int = 0


class Drawn:
    """Batches of tiles that lie in a pool, as `train_steps` asks for them."""

    def __init__(self, pool: TilePool, recipe: FinderRecipe):
        self.pool, self.recipe = pool, recipe
        self.generator = torch.Generator(pool.device).manual_seed(recipe.seed)

    def __len__(self) -> int:
        return self.recipe.steps

    def __getitem__(self, step: int) -> Batch:
        return self.pool.draw(self.recipe.batch_size, self.generator)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--tiles", type=int, default=4000, help="fresh ones to train on")
    parser.add_argument("--aside", type=int, default=512, help="tiles to measure on")
    parser.add_argument("--seeds", type=int, default=3, help="runs with everything")
    parser.add_argument("--only", nargs="*", choices=list(GROUPS), help="groups to leave out")
    parser.add_argument("--device")
    parser.add_argument("--workers", type=int, default=2, help="processes that make tiles")
    parser.add_argument("--out", type=Path, default=RESULTS / "finder-ablation.json")
    args = parser.parse_args()

    device = choose_device(args.device)
    groups = list(GROUPS) if args.only is None else args.only
    runs = [
        *(Run(seed=seed) for seed in range(args.seeds)),
        *(Run(widths=widths) for widths in OTHER_WIDTHS),
        *(Run(left_out=name) for name in groups),
    ]
    dataset = load_mnist("full")
    digits = dataset.train_images[:, 0].numpy(), dataset.train_labels.numpy()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.workers, spawn, initializer=start, initargs=digits) as workers:
        chunks = workers.map(aside_tiles, range(-(-args.aside // CHUNK)))
        aside = [collate(tiles) for tiles in chunks]
        record = {
            "command": " ".join(["python", "benchmarks/finder_ablation.py", *sys.argv[1:]]),
            "environment": describe(device),
            "fresh_tiles": args.tiles,
            "aside": counts(aside),
            "groups": {name: asdict(group) for name, group in GROUPS.items()},
            "runs": [],
        }
        pool, pool_of = None, ""
        for run in runs:
            if pool is None or pool_of != run.left_out:
                group = GROUPS[run.left_out] if run.left_out else Group()
                pool, pool_of = filled(workers, group, args.tiles, device), run.left_out
            recipe = FinderRecipe(
                widths=run.widths,
                steps=args.steps,
                batch_size=args.batch_size,
                warmup_fraction=1 / 7,
                ema_decay=0.995,
                seed=run.seed,
            )
            record["recipe"] = {**recipe.to_dict(), "widths": WIDTHS, "seed": 0}
            row = asdict(run) | trained(recipe, pool, aside, device)
            record["runs"].append(row)
            print(json.dumps(row), flush=True)
            args.out.write_text(json.dumps(record, indent=1) + "\n")


def trained(recipe: FinderRecipe, pool: TilePool, aside: list[Batch], device: torch.device) -> dict:
    started, state = time.perf_counter(), fresh_state(recipe, device)
    for _ in train_finder(recipe, state, Drawn(pool, recipe), choose_precision("auto", device)):
        pass
    train_s = time.perf_counter() - started
    network = state.ema.module
    parameters = sum(parameter.numel() for parameter in network.parameters())
    found = evaluate(network, aside, device)
    return {"parameters": parameters, "train_s": round(train_s, 1), **found}


def filled(
    workers: ProcessPoolExecutor, group: Group, tiles: int, device: torch.device
) -> TilePool:
    pool = TilePool(tiles, device)
    chunks = -(-tiles // CHUNK)
    for chunk in workers.map(train_tiles, [group] * chunks, range(chunks)):
        pool.add(PaddedTiles.of(chunk))
    return pool


def start(images: np.ndarray, labels: np.ndarray) -> None:
    """In each process that makes tiles."""
    global DIGITS
    cv2.setNumThreads(1)
    DIGITS, BANKS["aside"] = (images, labels), Ingredients.of(images, labels, "aside")


BANKS: dict[object, Ingredients] = {}


def train_tiles(group: Group, number: int) -> dict[str, np.ndarray]:
    if group.sources not in BANKS:
        bank = DigitBank(*DIGITS, pool=6000, fresh=0.1, sources=group.sources)
        BANKS[group.sources] = Ingredients(bank, LetterBank(), PrintBank())
    return make_chunk(BANKS[group.sources], [5, number], frozenset(group.without), CHUNK)


def aside_tiles(number: int) -> list[Tile]:
    rng = np.random.default_rng([777, number])
    return [make_tile(rng, BANKS["aside"]) for _ in range(CHUNK)]


if __name__ == "__main__":
    main()
