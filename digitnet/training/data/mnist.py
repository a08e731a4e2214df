"""Where MNIST is looked for, and that it is MNIST."""

import hashlib
import os
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from digitnet.errors import DataError
from digitnet.training.data.cache import cache_folder, cached_or_fetched
from digitnet.training.data.dataset import Dataset
from digitnet.training.data.idx import OFFICIAL_SHA256, IdxFile, find_file, read_file
from digitnet.training.data.sample import load_sample


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
        warn(
            f"{error}; taking the embedded sample of 5,000 images "
            "(for all of MNIST: --data DIR or DIGITNET_DATA)"
        )
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
        eval_images=test_images.unsqueeze(1),
        eval_labels=test_labels.long(),
        source=source,
        fingerprint=hashlib.sha256(digests.encode()).hexdigest(),
    )
