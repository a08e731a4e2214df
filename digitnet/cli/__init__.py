"""The command `digitnet`: argv in, text out, exit status. The only place that prints."""

import argparse
import gc
import importlib
import sys

from digitnet import __version__
from digitnet.cli.outputs import complain_of, drop_stdout
from digitnet.cli.parser import Parser
from digitnet.cli.streams import end, prepare
from digitnet.errors import DigitnetError, install_command

# One module of this package a verb, imported only when it is called. What needs PyTorch is
# imported by its `run`: help needs none, and reading a digit does not wait for it.
VERBS = {
    "read": "read the digits in photos, scans and drawings",
    "teach": "teach the network your own hand",
    "serve": "open a page to draw on, and answer over HTTP",
    "page": "write the page as one file that needs no server",
    "train": "train the network on MNIST",
    "train-finder": "train the network that finds digits on pages",
    "export": "write a trained network as the file that 'read' uses",
    "evaluate": "measure a trained network on the MNIST test set",
    "report": "write a page about a trained network",
    "compare": "compare trained networks on the same images",
    "benchmark": "measure how fast this machine trains and reads",
    "completion": "print a script for your shell that completes commands",
}


def module_of(verb: str) -> str:
    """The module that does what a verb says."""
    return f"digitnet.cli.{verb.replace('-', '_')}"


def main(argv: list[str]) -> int:
    """Run one command. Returns the exit status: 0, 1 (tried and failed), 2 (bad request)."""
    verb = argv[0] if argv else "--help"
    name = f"digitnet {verb}" if verb in VERBS else "digitnet"
    try:
        try:
            return _run(verb, argv[1:]) if verb in VERBS else _about(verb)
        finally:
            sys.stdout.flush()  # here, where it is seen that it cannot be
    except OSError as error:  # of any output of any command: a full disk, a closed pipe
        return complain_of(error, name)


def console() -> None:
    """The installed command.

    What modules are made of is no garbage, and is not looked through for it while they are
    imported or as the process ends: a quarter of the time of a short command.
    """
    gc.disable()
    prepare()
    try:
        status = main(sys.argv[1:])
    except SystemExit as ended:  # by SIGTERM; a thread may be at work all the same
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    gc.freeze()
    end(status)


def _about(verb: str) -> int:
    """What is asked for without a command."""
    parser = Parser(
        "digitnet",
        "Recognises handwritten digits.",
        epilog="commands:\n"
        + "".join(f"  {name:<16}{help}\n" for name, help in VERBS.items())
        + "\ndigitnet COMMAND --help tells more.",
        usage="digitnet COMMAND ...",
    )
    parser.add_argument("--version", action="version", version=f"digitnet {__version__}")
    parser.parse_args([verb] if verb.startswith("-") else [])
    return parser.error(f"unknown command '{verb}', expected one of {', '.join(VERBS)}")


def _run(verb: str, argv: list[str]) -> int:
    try:
        module = importlib.import_module(module_of(verb))
        gc.enable()
        parser = Parser(f"digitnet {verb}", module.__doc__)
        module.add_arguments(parser)
        parser.add_help_all()
        return int(module.run(parser.parse_args(argv, argparse.Namespace(argv=argv))))
    except ModuleNotFoundError as error:
        print(f"digitnet {verb}: {_missing(verb, error)}", file=sys.stderr)
        return 2
    except DigitnetError as error:
        print(f"digitnet {verb}: {error}", file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:  # which may be what was just told
            drop_stdout()
        return error.exit_status
    except KeyboardInterrupt:
        print(f"digitnet {verb}: interrupted", file=sys.stderr)
        return 130


def _missing(verb: str, error: ModuleNotFoundError) -> str:
    """Which package is missing and how to install it; a missing part of our own is a defect."""
    own = error.name is None or error.name.startswith("digitnet")
    if own or error.name in sys.stdlib_module_names:
        raise error
    extras = {"read": "", "teach": "", "serve": "web"}
    install = install_command(extras.get(verb, "train"))
    if verb not in extras and error.name in ("torch", "torchvision", "tqdm"):
        install = "pip install torch torchvision tqdm"
    return f"needs the package '{error.name}'; run: {install}"
