"""The plain PyTorch script: the documented network and recipe, as most people write it."""

import itertools
import tempfile
from pathlib import Path

from mnist import tell

from digitnet.benchmark.plain_script import PlainNet, plain_epochs, write_for_torchvision
from digitnet.training import load_mnist

EPOCHS = 20

with tempfile.TemporaryDirectory() as folder:
    write_for_torchvision(load_mnist("full"), Path(folder))
    epochs = list(itertools.islice(plain_epochs(Path(folder)), EPOCHS))
tell(
    accuracy=epochs[-1][1],
    train_s=sum(train_s for train_s, _ in epochs),
    parameters=sum(p.numel() for p in PlainNet().parameters()),
    epochs=[[round(train_s, 2), accuracy] for train_s, accuracy in epochs],
)
