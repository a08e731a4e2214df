import json

import torch

from digitnet.benchmark import machine


def test_the_machine_is_described_in_plain_values():
    described = machine.describe_machine()
    assert json.loads(json.dumps(described)) == described
    known = torch.cpu.get_capabilities()
    assert all(known[name] for name in described["instruction_sets"])


def test_products_have_a_speed(monkeypatch):
    monkeypatch.setattr(machine, "_SIDE", 64)
    speeds = machine.product_speeds(rounds=2)
    assert set(speeds) == {"fp32", "bf16"}
    assert all(1e6 < speed < 1e15 for speed in speeds.values())


def test_memory_never_falls():
    before = machine.peak_memory_mb()
    held = torch.ones(30_000_000)
    assert machine.peak_memory_mb() >= before
    assert machine.peak_memory_mb() > held.nbytes / 1e6
