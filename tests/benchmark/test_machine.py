import json

import torch

from digitnet.benchmark import machine
from digitnet.benchmark.timing import Times


def test_the_machine_is_described_in_plain_values():
    described = machine.describe_machine()
    assert json.loads(json.dumps(described)) == described
    known = torch.cpu.get_capabilities()
    assert all(known[name] for name in described["instruction_sets"])


def test_a_products_speed_is_its_operations_in_its_time(monkeypatch):
    def in_turn(ways, *, rounds):
        shapes = {way().shape for way in ways.values()}
        assert shapes == {(64, 64)}
        return {name: Times((s,)) for name, s in zip(ways, (0.5, 0.25), strict=True)}

    monkeypatch.setattr(machine, "_SIDE", 64)
    monkeypatch.setattr(machine, "in_turn", in_turn)
    speeds = machine.product_speeds(rounds=2)
    # 2 * 64**3 operations in what the clock is made to say.
    assert speeds == {"fp32": 2 * 64**3 / 0.5, "bf16": 2 * 64**3 / 0.25}


def test_memory_never_falls():
    before = machine.peak_memory_mb()
    held = torch.ones(30_000_000)
    assert machine.peak_memory_mb() >= before
    assert machine.peak_memory_mb() > held.nbytes / 1e6


def test_a_system_that_does_not_say_how_much_memory_was_held(monkeypatch):
    monkeypatch.setattr(machine.sys, "platform", "win32")
    assert machine.peak_memory_mb() is None
