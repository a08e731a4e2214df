"""What the tests share: made-up data, commands to run, and a machine that is left alone."""

import gzip
import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Before what reads it: several processes share the tests, and each has a core.
os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import pytest
import torch
from hypothesis import settings

from digitnet.cli import main
from digitnet.training.data.dataset import Dataset
from digitnet.training.data.idx import OFFICIAL_SHA256
from digitnet.training.data.sample import load_sample
from digitnet.training.run import Run

ROOT = Path(__file__).parent.parent
NAMES = list(OFFICIAL_SHA256)
FULL_MNIST = Path(os.environ.get("DIGITNET_DATA") or ROOT.parent / "shared" / "mnist")

# The time an example takes says something of the machine, nothing of the code.
settings.register_profile("digitnet", deadline=None, max_examples=50)
settings.load_profile("digitnet")
# On tiny data two threads mostly wait for each other, for minutes on a busy machine.
torch.set_num_threads(1)


# Several processes share the files: what takes longest begins first, so that none is left alone
# with it at the end.
FIRST = ("test_kill_resume", "test_processes", "test_seed_losses", "test_page", "test_invariance")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = {item.path for item in items if item.get_closest_marker("slow")}

    def turn(item: pytest.Item) -> tuple[int, bool]:
        place = FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST)
        return place, item.path not in slow

    items.sort(key=turn)


@pytest.fixture(autouse=True)
def own_machine(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory):
    """No settings of the user's, an empty cache, no network but this machine, one thread."""
    for name in ("DIGITNET_DATA", "NO_COLOR", "PYTHONUNBUFFERED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("no_proxy", "*")
    look_up = socket.getaddrinfo

    def look_up_here(host, *args, **kwargs):
        if host not in ("127.0.0.1", "localhost"):
            raise socket.gaierror(f"tests use no network, asked for {host}")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up_here)
    yield
    torch.set_num_threads(1)


@pytest.fixture
def tiny_dataset() -> Dataset:
    return made_up_dataset()


def made_up_dataset(train: int = 50, test: int = 20, seed: int = 0) -> Dataset:
    """Noise with labels."""
    images, labels = made_up_digits(train + test, seed)
    return Dataset(
        train_images=torch.from_numpy(images[:train]).unsqueeze(1),
        train_labels=torch.from_numpy(labels[:train]).long(),
        eval_images=torch.from_numpy(images[train:]).unsqueeze(1),
        eval_labels=torch.from_numpy(labels[train:]).long(),
        source="made up",
        fingerprint=f"made up {seed}",
    )


def made_up_digits(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    images = random.integers(0, 256, (count, 28, 28), dtype=np.uint8)
    return images, random.integers(0, 10, count, dtype=np.uint8)


def idx_bytes(values: np.ndarray) -> bytes:
    """The form of MNIST's files."""
    sizes = b"".join(size.to_bytes(4, "big") for size in values.shape)
    return bytes([0, 0, 8, values.ndim]) + sizes + values.tobytes()


def write_idx_files(
    folder: Path, train: int = 60, test: int = 20, seed: int = 0, packed: bool = True
) -> Path:
    """Four made-up files with the names of MNIST's."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = [*made_up_digits(train, seed), *made_up_digits(test, seed + 1)]
    for name, values in zip(NAMES, contents, strict=True):
        content = idx_bytes(values)
        if packed:
            (folder / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        else:
            (folder / name).write_bytes(content)
    return folder


def make_official(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the files in `folder` pass for the official ones."""
    for name in NAMES:
        content = gzip.decompress((folder / f"{name}.gz").read_bytes())
        monkeypatch.setitem(OFFICIAL_SHA256, name, hashlib.sha256(content).hexdigest())


@pytest.fixture
def official_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four tiny files that pass for the official ones: 60 images to train, 20 to test."""
    folder = write_idx_files(tmp_path / "mnist")
    make_official(folder, monkeypatch)
    return folder


@pytest.fixture(scope="session")
def sample() -> Dataset:
    return load_sample()


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with the embedded sample, hardly trained."""
    runs = tmp_path_factory.mktemp("trained") / "runs"
    flags = ["--data", "sample", "--recipe", "fast", "--epochs", "2", "--quiet", "--no-report"]
    assert main(["train", *flags, "--runs", str(runs)]) == 0
    (folder,) = runs.iterdir()
    return Run.open(folder)


@pytest.fixture(scope="session")
def full_mnist() -> Path:
    """The folder of the real MNIST."""
    if not (FULL_MNIST / f"{NAMES[0]}.gz").is_file() and not (FULL_MNIST / NAMES[0]).is_file():
        pytest.skip("the full MNIST is not on this machine; name its folder: DIGITNET_DATA=DIR")
    return FULL_MNIST


@dataclass
class Outcome:
    """What a command ended with and printed."""

    status: int
    out: str
    err: str


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Outcome]:
    """Run a command in this process."""

    def run(*argv: object) -> Outcome:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in argv])
        except SystemExit as end:
            status = int(end.code or 0)
        return Outcome(status, *capsys.readouterr())

    return run


def python(*argv: object, cwd: Path = ROOT) -> Outcome:
    """Run Python on `argv` in a process of its own, warnings as errors."""
    ended = subprocess.run(
        [sys.executable, "-W", "error", *map(str, argv)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    return Outcome(ended.returncode, ended.stdout, ended.stderr)
