"""The shipped weights, taught one person's hand by a handful of their digits.

Their pictures are mixed with MNIST and with pictures of no digit, so that what the network
knew is not forgotten; normalisation stays as it was, since a handful would upset it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from digitnet.errors import WeightsError
from digitnet.training.augment import augment
from digitnet.training.data import Dataset
from digitnet.training.model import DigitNet, normalise

_STEPS = 300
_LR = 1.5e-3
_OWN, _MNIST, _OTHER = 48, 160, 48  # images a batch: their own, MNIST's, of no digit
_AVERAGE = 0.98
_HAND, _PEN, _INK = 0.5, 0.5, 0.4


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
        model = DigitNet(classes=11)
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
    parts = (
        (*own, _OWN),
        (mnist.train_images, mnist.train_labels, _MNIST),
        (others, torch.full((len(others),), 10), _OTHER),
    )
    model.eval()  # normalisation as it is
    optimizer = torch.optim.Adam(model.parameters(), lr=_LR, fused=True)
    average = {name: tensor.clone() for name, tensor in model.named_parameters()}
    for step in range(_STEPS):
        batch_images, batch_labels = [], []
        for images, labels, count in parts:
            chosen = torch.randint(0, len(images), (count,))
            batch_images.append(images[chosen])
            batch_labels.append(labels[chosen])
        ready = augment(torch.cat(batch_images).float() / 255, hand=_HAND, pen=_PEN, ink=_INK)
        ready = normalise(ready).contiguous(memory_format=torch.channels_last)
        for group in optimizer.param_groups:
            group["lr"] = _LR * (1 - step / _STEPS)
        loss = F.nll_loss(model(ready), torch.cat(batch_labels))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        with torch.no_grad():
            for name, tensor in model.named_parameters():
                average[name].lerp_(tensor, 1 - min(_AVERAGE, (1 + step) / (10 + step)))
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            tensor.copy_(average[name])
