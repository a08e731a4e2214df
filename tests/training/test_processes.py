"""Two processes of one machine, started by torchrun as people start them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest
import torch

from digitnet.training.batches import epoch_order
from digitnet.training.processes import ALONE, Processes
from tests.conftest import ROOT

# How people start them. What does not depend on it is started without: the launcher takes as
# long as the training.
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2"]
LOSSES = """
import json, sys, torch
from digitnet.training import Recipe, TrainingState, load_mnist, train
from digitnet.training.metrics import Step
from digitnet.training.processes import joined
torch.set_num_threads(1)
with joined(torch.device("cpu")) as processes:
    dataset = load_mnist("sample").with_holdout(2000, seed=0)
    recipe = Recipe(epochs=2, batch_size=250, lr=0.001, distortion=0.3, hard_fraction=0.5)
    state = TrainingState.fresh(recipe, dataset)
    losses = []
    for result in train(recipe, dataset, state, precision=torch.float32, processes=processes):
        if isinstance(result, Step):
            losses.append(float(state.losses[result.step]))
    if processes.rank == 0:
        right = state.history[0].train_accuracy
        print("LOSSES", json.dumps([losses, right, state.image_losses.tolist()]))
"""


def run(command, cwd, **options):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=cwd, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options,
    )  # fmt: skip


def started_as_ranks(commands, folder, address="127.0.0.1"):
    """One process a command, told what torchrun tells."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = {"MASTER_ADDR": address, "MASTER_PORT": port, "WORLD_SIZE": len(commands)}
    processes = []
    for rank, command in enumerate(commands):
        variables = {**told, "RANK": rank, "LOCAL_RANK": rank}
        words = ["env", *(f"{name}={value}" for name, value in variables.items())]
        processes.append(run([*words, *command], folder))
    return processes


def losses_of(*commands, folder, address="127.0.0.1"):
    started = started_as_ranks(commands, folder, address)
    ended = [(*process.communicate(timeout=120), process.returncode) for process in started]
    assert [status for *_, status in ended] == [0] * len(commands), ended
    out, *_ = ended[0]
    (line,) = [line for line in out.splitlines() if line.startswith("LOSSES")]
    return json.loads(line.removeprefix("LOSSES "))


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    script = tmp_path_factory.mktemp("losses") / "losses.py"
    script.write_text(LOSSES)
    return [sys.executable, str(script)]


@pytest.fixture(scope="module")
def of_one(script, tmp_path_factory):
    """Losses, accuracy and the losses of all images, of one process alone."""
    return losses_of(script, folder=tmp_path_factory.mktemp("alone"))


@pytest.mark.slow
def test_two_processes_train_as_one(tmp_path, script, of_one):
    """The same losses up to rounding: batch, dropout, augmentation, BatchNorm, gradients."""
    alone, alone_right, images_alone = of_one
    two, two_right, of_images = losses_of(script, script, folder=tmp_path)
    assert two[:3] == pytest.approx(alone[:3], abs=2e-5)
    assert two[:8] == pytest.approx(alone[:8], abs=5e-3)  # Adam lets rounding grow
    # Which images are the hardest half differs by a few, whose losses are nearly the same.
    assert two[8:] == pytest.approx(alone[8:], abs=2e-2)
    assert two_right == pytest.approx(alone_right, abs=0.01)
    assert len(two) == len(alone) == 8 + 4
    # Each has its own: of the images of the first step, which rounding has hardly touched.
    first = epoch_order(0, 0, 2000)[:250].tolist()
    assert [of_images[index] for index in first] == pytest.approx(
        [images_alone[index] for index in first], abs=2e-3
    )


