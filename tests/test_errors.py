import inspect
import pickle

import pytest

from digitnet import errors
from digitnet.errors import DigitnetError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
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
