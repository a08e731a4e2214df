import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from digitnet.errors import DeviceError
from digitnet.training.device import (
    PRECISIONS,
    choose_device,
    choose_precision,
    precision_name,
)

CPU = torch.device("cpu")


def test_the_cpu_can_be_asked_for():
    assert choose_device("cpu") == CPU


def test_the_default_is_the_accelerator_or_the_cpu(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: None)
    assert choose_device() == CPU
    cuda = torch.device("cuda")
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: cuda)
    assert choose_device() == cuda


def test_a_device_beyond_the_last(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda **_: torch.device("cuda"))
    monkeypatch.setattr(torch.accelerator, "device_count", lambda: 2)
    assert choose_device("cuda:1") == torch.device("cuda:1")
    with pytest.raises(DeviceError, match="'cuda:2' is not available, this machine has 2"):
        choose_device("cuda:2")


def test_an_unknown_device():
    with pytest.raises(DeviceError, match=r"unknown device 'gpu', expected one of .*: cpu"):
        choose_device("gpu")


def test_a_device_of_other_machines():
    with pytest.raises(DeviceError, match="device 'meta' is not available, expected one of"):
        choose_device("meta")


@pytest.mark.slow
@given(st.text(max_size=12))
def test_any_name_is_a_device_or_refused(name):
    try:
        found = choose_device(name).type
    except DeviceError as error:
        found = str(error)
    assert found in ("cpu", "cuda", "mps", "xpu") or f"device '{name}'" in found


@pytest.mark.parametrize(("name", "expected"), [("fp32", torch.float32), ("bf16", torch.bfloat16)])
def test_a_precision_by_name(name, expected):
    assert choose_precision(name, CPU) == expected
    assert precision_name(expected) == name
    assert name in PRECISIONS


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"avx512_bf16": True}, "bf16"),
        ({"amx_bf16": True, "avx512_bf16": False}, "bf16"),
        ({"avx2": True, "avx512_bf16": False, "amx_bf16": False}, "fp32"),
        ({}, "fp32"),
    ],
)
def test_auto_takes_bf16_where_the_processor_has_it(monkeypatch, capabilities, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert precision_name(choose_precision("auto", CPU)) == expected


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), "fp32"), ((8, 0), "bf16")])
def test_auto_on_cuda(monkeypatch, capability, expected):
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert precision_name(choose_precision("auto", torch.device("cuda"))) == expected


@pytest.mark.parametrize(("device", "expected"), [("mps", "fp32"), ("xpu", "bf16")])
def test_auto_elsewhere(device, expected):
    assert precision_name(choose_precision("auto", torch.device(device))) == expected


def test_an_unknown_precision():
    with pytest.raises(DeviceError, match="unknown precision 'fp16', expected one of auto, fp32"):
        choose_precision("fp16", CPU)
