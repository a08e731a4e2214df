"""What most people write: torchvision's dataset, DataLoader, ToTensor, Normalize, fp32.

The same network and hyperparameters as the documented recipe, layer by layer, to be
measured against.
"""

import functools
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from digitnet.errors import WorkerError
from digitnet.training.data.dataset import Dataset


class PlainNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Conv2d(32, 10, 3, padding=1),
            nn.AdaptiveAvgPool2d(1),
        )

    def forward(self, images: Tensor) -> Tensor:
        """images: float32 [N, 1, 28, 28], normalised; returns log-probabilities [N, 10]."""
        return F.log_softmax(self.features(images).flatten(1), dim=1)


def plain_steps(folder: Path, seed: int = 0) -> Iterator[float | None]:
    """Train without end: yields None after a step, the test accuracy in [0, 1] after an epoch.

    folder: where torchvision finds MNIST.
    """
    torch.manual_seed(seed)
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    )
    train_set = datasets.MNIST(str(folder), train=True, transform=transform)
    test_set = datasets.MNIST(str(folder), train=False, transform=transform)
    train_loader = DataLoader(train_set, batch_size=512, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=1000)
    model = PlainNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=15, gamma=0.1)

    def steps() -> Iterator[float | None]:
        while True:
            model.train()
            for images, labels in train_loader:
                optimizer.zero_grad()
                F.nll_loss(model(images), labels).backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                yield None
            scheduler.step()
            model.eval()
            correct = 0
            with torch.no_grad():
                for images, labels in test_loader:
                    correct += int((model(images).argmax(1) == labels).sum())
            yield correct / len(test_set)

    return steps()


def plain_epochs(folder: Path, seed: int = 0) -> Iterator[tuple[float, float]]:
    """Train without end: yields an epoch's seconds of training, and its test accuracy."""
    steps = plain_steps(folder, seed)
    train_s, started = 0.0, time.perf_counter()
    for accuracy in steps:
        if accuracy is None:
            train_s, now = train_s + time.perf_counter() - started, time.perf_counter()
            started = now
        else:
            yield train_s, accuracy
            train_s, started = 0.0, time.perf_counter()


@contextmanager
def own_process() -> Iterator[ProcessPoolExecutor]:
    """A process for the plain script alone, with as many threads as this one.

    In this process memory is kept for our own steps (`training/memory.py`), which a plain script
    does not have.

    Raises:
        WorkerError: it ended by itself.
    """
    others = set(active_children())
    threads = torch.get_num_threads()
    executor = ProcessPoolExecutor(1, get_context("spawn"), _start, (threads,))
    try:
        yield executor
    except BrokenProcessPool as error:
        raise WorkerError("the process of the plain script ended; try again") from error
    finally:
        for process in set(active_children()) - others:
            process.kill()  # it may be in the middle of a training
        executor.shutdown()


def _start(threads: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
    torch.set_num_threads(threads)


def next_plain_step(folder: Path) -> None:
    """The next step of the one training that goes on in this process."""
    next(_begun(folder))


_begun = functools.cache(plain_steps)


def write_for_torchvision(dataset: Dataset, folder: Path) -> None:
    """The data set as torchvision expects to find it: IDX files in MNIST/raw."""
    raw = folder / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for part, images, labels in (
        ("train", dataset.train_images, dataset.train_labels),
        ("t10k", dataset.eval_images, dataset.eval_labels),
    ):
        for kind, values in (("images-idx3", images.squeeze(1)), ("labels-idx1", labels)):
            header = bytes([0, 0, 8, values.ndim])
            header += b"".join(size.to_bytes(4, "big") for size in values.shape)
            content = header + values.to(torch.uint8).numpy().tobytes()
            (raw / f"{part}-{kind}-ubyte").write_bytes(content)
