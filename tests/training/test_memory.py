"""Memory that is kept: in a process of its own, as it changes all that this one does after it."""

import platform
import subprocess
import sys

import pytest
import torch

from digitnet.training.memory import keep_freed_memory

_PAGES = """
import resource
import sys
import numpy as np
import torch
from digitnet.training.memory import keep_freed_memory

if sys.argv[1] == "kept":
    keep_freed_memory(torch.device("cpu"))

def new_pages():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(16 << 20)  # 128 MB, more than glibc ever keeps by itself
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

new_pages()
print(new_pages())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc gives it back")
@pytest.mark.parametrize("how", ["kept", "given back"])
def test_freed_memory_is_used_again(how):
    command = [sys.executable, "-c", _PAGES, how]
    pages = int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    assert (pages < 32) == (how == "kept")


@pytest.mark.parametrize(
    ("system", "device"), [("darwin", "cpu"), ("win32", "cpu"), ("linux", "cuda")]
)
def test_elsewhere_nothing_is_done(monkeypatch, system, device):
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr("ctypes.CDLL", lambda name: pytest.fail("no such setting there"))
    keep_freed_memory(torch.device(device))
