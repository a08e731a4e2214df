"""Memory that a process keeps from step to step."""

import ctypes
import sys

import torch

_MMAP_MAX, _TRIM_THRESHOLD = -4, -1  # parameters of mallopt(3)


def keep_freed_memory(device: torch.device) -> None:
    """Have the C library keep what is freed; glibc gives large pieces back to the kernel.

    A step on a CPU asks for hundreds of megabytes and frees them. What the kernel gives anew, page
    by page and zeroed, costs a twentieth of a step. The process then stays as large as its largest
    moment. On another device, or where there is no such setting, nothing is done.
    """
    if sys.platform != "linux" or device.type != "cpu":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)
