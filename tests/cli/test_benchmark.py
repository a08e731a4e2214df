import functools
import json

import pytest

from digitnet.benchmark import inference, machine, timing, training
from digitnet.cli import benchmark


@pytest.fixture
def brief(monkeypatch):
    """Every way once, on few images."""
    once = functools.partial(timing.in_turn, rounds=1, warm_up=0, repeats=1)

    def in_turn(ways, **kwargs):
        return once(ways)

    for module in (inference, machine, training):
        monkeypatch.setattr(module, "in_turn", in_turn)
    monkeypatch.setattr(benchmark, "_QUICK_END_S", 1e6)  # whatever else this machine does


@pytest.mark.slow
def test_a_table_and_a_record(command, brief, tmp_path):
    record_path = tmp_path / "record.json"
    outcome = command("benchmark", "--quick", "--data", "sample", "--json", record_path)
    assert outcome.status == 0
    assert "This is NOT the full MNIST" in outcome.err
    assert all(len(line) <= 80 for line in outcome.out.splitlines()[2:-1])
    record = json.loads(record_path.read_text())
    assert set(record) == {
        "quick", "machine", "training", "inference", "to_99_percent", "peak_memory_mb",
    }  # fmt: skip
    plain = record["training"]["steps"]["plain script, fp32"]
    assert plain["faster"] == 1.0
    assert f"{plain['images_per_s']:,.0f}" in outcome.out
    assert set(record["inference"]) == {"1", "64", "512"}
    fast = record["to_99_percent"]["recipe fast"]
    assert f"{fast['train_s']:.1f}" in outcome.out


@pytest.mark.slow
def test_quick_leaves_out_what_would_take_too_long(command, brief, tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark, "_QUICK_END_S", 0)
    record_path = tmp_path / "record.json"
    outcome = command("benchmark", "--quick", "--data", "sample", "--json", record_path)
    assert outcome.status == 0
    assert "recipe fast: left out, it takes about" in outcome.out
    assert json.loads(record_path.read_text())["to_99_percent"] == {}


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--json", "taken.json"], "taken.json exists; name another file, or --force"),
        (["--json", "none/x.json"], "no folder none for x.json; create it first"),
        (["--threads", 0], "argument --threads: 0 is below 1"),
        (["--data", "none"], "no folder none"),
    ],
)
def test_bad_requests(command, tmp_path, monkeypatch, flags, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.json").touch()
    outcome = command("benchmark", *flags)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
