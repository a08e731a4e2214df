"""What this machine is, and how fast its matrix products are."""

import sys
from typing import Any

import torch

from digitnet.benchmark.timing import in_turn
from digitnet.training.environment import describe

# The instruction sets that decide which kernels run.
_INSTRUCTIONS = ("avx2", "avx512_f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_tile")

_SIDE = 2048


def describe_machine() -> dict[str, Any]:
    """Versions, processor, threads and the instruction sets it has; plain values."""
    capabilities = torch.cpu.get_capabilities()
    found = [name for name in _INSTRUCTIONS if capabilities.get(name)]
    return describe(torch.device("cpu")) | {"instruction_sets": found}


def product_speeds(rounds: int) -> dict[str, float]:
    """Operations a second of a large matrix product, by precision: the machine's own limit."""
    operations = 2 * _SIDE**3
    factors = {
        name: torch.randn(_SIDE, _SIDE, dtype=dtype)
        for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16))
    }
    ways = {name: (lambda factor=factor: factor @ factor) for name, factor in factors.items()}
    times = in_turn(ways, rounds=rounds)
    return {name: operations / time.median_s for name, time in times.items()}


def peak_memory_mb() -> float | None:
    """The most memory that this process ever held, in MB; None where the system does not say."""
    if sys.platform == "win32":
        return None
    import resource  # Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak / 1e3
