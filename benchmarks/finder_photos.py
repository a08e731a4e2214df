"""What a finder that is being tried makes of other people's pages, strings and photos."""

from pathlib import Path

import numpy as np
from cases import rows
from numpy.typing import NDArray
from reading import spread
from row import Folders
from scores import summed
from versions import Version, measure, pool

from digitnet.cli.calibration import judged_pages
from digitnet.files import write_atomically
from digitnet.reading.reader import Reader
from digitnet.training.calibrate import fit_knots
from digitnet.training.finder.export import finder_to_onnx, with_metadata
from digitnet.training.finder.model import FinderNet
from digitnet.training.pages.ingredients import Ingredients

ROOT = Path(__file__).parents[1]
# Read as pages, so by the finder alone: of each row at most so many, the same for every network.
ROWS = {"pages": 28, "strings, tablet": 120, "strings, cheque": 120, "photos, as pages": 60}


def export(
    path: Path, model: FinderNet, aside: Ingredients, samples: list[NDArray[np.float32]], pages: int
) -> None:
    """Write a finder that prints by a confidence of its own, fitted on `pages` made-up pages.

    samples: float32 [1, 1, H, W], pictures that tell in which ranges its features lie.
    """
    content = finder_to_onnx(model, {}, samples)
    write_atomically(path, content)
    curve = fit_knots(judged_pages(Reader(finder=path), aside, pages))
    write_atomically(path, with_metadata(content, {"calibration": {"confidence": curve}}))


def read_photos(finder: Path, folders: Folders) -> dict[str, dict[str, float]]:
    """Of each row the digits printed and guessed, in percent: means over sources."""
    counts = {row.name: row.count for row in rows(folders, kept_aside=False)}
    found = {}
    with pool(Version(ROOT, {"finder": str(finder)}), 1, folders, kept_aside=False) as process:
        for name, most in ROWS.items():
            outcomes = process.submit(measure, name, spread(counts[name], most)).result()
            mean = summed([*outcomes.values()])["mean"]
            found[name] = {key: round(100 * mean[key], 2) for key in ("printed", "guess")}
    return found
