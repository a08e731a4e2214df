"""What groups of the page generator, widths and seeds are worth to the finder, in short runs.

    python benchmarks/finder_ablation.py
    python benchmarks/finder_ablation.py --photos ../shared --out photos.json   # read photos too

Every run trains a new network for as many steps on as many fresh tiles, which lie in a pool on
the device and are changed whenever they are drawn. One group is left out of the tiles that are
trained on; the tiles kept aside, of digits and letters that nothing is trained on, are of the
whole generator and the same for all. With --photos each network is also exported, calibrated on
some of the tiles' kind, and reads other people's pages, strings and photos. Writes
benchmarks/results/finder-ablation.json after every run; what a record of the same recipe has is
not run again.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from finder_groups import CHUNK, GROUPS, Group, aside_tiles, filled, start
from finder_photos import export, read_photos
from finder_scores import counts, evaluate
from row import Folders

from digitnet.cli.calibration import pictures
from digitnet.files import write_atomically
from digitnet.training import load_mnist
from digitnet.training.device import choose_device, choose_precision
from digitnet.training.environment import describe
from digitnet.training.finder.model import FinderNet
from digitnet.training.finder.recipe import FinderRecipe
from digitnet.training.finder.tile_pool import TilePool
from digitnet.training.finder.tiles import Batch, collate
from digitnet.training.finder.train import fresh_state, train_finder
from digitnet.training.memory import keep_freed_memory
from digitnet.training.pages.ingredients import Ingredients

RESULTS = Path(__file__).parent / "results"

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
    parser.add_argument("--widths", type=int, nargs=3, default=WIDTHS, metavar="N")
    parser.add_argument("--tiles", type=int, default=4000, help="fresh ones to train on")
    parser.add_argument("--aside", type=int, default=512, help="tiles to measure on")
    parser.add_argument("--seeds", type=int, default=3, help="runs with everything")
    parser.add_argument("--only", nargs="*", choices=list(GROUPS), help="groups to leave out")
    parser.add_argument(
        "--other-widths", action=argparse.BooleanOptionalAction, default=True, help="try them too"
    )
    parser.add_argument("--photos", type=Path, metavar="DIR", help="with photos and hands: read")
    parser.add_argument("--calibrate", type=int, default=200, help="tiles, before photos are read")
    parser.add_argument("--device")
    parser.add_argument("--threads", type=int, help="of PyTorch, on a CPU")
    parser.add_argument("--workers", type=int, default=2, help="processes that make tiles")
    parser.add_argument("--out", type=Path, default=RESULTS / "finder-ablation.json")
    args = parser.parse_args()

    device = choose_device(args.device)
    if args.threads:
        torch.set_num_threads(args.threads)
    keep_freed_memory(device)
    dataset = load_mnist("full")
    digits = dataset.train_images[:, 0].numpy(), dataset.train_labels.numpy()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.workers, spawn, initializer=start, initargs=digits) as workers:
        chunks = workers.map(aside_tiles, range(-(-args.aside // CHUNK)))
        aside = [collate(tiles) for tiles in chunks]
        record = begun(args) or {
            "command": " ".join(["python", "benchmarks/finder_ablation.py", *sys.argv[1:]]),
            "environment": describe(device),
            "recipe": {**recipe_of(args, Run(widths=tuple(args.widths))).to_dict()},
            "fresh_tiles": args.tiles,
            "aside": counts(aside),
            "groups": {name: asdict(group) for name, group in GROUPS.items()},
            "runs": [],
        }
        made = {name_of(row) for row in record["runs"]}
        pool, pool_of = None, ""
        for run in runs_of(args):
            if name_of(asdict(run)) in made:
                continue
            if pool is None or pool_of != run.left_out:
                group = GROUPS[run.left_out] if run.left_out else Group()
                pool, pool_of = filled(workers, group, args.tiles, device), run.left_out
            network, row = trained(recipe_of(args, run), pool, device)
            row |= evaluate(network, aside, device)
            if args.photos:
                own = Ingredients.of(*digits, "aside")
                row |= {"photos": photos_by(network, own, args.photos, args.calibrate)}
            record["runs"].append(asdict(run) | row)
            print(json.dumps(record["runs"][-1]), flush=True)
            write_atomically(args.out, (json.dumps(record, indent=1) + "\n").encode())


def runs_of(args: argparse.Namespace) -> list[Run]:
    widths = tuple(args.widths)
    groups = list(GROUPS) if args.only is None else args.only
    return [
        *(Run(widths=widths, seed=seed) for seed in range(args.seeds)),
        *(Run(widths=other) for other in OTHER_WIDTHS if args.other_widths),
        *(Run(left_out=name, widths=widths) for name in groups),
    ]


def recipe_of(args: argparse.Namespace, run: Run) -> FinderRecipe:
    return FinderRecipe(
        widths=run.widths,
        steps=args.steps,
        batch_size=args.batch_size,
        warmup_fraction=1 / 7,
        ema_decay=0.995,
        seed=run.seed,
    )


def begun(args: argparse.Namespace) -> dict[str, Any] | None:
    """The record, where one of the same recipe, tiles and kinds of pictures was begun."""
    if not args.out.exists():
        return None
    record: dict[str, Any] = json.loads(args.out.read_text())
    wanted = recipe_of(args, Run(widths=tuple(args.widths))).to_dict()
    photos = all("photos" in row for row in record["runs"])
    same = (record["recipe"], record["fresh_tiles"], photos) == (
        *(wanted, args.tiles),
        args.photos is not None,
    )
    return record if same else None


def name_of(row: dict[str, Any]) -> tuple[str | None, tuple[int, ...], int]:
    return row["left_out"], tuple(row["widths"]), row["seed"]


def trained(
    recipe: FinderRecipe, pool: TilePool, device: torch.device
) -> tuple[FinderNet, dict[str, Any]]:
    started, state = time.perf_counter(), fresh_state(recipe, device)
    for _ in train_finder(recipe, state, Drawn(pool, recipe), choose_precision("auto", device)):
        pass
    train_s = time.perf_counter() - started
    network = state.ema.module
    assert isinstance(network, FinderNet)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return network, {"parameters": parameters, "train_s": round(train_s, 1)}


def photos_by(
    network: FinderNet, aside: Ingredients, shared: Path, pages: int
) -> dict[str, dict[str, float]]:
    """What the network makes of photos in `shared`, calibrated on `pages` made-up ones."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "finder.onnx"
        export(path, network, aside, pictures(aside, 32), pages)
        return read_photos(path, Folders(shared / "photos", shared / "hands"))


if __name__ == "__main__":
    main()