@pytest.fixture
def hosts():
    """Two test hosts with a wire between them: commands that run something on each."""
    names = [f"digitnet{os.getpid()}{host}" for host in "ab"]
    wires = [f"dn{os.getpid()}{host}" for host in "ab"]

    def ip(*words):
        return subprocess.run(["ip", *words], capture_output=True, text=True, check=True)

    try:
        try:
            for name in names:
                ip("netns", "add", name)
            ip("link", "add", wires[0], "type", "veth", "peer", "name", wires[1])
            for name, wire, address in zip(names, wires, ("10.77.0.1", "10.77.0.2"), strict=True):
                ip("link", "set", wire, "netns", name)
                ip("-n", name, "addr", "add", f"{address}/24", "dev", wire)
                ip("-n", name, "link", "set", wire, "up")
                ip("-n", name, "link", "set", "lo", "up")
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"no network namespaces here: {error}")
        yield [
            ["ip", "netns", "exec", name, "env", f"GLOO_SOCKET_IFNAME={wire}"]
            for name, wire in zip(names, wires, strict=True)
        ]
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


@pytest.mark.slow
def test_two_hosts_train_as_one(tmp_path, hosts, script, of_one):
    alone, *_ = of_one
    commands = [[*host, *script] for host in hosts]
    two, *_ = losses_of(*commands, folder=tmp_path, address="10.77.0.1")
    assert two[:3] == pytest.approx(alone[:3], abs=2e-5)
    assert two[:8] == pytest.approx(alone[:8], abs=5e-3)
    assert two[8:] == pytest.approx(alone[8:], abs=2e-2)


FLAGS = ["--data", "sample", "--no-report", "--runs", "runs"]


@pytest.mark.slow
def test_the_first_writes_and_any_number_goes_on(tmp_path):
    train = [sys.executable, str(ROOT / "train_model.py"), *FLAGS, "--epochs", "2", "--quiet"]
    train += ["--batch-size", "500"]
    started = started_as_ranks([train, train], tmp_path)
    ended = [process.communicate(timeout=120) for process in started]
    assert [process.returncode for process in started] == [0, 0], ended
    assert "".join(out for out, _ in ended).count("Test accuracy") == 1
    (folder,) = (tmp_path / "runs").iterdir()
    assert len((folder / "metrics.jsonl").read_text().splitlines()) == 2
    assert not [p for p in folder.iterdir() if p.name.startswith(".")]


@pytest.mark.slow
def test_a_process_that_dies_ends_the_run_and_one_goes_on_with_it(tmp_path):
    script = str(ROOT / "train_model.py")
    started = run([*TORCHRUN, script, *FLAGS, "--epochs", "40"], tmp_path, start_new_session=True)
    metrics = None
    for _ in range(600):
        metrics = next((tmp_path / "runs").glob("*/metrics.jsonl"), None)
        if metrics:
            break
        time.sleep(0.1)
    assert metrics, "no epoch ended in a minute"
    children = subprocess.run(
        ["pgrep", "-P", str(started.pid)], capture_output=True, text=True
    ).stdout.split()
    os.kill(int(children[-1]), signal.SIGKILL)
    out, err = started.communicate(timeout=60)
    assert started.returncode != 0
    assert "go on with" in out + err or "--resume" in out + err
    # One process alone goes on with what two began.
    folder = metrics.parent
    done = len(metrics.read_text().splitlines())
    resumed = run([sys.executable, script, "--resume", str(folder), "--data", "sample"], tmp_path)
    for _ in range(600):
        if len(metrics.read_text().splitlines()) > done:
            break
        time.sleep(0.1)
    resumed.send_signal(signal.SIGINT)
    resumed.communicate(timeout=60)
    assert len(metrics.read_text().splitlines()) > done


@pytest.mark.parametrize(("count", "total"), [(1, 7), (2, 7), (3, 7), (4, 3)])
def test_rows_are_divided_without_rest(count, total):
    rows = [Processes(rank, count).rows(total) for rank in range(count)]
    assert [i for part in rows for i in range(total)[part]] == list(range(total))
    lengths = [part.stop - part.start for part in rows]
    assert max(lengths) - min(lengths) <= 1


def test_one_alone_needs_no_engine():
    assert ALONE.any_signal(None) is None
    assert ALONE.any_signal(15) == 15
    assert ALONE.sum(torch.ones(2)).tolist() == [1, 1]
    assert not ALONE.several
