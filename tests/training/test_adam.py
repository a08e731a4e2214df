"""PyTorch's own Adam, and what is not imported with it."""

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from digitnet.training.adam import Adam

OPTIONS = {"lr": 0.03, "betas": (0.8, 0.95), "weight_decay": 0.1, "decoupled_weight_decay": True}


def trained(kind: type[torch.optim.Adam], fused: bool) -> dict[str, Tensor]:
    """A layer after six steps, between which the state was saved and loaded."""
    torch.manual_seed(0)
    layer = nn.Linear(5, 3)
    optimizer = kind(layer.parameters(), fused=fused, **OPTIONS)
    for _ in range(2):
        for _ in range(3):
            optimizer.zero_grad()
            layer(torch.randn(4, 5)).square().sum().backward()
            optimizer.step()
        state, optimizer = optimizer.state_dict(), kind(layer.parameters())
        optimizer.load_state_dict(state)
    return dict(layer.named_parameters())


@pytest.mark.parametrize("fused", [True, False])
def test_steps_are_those_of_torch(fused):
    torch.testing.assert_close(
        trained(Adam, fused), trained(torch.optim.Adam, fused), rtol=0, atol=0
    )


_STEP = """
import sys
import torch
from digitnet.training.adam import Adam

layer = torch.nn.Linear(2, 2)
optimizer = Adam(layer.parameters(), fused=True)
optimizer.zero_grad()
layer(torch.ones(1, 2)).sum().backward()
optimizer.step()
optimizer.load_state_dict(optimizer.state_dict())
print("torch._dynamo" in sys.modules)
"""


def test_the_compiler_is_not_imported():
    ended = subprocess.run([sys.executable, "-c", _STEP], capture_output=True, text=True)
    assert ended.stdout == "False\n", ended.stderr
