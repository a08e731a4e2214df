"""Teach the reader your own hand, from a few pictures of each digit.

  digitnet teach FOLDER --out mine.npz
  digitnet read --taught mine.npz PICTURE

FOLDER holds pictures of one digit each, in folders named 0 to 9 or with names
that begin with the digit: 7/a.png, 7_a.png, 7-a.png; "none" for no digit. A
fifth is kept back to measure what it brought. The shipped weights stay as they
are.
"""

import argparse
import time
from collections import Counter
from pathlib import Path

from digitnet.cli import terminal
from digitnet.cli.counts import counted
from digitnet.cli.outputs import add_force_flag, check_outputs
from digitnet.cli.tally import described
from digitnet.errors import OutputError
from digitnet.reading import Reader
from digitnet.reading.finder import NONE, SHIPPED_FINDER
from digitnet.reading.network import SHIPPED_WEIGHTS
from digitnet.reading.taught import fit

_OTHER_PAGES = 10  # of other people's digits, 480 in all, to measure on
_MOST_LOST = 0.01  # of them: they are too few to tell less


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="your pictures, labelled")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("taught.npz"),
        metavar="FILE",
        help="what to write (default: taught.npz)",
    )
    add_force_flag(parser)
    parser.add_argument(
        "--allow-loss",
        action="store_true",
        help="save also where other people's digits lose more than 1 point",
    )
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED_WEIGHTS, metavar="FILE", help="written by export"
    )
    parser.add_argument(
        "--finder", type=Path, default=SHIPPED_FINDER, metavar="FILE", help="the network to teach"
    )


def run(args: argparse.Namespace) -> int:
    import numpy as np

    from digitnet.cli import lesson
    from digitnet.cli.labelled import kept_back, read_folder

    check_outputs([args.out], force=args.force)
    started = time.perf_counter()
    # Small pictures, one after the other: the networks' threads would mostly wait.
    reader = Reader(args.weights, finder=args.finder, threads=1)
    terminal.stage(f"Reading the pictures in {args.folder}")
    skipped: Counter[str] = Counter()
    pictures = read_folder(args.folder, reader, skipped)
    if skipped:
        terminal.warn(f"{described(skipped)}; only pictures are learned from")
    back = kept_back([picture.label for picture in pictures])
    learned = [picture for picture, aside in zip(pictures, back, strict=True) if not aside]
    aside = [picture for picture, aside in zip(pictures, back, strict=True) if aside]
    print(
        f"{counted(len(pictures), 'picture')} of "
        f"{counted(len({picture.label for picture in pictures} - {NONE}), 'digit')}, "
        f"{len(aside)} of them kept back to measure"
    )
    rng = np.random.default_rng(0)
    own, others = lesson.own_pages(rng, aside), lesson.other_pages(rng, _OTHER_PAGES)

    def measured(reader: Reader) -> dict[str, float]:
        return {
            "your digits, one a picture": lesson.right_alone(reader, aside),
            "your digits, on made-up pages": lesson.right_on_pages(reader, own),
            "other people's, on such pages": lesson.right_on_pages(reader, others),
        }

    terminal.stage("Measuring the reader as it is")
    before = measured(reader)
    terminal.stage("Learning your hand")
    known = lesson.other_marks(rng, reader)
    seen = lesson.own_marks(reader, learned, lesson.own_pages(rng, learned))
    taught = fit(*seen, known, reader.finder.fingerprint)
    terminal.stage("Measuring the reader that it becomes")
    after = measured(Reader(args.weights, finder=args.finder, taught=taught, threads=1))
    print(f"{'read and right':32}{'before':>10}{'after':>10}")
    for name in before:
        shares = terminal.percent(before[name]), terminal.percent(after[name])
        print(f"{name:32}{shares[0]:>10}{shares[1]:>10}")
    *_, general = before
    lost = before[general] - after[general]
    if lost > _MOST_LOST and not args.allow_loss:
        raise OutputError(
            f"not saved: other people's digits lose {100 * lost:.1f} points, more than 1; "
            "check the labels, add pictures, or save it all the same with --allow-loss"
        )
    taught.save(args.out)
    print(
        f"Taught in {time.perf_counter() - started:.0f} s, written: {args.out}\n"
        f"Next: digitnet read --taught {args.out} PICTURE"
    )
    return 0
