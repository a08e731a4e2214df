import gc
import importlib
import os
import subprocess
import sys

import pytest

import digitnet
from digitnet.cli import VERBS, completion, console
from digitnet.errors import install_command
from tests.conftest import ROOT, python

LIST = ", ".join(VERBS)


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"]])
def test_help_names_every_command(command, argv):
    outcome = command(*argv)
    assert (outcome.status, outcome.err) == (0, "")
    for verb, help in VERBS.items():
        assert f"  {verb} " in outcome.out
        assert help in outcome.out


def test_a_command_runs_with_its_garbage_collected(monkeypatch):
    """It is off while modules are imported, and all is left alone as the process ends."""
    collected = []
    monkeypatch.setattr(completion, "run", lambda args: collected.append(gc.isenabled()) or 3)
    monkeypatch.setattr(sys, "argv", ["digitnet", "completion", "bash"])
    monkeypatch.setattr("digitnet.cli.end", sys.exit)  # which may end this process at once
    with pytest.raises(SystemExit) as ended:
        console()
    try:
        assert (ended.value.code, collected) == (3, [True])
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_has_help(command, verb):
    outcome = command(verb, "--help")
    assert outcome.status == 0
    assert outcome.out.startswith(f"usage: digitnet {verb} ")


@pytest.mark.parametrize("verb", VERBS)
def test_help_fits_80_columns(command, monkeypatch, verb):
    monkeypatch.setenv("COLUMNS", "80")
    for flag in ("--help", *(["--help-all"] if verb == "train" else [])):
        help = command(verb, flag).out
        assert max(map(len, help.splitlines())) <= 80


WITHOUT = "import sys; sys.modules['torch'] = None; from digitnet.cli import main; "


@pytest.mark.slow
def test_help_needs_no_torch():
    script = (
        f"{WITHOUT}\nfor verb in {VERBS}:\n"
        "  try:\n    main([verb, '--help'])\n  except SystemExit as end:\n    assert not end.code"
    )
    outcome = python("-c", script)
    assert (outcome.status, outcome.err) == (0, "")
    for verb in VERBS:
        assert f"usage: digitnet {verb} " in outcome.out


def test_version(command):
    assert command("--version").out == f"digitnet {digitnet.__version__}\n"


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["frobnicate"], f"digitnet: unknown command 'frobnicate', expected one of {LIST}"),
        (["--frobnicate"], "digitnet: unrecognized arguments: --frobnicate (see --help)"),
        (["train", "--frobnicate"], "digitnet train: unrecognized arguments: --frobnicate"),
        (["evaluate", "one", "two"], "digitnet evaluate: unrecognized arguments: two"),
    ],
)
def test_an_unknown_word_is_named_in_one_line(command, argv, message):
    outcome = command(*argv)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith(message)
    assert outcome.err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["train", "evaluate", "report", "benchmark"])
def test_without_torch_the_message_says_what_to_install(verb):
    outcome = python("-c", f"{WITHOUT} sys.exit(main(['{verb}']))")
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err == (
        f"digitnet {verb}: needs the package 'torch'; run: pip install torch torchvision tqdm\n"
    )


def test_a_missing_part_of_our_own_is_a_defect(command, monkeypatch):
    monkeypatch.setitem(sys.modules, "digitnet.cli.train", None)
    with pytest.raises(ModuleNotFoundError, match=r"digitnet\.cli\.train"):
        command("train")


def test_ctrl_c_before_the_training_begins(command, monkeypatch):
    job = importlib.import_module("digitnet.cli.job")

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(job, "load_mnist", interrupted)
    outcome = command("train")
    assert (outcome.status, outcome.out, outcome.err) == (130, "", "digitnet train: interrupted\n")


def ended(argv, **streams):
    """How a command ended, with its standard output as it was given."""
    return subprocess.run(
        [sys.executable, "-m", "digitnet", *argv],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        **streams,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "argv",
    [
        ["--help"],
        ["read", "--help"],
        ["train", "--data", "sample", "--dry-run", "--batch-size", "1", "--quiet"],
    ],
)
def test_a_closed_pipe_is_told_in_a_line(argv):
    read, write = os.pipe()
    os.close(read)
    outcome = ended(argv, stdout=write)
    os.close(write)
    verb = "" if argv[0] == "--help" else f" {argv[0]}"
    assert outcome.returncode == 2
    told = [line for line in outcome.stderr.splitlines() if not line.startswith("This is NOT")]
    assert told == [
        f"digitnet{verb}: cannot write standard output: Broken pipe; what read it has ended"
    ]


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no device that is always full")
@pytest.mark.parametrize("flags", [[], ["--json"], ["--csv", "-"], ["--show", "-"]])
def test_a_full_disk_is_told_in_a_line_for_every_output(tmp_path, flags):
    from PIL import Image

    Image.new("L", (40, 40), 255).save(tmp_path / "a.png")
    with open("/dev/full", "w") as full:
        outcome = ended(["read", str(tmp_path / "a.png"), *flags], stdout=full)
    assert outcome.returncode == 2
    assert outcome.stderr.endswith(
        "digitnet read: cannot write standard output: "
        "No space left on device; free some space and try again\n"
    )
    assert "Traceback" not in outcome.stderr


@pytest.mark.parametrize(
    ("verb", "package", "install"),
    [
        ("serve", "starlette", install_command("web")),
        ("read", "cv2", install_command()),
        ("read", "tqdm", install_command()),
        ("report", "sklearn", install_command("train")),
        ("train", "torch", "pip install torch torchvision tqdm"),
    ],
)
def test_what_is_missing_is_told_with_what_installs_it(verb, package, install):
    from digitnet.cli import _missing

    error = ModuleNotFoundError(name=package)
    assert _missing(verb, error) == f"needs the package '{package}'; run: {install}"
