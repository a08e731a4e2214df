"""PyTorch's Adam, without the import of its compiler.

Each method of an optimizer has a wrapper that `torch.compile` needs and that imports
`torch._dynamo` at its first call: two seconds, where `fast` trains for twenty.
"""

from inspect import unwrap

import torch


class Adam(torch.optim.Adam):
    """The same steps and the same state; none of it can be compiled."""

    step = torch.no_grad()(unwrap(torch.optim.Adam.step))
    zero_grad = unwrap(torch.optim.Adam.zero_grad)
    add_param_group = unwrap(torch.optim.Adam.add_param_group)
    state_dict = unwrap(torch.optim.Adam.state_dict)
    load_state_dict = unwrap(torch.optim.Adam.load_state_dict)
