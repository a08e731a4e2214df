import digitnet
from tests.conftest import python


def test_the_package_is_run_as_the_command():
    outcome = python("-m", "digitnet", "--version")
    assert (outcome.status, outcome.out) == (0, f"digitnet {digitnet.__version__}\n")


def test_the_commands_status_is_the_processes():
    outcome = python("-m", "digitnet", "frobnicate")
    assert (outcome.status, outcome.out) == (2, "")
    assert "unknown command 'frobnicate'" in outcome.err
