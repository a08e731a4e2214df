"""Print a script with which a shell completes commands, flags and file names.

digitnet completion bash > ~/.bash_completion
digitnet completion zsh > ~/.zfunc/_digitnet     (a folder of your fpath)
"""

import argparse
import importlib
from pathlib import Path

from digitnet.cli import VERBS, module_of
from digitnet.errors import OutputError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "tcsh"])


def run(args: argparse.Namespace) -> int:
    try:
        import shtab
    except ImportError as error:
        raise OutputError("needs a package; run: pip install shtab") from error
    print(shtab.complete(whole_parser(), args.shell))
    return 0


def whole_parser() -> argparse.ArgumentParser:
    """Every command as one parser: the command itself imports only the one that is called."""
    import shtab

    parser = argparse.ArgumentParser(prog="digitnet")
    parser.add_argument("--version", action="store_true")
    commands = parser.add_subparsers()
    for verb, help in VERBS.items():
        command = commands.add_parser(verb, help=help, description=help)
        try:
            importlib.import_module(module_of(verb)).add_arguments(command)
        except ModuleNotFoundError:
            continue
        for action in command._actions:
            if action.type is Path or action.dest == "paths":
                action.complete = shtab.FILE  # type: ignore[attr-defined]
    return parser
