"""Damaged and malicious files of weights: clear errors, nothing run, bounded memory.

    python benchmarks/fuzz_weights.py --count 10000

Weights, a checkpoint, safetensors and ONNX files, cut, changed, repeated; archives whose pickle
would run a command; headers that promise terabytes. A process of its own loads them, so that a
crash would be counted too. Writes benchmarks/results/fuzz-weights.json.
"""

import argparse
import io
import json
import os
import pickle
import resource
import struct
import sys
import tempfile
import time
import zipfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import torch
from fuzz_pictures import mutated

from digitnet.errors import DigitnetError
from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.training import DigitNet, TrainingState, load_mnist, load_weights, save_weights
from digitnet.training.checkpoint import read_checkpoint, save_checkpoint
from digitnet.training.formats import to_safetensors
from digitnet.training.recipe import Recipe

RESULTS = Path(__file__).parent / "results"
ENDINGS = ("weights.pt", "checkpoint.pt", "model.safetensors", "digitnet.onnx")
_LOT = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    outcomes: Counter[str] = Counter()
    slowest_s, memory_mb = 0.0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        canary = folder / "canary"
        good = good_files(folder)
        random = np.random.default_rng(args.seed)
        bad = list(malicious(canary))
        lots = []
        for number in range(args.count):
            ending = ENDINGS[number % 4]
            content = bad[number // 40 % len(bad)] if number % 40 < 4 else None
            lots.append((ending, content or damaged(random, good[ending])))
        for at in range(0, len(lots), _LOT):
            found, slowest, memory = in_a_process(folder, lots[at : at + _LOT])
            outcomes += found
            slowest_s, memory_mb = max(slowest_s, slowest), max(memory_mb, memory)
        ran = canary.exists()
    record = {
        "command": " ".join(["python", "benchmarks/fuzz_weights.py", *sys.argv[1:]]),
        "outcomes": dict(outcomes),
        "something_was_run": ran,
        "slowest_s": round(slowest_s, 3),
        "peak_memory_mb": memory_mb,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "fuzz-weights.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record, indent=1))


def in_a_process(folder: Path, lot: list[tuple[str, bytes]]) -> tuple[Counter[str], float, int]:
    """What became of each; where the process dies, each by itself."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        try:
            return pool.submit(load_all, folder, lot).result()
        except BrokenProcessPool:
            if len(lot) == 1:
                return Counter(crashed=1), 0.0, 0
    found: Counter[str] = Counter()
    for one in lot:
        found += in_a_process(folder, [one])[0]
    return found, 0.0, 0


def load_all(folder: Path, lot: list[tuple[str, bytes]]) -> tuple[Counter[str], float, int]:
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    loads = {"checkpoint.pt": read_checkpoint, "digitnet.onnx": Network}
    for ending, content in lot:
        path = folder / ending
        path.write_bytes(content)
        started = time.perf_counter()
        try:
            loads.get(ending, load_weights)(path)
            outcomes["loaded"] += 1
        except DigitnetError as error:
            outcomes["refused" if len(str(error).splitlines()) == 1 else "long message"] += 1
        except Exception as error:  # what is sought
            outcomes[f"{ending}: {type(error).__name__}"] += 1
        slowest = max(slowest, time.perf_counter() - started)
    return outcomes, slowest, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def good_files(folder: Path) -> dict[str, bytes]:
    recipe = Recipe(epochs=1)
    model = DigitNet()
    metadata = {"recipe": {}, "recipe_name": "seed", "accuracy": 0.5, "fingerprint": "x"}
    save_weights(folder / "weights.pt", model, metadata)
    state = TrainingState.fresh(recipe, load_mnist("sample"))
    save_checkpoint(folder / "checkpoint.pt", recipe, state, {})
    return {
        "weights.pt": (folder / "weights.pt").read_bytes(),
        "checkpoint.pt": (folder / "checkpoint.pt").read_bytes(),
        "model.safetensors": to_safetensors(model, metadata),
        "digitnet.onnx": SHIPPED_WEIGHTS.read_bytes(),
    }


def damaged(random: np.random.Generator, good: bytes) -> bytes:
    kind = random.integers(4)
    if kind == 0:
        return good[: random.integers(len(good))]
    if kind == 1:  # the same file, other numbers
        content = bytearray(good)
        for at in random.integers(0, len(content), random.integers(1, 50)):
            content[at] ^= 1 << int(random.integers(8))
        return bytes(content)
    return mutated(random, bytearray(good))


class Runs:
    """A pickle that calls a function with arguments when it is loaded."""

    def __init__(self, function: object, *arguments: object):
        self.call = (function, arguments)

    def __reduce__(self) -> object:
        return self.call


def malicious(canary: Path) -> list[bytes]:
    """Pickles that would leave a canary, by themselves and inside archives; lying headers."""
    touch = f"touch {canary}"
    runs = [
        Runs(os.system, touch),
        Runs(eval, f"open({str(canary)!r}, 'w')"),
        Runs(exec, f"open({str(canary)!r}, 'w')"),
        Runs(open, str(canary), "w"),
        Runs(__import__, "antigravity"),
        Runs(torch.load, str(canary)),
        Runs(bytearray, 1 << 40),
        Runs(torch.zeros, 1 << 40),
    ]
    found = []
    for run in runs:
        for content in (run, {"format": "digitnet weights", "version": 1, "model": run}):
            pickled = pickle.dumps(content)
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as archive:
                archive.writestr("archive/data.pkl", pickled)
                archive.writestr("archive/version", "3\n")
                archive.writestr("archive/byteorder", "little")
            found += [pickled, buffer.getvalue()]
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", b"0" * (1 << 28))
    header = json.dumps(
        {"conv1.weight": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}
    ).encode()
    return [
        *found,
        bomb.getvalue(),
        struct.pack("<Q", len(header)) + header,
        struct.pack("<Q", 1 << 60) + header,
        b"",
    ]


if __name__ == "__main__":
    main()
