"""Where a network trains and in which precision."""

import torch

from digitnet.errors import DeviceError

PRECISIONS = ("auto", "fp32", "bf16")


def choose_device(name: str | None = None) -> torch.device:
    """The device called `name`, or this machine's accelerator, or its CPU.

    Raises:
        DeviceError: no such device, or it is not on this machine.
    """
    accelerator = torch.accelerator.current_accelerator(check_available=True)
    if name is None:
        return accelerator or torch.device("cpu")
    available = ["cpu"] + ([accelerator.type] if accelerator else [])
    expected = f"expected one of this machine's: {', '.join(available)}"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceError(f"unknown device '{name}', {expected}") from error
    if device.type not in available:
        raise DeviceError(f"device '{name}' is not available, {expected}")
    if device.type != "cpu" and (device.index or 0) >= torch.accelerator.device_count():
        count = torch.accelerator.device_count()
        raise DeviceError(f"device '{name}' is not available, this machine has {count} of its kind")
    return device


def choose_precision(name: str, device: torch.device) -> torch.dtype:
    """The dtype of convolutions and products: torch.bfloat16 or torch.float32.

    "auto" takes bf16 only where it is computed by instructions of its own: AMX or
    AVX512-BF16 on a CPU, compute capability 8 on CUDA. Elsewhere it is slower.

    Raises:
        DeviceError: a name that is none of `PRECISIONS`.
    """
    if name not in PRECISIONS:
        raise DeviceError(f"unknown precision '{name}', expected one of {', '.join(PRECISIONS)}")
    if name == "fp32":
        return torch.float32
    if name == "bf16":
        return torch.bfloat16
    if device.type == "cpu":
        capabilities = torch.cpu.get_capabilities()
        fast = capabilities.get("amx_bf16") or capabilities.get("avx512_bf16")
    elif device.type == "cuda":
        fast = torch.cuda.get_device_capability(device)[0] >= 8
    else:
        fast = device.type == "xpu"
    return torch.bfloat16 if fast else torch.float32


def precision_name(dtype: torch.dtype) -> str:
    """What the command calls the dtype."""
    return {torch.float32: "fp32", torch.bfloat16: "bf16"}[dtype]


def make_deterministic(device: torch.device) -> None:
    """Have the device compute the same numbers every time; a CPU does by itself."""
    if device.type == "cuda":
        torch.backends.cudnn.deterministic = True
        torch.backends.cudnn.benchmark = False


def synchronise(device: torch.device) -> None:
    """Wait until the device has done what it was given, so that a clock can be read."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)
