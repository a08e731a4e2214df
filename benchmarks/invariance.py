"""What a reading must not depend on: made-up pages read again, changed. Needs no answers.

    python benchmarks/invariance.py --baseline ../v01

Each page is read as it is, with a plain margin, on a dark table, inverted, scaled, turned by
a quarter and recompressed. Kept is the share of the digits printed of it as it is that are
printed again, by edit distance, over all pages together. Writes
benchmarks/results/invariance.json.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from photograph import jpeg
from reading import RESULTS, ROOT, environment
from row import Folders, Picture, random_of
from scores import aligned
from surround import with_margin
from versions import Version, cases_of, marks_of, pool, reader

PAGES = 30
WANTED = 0.97

CHANGES: dict[str, Callable[[Picture, np.random.Generator], Picture]] = {
    "as it is": lambda page, _: page,
    "margin": lambda page, _: _plain_margin(page),
    "dark table": lambda page, random: with_margin(random, page, "brown", 4),
    "inverted": lambda page, _: 255 - page,
    "scaled by 0.7": lambda page, _: _scaled(page, 0.7),
    "scaled by 1.5": lambda page, _: _scaled(page, 1.5),
    "turned by 90": lambda page, _: np.rot90(page, 1),
    "turned by 180": lambda page, _: np.rot90(page, 2),
    "turned by 270": lambda page, _: np.rot90(page, 3),
    "JPEG 60": lambda page, _: jpeg(np.ascontiguousarray(page), 60),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR")
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="a checkout to compare with")
    parser.add_argument("--count", type=int, default=PAGES, metavar="N", help="pages")
    parser.add_argument(
        "--shared", type=Path, default=ROOT.parent / "shared", metavar="DIR", help="photos, hands"
    )
    args = parser.parse_args()

    folders = Folders(args.shared / "photos", args.shared / "hands")
    kept = {}
    for name, folder in (("measured", args.version), ("baseline", args.baseline)):
        if folder:
            with pool(Version(folder, {}), 2, folders, kept_aside=False) as processes:
                kept[name] = shares(list(processes.map(texts, range(args.count))))
    for change in list(CHANGES)[1:]:
        print(f"{change:20}", *(f"{name} {100 * k[change]:6.2f} %" for name, k in kept.items()))
    if args.count == PAGES:
        record = {"pages": PAGES, "wanted": WANTED, "environment": environment(), "kept": kept}
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "invariance.json").write_text(json.dumps(record, indent=1) + "\n")


def texts(number: int) -> dict[str, str]:
    """What is printed of a page after each change, in a process that `pool` has started."""
    page = cases_of("composed pages").make(number).picture
    found = {}
    for name, change in CHANGES.items():
        lines = marks_of(reader().read(change(page, random_of(number)), one=False))
        found[name] = "".join(str(mark.digit) for line in lines for mark in line if mark.accepted)
    return found


def shares(pages: list[dict[str, str]]) -> dict[str, float]:
    """Of all pages' digits, the share that each change keeps."""
    total = sum(len(page["as it is"]) for page in pages)
    return {
        name: 1 - sum(aligned(page["as it is"], page[name])[0] for page in pages) / max(1, total)
        for name in CHANGES
    }


def _plain_margin(page: Picture) -> Picture:
    """A tenth of each side more of the page's own edge, in one colour."""
    rows_more, columns_more = (side // 10 for side in page.shape[:2])
    edge = np.concatenate([page[0], page[-1], page[:, 0], page[:, -1]])
    colour = np.atleast_1d(np.median(edge, axis=0)).tolist()
    sides = (rows_more, rows_more, columns_more, columns_more)
    return cv2.copyMakeBorder(page, *sides, cv2.BORDER_CONSTANT, value=colour)


def _scaled(page: Picture, factor: float) -> Picture:
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(page, None, fx=factor, fy=factor, interpolation=way)


if __name__ == "__main__":
    main()
