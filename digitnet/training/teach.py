"""The shipped weights, taught one person's hand by a handful of their digits.

Their pictures are mixed with MNIST and with pictures of no digit, so that what the network
knew is not forgotten; normalisation stays as it was, since a handful would upset it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digitnet.errors import WeightsError
from digitnet.training.augment import augment
from digitnet.training.dataset import Dataset
from digitnet.training.ema import MovingAverage
from digitnet.training.fused import FusedDigitNet
from digitnet.training.loop import train_steps
from digitnet.training.model import DigitNet, normalise
from digitnet.training.state import LoopState

_STEPS = 300
_LR = 1.5e-3
_OWN, _MNIST, _OTHER = 48, 160, 48  # images a batch: their own, MNIST's, of no digit
_EMA_DECAY = 0.98
_STRENGTHS = {"distortion": 0.5, "stroke_width": 0.5, "blur": 0.4}


def from_onnx(content: bytes) -> DigitNet:
    """The network in a file that `digitnet export` wrote, to train on.

    Its BatchNorm was folded into the convolutions; here it passes its input on.

    Raises:
        WeightsError: the file is another one.
    """
    import onnx
    import onnx.numpy_helper

    try:
        graph = onnx.load_from_string(content).graph
    except Exception as error:  # protobuf's errors share no public base class
        raise WeightsError("the weights are no ONNX file, or damaged") from error
    stored = {w.name: torch.from_numpy(onnx.numpy_helper.to_array(w).copy())
              for w in graph.initializer}  # fmt: skip
    kernels = [w for w in stored.values() if w.shape == (11, 288)]
    try:
        model = FusedDigitNet(classes=11)
        with torch.no_grad():
            for number in range(1, 5):
                for part in ("weight", "bias"):
                    name = f"conv{number}.{part}"
                    model.get_parameter(name).copy_(stored[f"model.{name}"])
                norm: nn.BatchNorm2d = getattr(model, f"norm{number}")
                norm.get_buffer("running_var").fill_(1 - norm.eps)
            (kernel,) = kernels
            model.conv5.weight.copy_(kernel.view(11, 3, 3, 32).permute(0, 3, 1, 2))
            model.get_parameter("conv5.bias").copy_(stored["model.conv5.bias"])
    except (KeyError, RuntimeError, ValueError) as error:
        raise WeightsError("the weights hold another network than digitnet's") from error
    return model.eval()


def teach(
    model: DigitNet, own: tuple[Tensor, Tensor], mnist: Dataset, others: Tensor, *, seed: int = 0
) -> None:
    """Train `model` further; about twenty seconds on two cores.

    own: uint8 [N, 1, 28, 28] and their labels, int64 [N], 10 for no digit; mnist: what the
    network learned from; others: uint8 [M, 1, 28, 28], pictures of no digit.
    """
    torch.manual_seed(seed)
    batches = MixedBatches(
        (*own, _OWN),
        (mnist.train_images, mnist.train_labels, _MNIST),
        (others, torch.full((len(others),), 10), _OTHER),
    )
    model.eval()  # normalisation as it is
    state = LoopState(
        model=model,
        optimizer=torch.optim.Adam(model.parameters(), lr=_LR, fused=True),
        ema=MovingAverage(model, _EMA_DECAY),
    )
    for _ in train_steps(state, batches, F.nll_loss, lambda step, steps: _LR * (1 - step / steps)):
        pass
    model.load_state_dict(state.ema.module.state_dict())


class MixedBatches:
    """Batches of so many images of each part, drawn from it at random."""

    def __init__(self, *parts: tuple[Tensor, Tensor, int]):
        """parts: uint8 [N, 1, 28, 28], labels int64 [N], and how many of them a batch has."""
        self.parts = parts

    def __len__(self) -> int:
        return _STEPS

    def __getitem__(self, step: int) -> tuple[Tensor, Tensor]:
        """Images, float32 [n, 1, 28, 28], normalised, and labels, int64 [n].

        Drawn by PyTorch's global generator, one step after the other.
        """
        chosen = [torch.randint(0, len(images), (count,)) for images, _, count in self.parts]
        parts = zip(self.parts, chosen, strict=True)
        images = torch.cat([images[index] for (images, _, _), index in parts])
        parts = zip(self.parts, chosen, strict=True)
        labels = torch.cat([labels[index] for (_, labels, _), index in parts])
        changed = augment(images.float() / 255, **_STRENGTHS)
        return normalise(changed).contiguous(memory_format=torch.channels_last), labels
