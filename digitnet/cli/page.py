"""Write the page as one file that can be mailed, or as files for a static host.

  digitnet page --out digits.html    one file; a double click opens it
  digitnet page --out site/          the same as separate files

What is drawn is read in the browser. Photos and pages of digits need
'digitnet serve'.
"""

import argparse
from pathlib import Path

from digitnet.cli.outputs import STDOUT, add_force_flag, check_outputs
from digitnet.errors import OutputError
from digitnet.files import reason, write_atomically
from digitnet.web.one_file import host_files, one_file
from digitnet.web.page_weights import DOCUMENTED, SHIPPED, load_page_weights

_ENDINGS = (".html", ".htm")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("digits.html"),
        metavar="PATH",
        help="a file that ends in .html, or a folder (default: digits.html)",
    )
    parser.add_argument(
        "--weights", type=Path, default=SHIPPED, metavar="FILE", help="a .bin written by export"
    )
    add_force_flag(parser)


def run(args: argparse.Namespace) -> int:
    weights, other = load_page_weights(args.weights), load_page_weights(DOCUMENTED)
    if args.out.suffix.lower() in _ENDINGS:
        check_outputs([args.out], force=args.force)
        content = one_file(weights, other).encode()
        write_atomically(args.out, content)
        print(f"{args.out}: the page in one file, {len(content) / 1000:.0f} kB")
        return 0
    if args.out == STDOUT:
        raise OutputError("the folder of the page cannot go to standard output; name one")
    files = {args.out / name: content for name, content in host_files(weights, other).items()}
    # In a folder that is not there yet nothing can be written over.
    check_outputs([path for path in files if path.parent.is_dir()], force=args.force)
    try:
        (args.out / "static").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot make {args.out}: {reason(error)}") from error
    for path, content in files.items():
        write_atomically(path, content)
    size = sum(map(len, files.values()))
    print(f"{args.out}: the page in {len(files)} files, {size / 1000:.0f} kB")
    return 0
