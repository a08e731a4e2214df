"""The course of a training for TensorBoard: scalars, the images it was fed, the network's graph."""

import warnings
from pathlib import Path
from typing import Any

import torch

from digitnet.errors import RunError
from digitnet.report.report import first_batch
from digitnet.training.data.dataset import Dataset
from digitnet.training.metrics import Epoch
from digitnet.training.model import normalise
from digitnet.training.recipe import Recipe
from digitnet.training.state import TrainingState


class TensorBoard:
    """Event files in a folder, which `tensorboard --logdir` shows."""

    def __init__(self, folder: Path, recipe: Recipe, dataset: Dataset, state: TrainingState):
        """Writes images and graph at once. dataset: on the CPU.

        Raises:
            RunError: the package tensorboard is not installed.
        """
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError as error:
            raise RunError("--tensorboard needs a package; run: pip install tensorboard") from error
        self._writer: Any = SummaryWriter(str(folder))
        images, _ = first_batch(recipe, dataset)
        shown = torch.from_numpy(images).unsqueeze(1)
        self._writer.add_images("first batch", shown)
        example = normalise(shown[:1]).to(state.losses.device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # PyTorch's writer uses its own deprecated tracing
            self._writer.add_graph(state.result, example)
        for epoch in state.history:  # of a run that goes on
            self.log(epoch)

    def log(self, epoch: Epoch) -> None:
        """One epoch's scalars."""
        for name, value in epoch.to_row().items():
            if name != "epoch":
                self._writer.add_scalar(name.replace("_", "/", 1), value, epoch.epoch)
        self._writer.flush()
