import inspect
import pickle
import shlex

import pytest

from digitnet import errors
from digitnet.errors import DigitnetError
from tests.conftest import ROOT

KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if kind.__module__ == errors.__name__
]
TRIED_AND_FAILED = {errors.DivergedError, errors.PictureError, errors.WorkerError}


@pytest.mark.parametrize("kind", KINDS)
def test_all_are_caught_by_one_name_and_have_a_status(kind):
    assert issubclass(kind, DigitnetError)
    assert kind.exit_status == (1 if kind in TRIED_AND_FAILED else 2)


@pytest.mark.parametrize("kind", KINDS)
def test_one_can_come_from_another_process(kind):
    error = pickle.loads(pickle.dumps(kind("a.png is empty")))
    assert type(error) is kind
    assert str(error) == "a.png is empty"


def test_a_wrong_hyperparameter_is_a_value_error_too():
    assert issubclass(errors.RecipeError, ValueError)


def test_the_command_ends_with_the_errors_status(command, monkeypatch):
    from digitnet.cli import read

    for kind in KINDS:

        def fail(args, kind=kind):
            raise kind("it cannot be done")

        monkeypatch.setattr(read, "run", fail)
        outcome = command("read", "a.png")
        assert outcome.status == kind.exit_status
        assert (outcome.out, outcome.err) == ("", "digitnet read: it cannot be done\n")


@pytest.mark.parametrize(("extra", "name"), [("", ""), ("train", "[train]")])
def test_what_installs_digitnet(extra, name, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert errors.install_command(extra) == f"pip install {shlex.quote('.' + name)}"
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert errors.install_command(extra).endswith(" in digitnet's folder")
    monkeypatch.setattr(errors, "__file__", str(tmp_path / "digitnet" / "errors.py"))
    assert errors.install_command(extra) == f"pip install {shlex.quote('digitnet' + name)}"
