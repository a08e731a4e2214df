"""The parser of every command: complaints of one line, and help with what people use first."""

import argparse
from collections.abc import Collection
from typing import Any, NoReturn

_WIDTH = 80


def show_first(parser: argparse.ArgumentParser, names: Collection[str]) -> None:
    """Have --help show these flags alone; the others work all the same, and --help-all has them.

    names: as the parsed arguments have them, "batch_size".
    """
    for action in parser._actions:
        if action.option_strings and action.dest not in ("help", *names):
            action.rare = True  # type: ignore[attr-defined]


class Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line, and whose --help can leave something to --help-all."""

    def __init__(self, prog: str, description: str | None, **options: Any):
        super().__init__(
            prog=prog,
            description=description,
            formatter_class=_Lines,
            allow_abbrev=False,
            **options,
        )

    def add_help_all(self) -> None:
        """Add --help-all, where there is a flag that --help leaves out."""
        if any(map(_is_rare, self._actions)):
            self.add_argument("--help-all", action=_HelpAll, nargs=0, help="show every flag")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse as argparse does; a misspelt flag's error names the nearest one."""
        parsed, unknown = self.parse_known_args(args, namespace)
        if unknown:
            from difflib import get_close_matches  # only here: a command is not kept waiting by it

            known = [flag[2:] for flag in self._option_string_actions if flag.startswith("--")]
            words = [word[2:].split("=")[0] for word in unknown if word.startswith("--")]
            near = get_close_matches(words[0], known, n=1) if words else []
            meant = f"; did you mean --{near[0]}?" if near else ""
            self.error(f"unrecognized arguments: {' '.join(unknown)}{meant}")
        return parsed

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message} (see --help)\n")

    def format_help(self) -> str:
        left_out = [action for action in self._actions if _is_rare(action)]
        told = [action.help for action in left_out]
        for action in left_out:
            action.help = argparse.SUPPRESS
        try:
            return super().format_help()
        finally:
            for action, help in zip(left_out, told, strict=True):
                action.help = help

    def format_all(self) -> str:
        """The help with every flag."""
        return super().format_help()


class _HelpAll(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *arguments: Any) -> None:
        assert isinstance(parser, Parser)
        print(parser.format_all(), end="")
        parser.exit()


class _Lines(argparse.RawDescriptionHelpFormatter):
    """Descriptions as they are written; never wider than a small terminal."""

    def __init__(self, prog: str, **options: Any):
        super().__init__(prog, max_help_position=26, **options)
        self._width = min(self._width, _WIDTH)


def _is_rare(action: argparse.Action) -> bool:
    return getattr(action, "rare", False)
