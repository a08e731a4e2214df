import hashlib

import pytest
from torchvision.datasets import MNIST

from tests.conftest import NAMES


@pytest.fixture
def known_files(official_folder, monkeypatch):
    """Tiny files that torchvision and digitnet take for the official ones."""
    archives = {name: (official_folder / f"{name}.gz").read_bytes() for name in NAMES}
    digests = [(f"{name}.gz", hashlib.md5(archives[name]).hexdigest()) for name in NAMES]
    monkeypatch.setattr(MNIST, "resources", digests)
    return official_folder
