import pytest
import torch
import torch.nn.functional as F

from digitnet.training.ddp_model import ScaledGradient
from tests.training.together import together

NETWORK = """
from torch import nn
from digitnet.training.dropout import Dropout

def network():
    torch.manual_seed(0)
    block = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU())
    return nn.Sequential(block, Dropout(0.3), nn.Flatten(), nn.Linear(64, 10), nn.LogSoftmax(1))

images, labels = torch.randn(7, 1, 4, 4), torch.arange(7)
"""
SHARE = (
    NETWORK
    + """
from digitnet.training.ddp_model import DdpModel
from digitnet.training.synced_norm import SyncedNorm

model = network()
ddp_model = DdpModel(model)
assert isinstance(model[0][1], SyncedNorm)
own = slice(0, 4) if rank == 0 else slice(4, 7)  # shares of unequal size
torch.manual_seed(5)
log_probs = ddp_model(images[own])
nn.functional.nll_loss(log_probs, labels[own]).backward()
result = {name: tensor.grad for name, tensor in model.named_parameters()}
result["log_probs"] = log_probs.detach()
"""
)


@pytest.mark.slow
def test_two_processes_have_the_outputs_and_gradients_of_one():
    names: dict = {"torch": torch}
    torch.manual_seed(1)
    exec(NETWORK, names)
    model = names["network"]()
    torch.manual_seed(5)
    log_probs = model(names["images"])
    F.nll_loss(log_probs, names["labels"]).backward()
    first, second = together("torch.manual_seed(1)" + SHARE)
    shares = torch.cat([first.pop("log_probs"), second.pop("log_probs")])
    torch.testing.assert_close(shares, log_probs.detach(), rtol=1e-4, atol=1e-5)
    for name, parameter in model.named_parameters():
        torch.testing.assert_close(first[name], parameter.grad, rtol=1e-4, atol=1e-5)
        assert torch.equal(first[name], second[name])


def test_a_gradient_is_scaled_and_its_values_are_not():
    values = torch.randn(3, requires_grad=True)
    scaled = ScaledGradient.apply(values, 2.5)
    assert torch.equal(scaled, values)
    scaled.sum().backward()
    assert values.grad.tolist() == [2.5] * 3
