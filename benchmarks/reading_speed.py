"""How fast pictures are read, and in how much memory; beside it another version.

    python benchmarks/reading_speed.py --baseline ../v01

Medians of repeated runs, both versions in turn for each figure, each in processes of their
own: 12 and 64 megapixels in-process for several contents (decoded arrays, and one JPEG file),
an ordinary photo of a line, folders of 28x28 pictures through the command, a cold start, and
the peak memory of a process that reads one picture of 50 megapixels. A reading that takes
more than LIMIT_S is given up. Writes benchmarks/results/reading-speed.json. DIGITNET_DATA
names MNIST's folder.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from large_pictures import contents, line_photo
from mnist import test_digits
from PIL import Image
from reading import cpu_name

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
LIMIT_S = 60
ONE_FILES, PAGE_FILES = 5000, 1500
LARGEST = ("page", "dark border", "wood", "textures", "noise")
SIZES = {12: (4000, 3000), 64: (9216, 6912), 50: (8165, 6124)}

# Run in the version's folder, which comes first on the path. Prints seconds of each reading.
READ = """
import sys, time
import numpy as np
from digitnet import Reader
source, repeats = sys.argv[1], int(sys.argv[2])
reader = Reader()
picture = np.load(source) if source.endswith('.npy') else source
for _ in range(repeats + 1):
    started = time.perf_counter()
    reader.read(picture)
    print(time.perf_counter() - started, flush=True)
    if time.perf_counter() - started > 10:
        break
"""
# Not getrusage: that remembers what the process was before it was started anew.
PEAK = """
import sys, digitnet
digitnet.read(sys.argv[1])
status = open('/proc/self/status').read().split()
print(int(status[status.index('VmHWM:') + 1]) / 1000)
"""


@dataclass(frozen=True)
class Figure:
    """One line of the table. wanted: at most, or, of a rate, at least."""

    name: str
    unit: str
    wanted: float | None
    measure: Callable[[Path], float]


def shown(argument: str) -> str:
    """An argument without the folders of this machine."""
    return Path(argument).name if "/" in argument else argument


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", type=Path, default=ROOT, metavar="DIR", help="what is timed")
    parser.add_argument("--baseline", type=Path, metavar="DIR", help="a checkout to compare with")
    parser.add_argument("--only", default="", metavar="NAME", help="figures whose name begins so")
    parser.add_argument("--repeats", type=int, default=5, metavar="N")
    args = parser.parse_args()

    versions = {"measured": args.version.resolve()}
    if args.baseline:
        versions["baseline"] = args.baseline.resolve()
    found: dict[str, dict[str, float | None]] = {}
    print(f"{'':44}{'wanted':>9}{'measured':>11}{'before':>11}")
    with tempfile.TemporaryDirectory() as name:
        for figure in figures(Path(name), args.repeats):
            if not figure.name.startswith(args.only):
                continue
            values = {key: given_up(figure, folder) for key, folder in versions.items()}
            found[figure.name] = {"wanted": figure.wanted, **values}
            print_figure(figure, values)
    if args.only:
        return
    record = {
        "command": " ".join(["python", "benchmarks/reading_speed.py", *map(shown, sys.argv[1:])]),
        "cpu": cpu_name(),
        "python": platform.python_version(),
        "limit_s": LIMIT_S,
        "repeats": args.repeats,
        "figures": found,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "reading-speed.json").write_text(json.dumps(record, indent=1) + "\n")


def figures(folder: Path, repeats: int) -> list[Figure]:
    """Everything that is timed; its pictures are written into the folder first."""
    files = written(folder)
    one = folder / "one" / "00000.png"

    def reads(path: Path) -> Callable[[Path], float]:
        return lambda version: read_s(version, path, repeats)

    def rate(pictures: Path, count: int, *options: str) -> Callable[[Path], float]:
        return lambda version: count / command_s(version, [*options, str(pictures)], 3)

    large = [
        Figure(
            f"{path.stem.replace('-', ' ')}, s", "s", 0.5 if "12" in path.stem else 2, reads(path)
        )
        for path in files
    ]
    return [
        *large,
        Figure("photo of a line, JPEG, s", "s", 0.08, reads(folder / "line.jpg")),
        Figure("28x28 a second, --one", "/s", 2500, rate(folder / "one", ONE_FILES, "--one")),
        Figure("28x28 a second, without", "/s", 500, rate(folder / "pages", PAGE_FILES)),
        Figure("cold start, s", "s", 0.3, lambda version: command_s(version, [str(one)], 9)),
        Figure("memory, 50 megapixels JPEG, MB", "MB", 300, peak_mb(folder / "50.jpg")),
        Figure("memory, 50 megapixels PNG, MB", "MB", 300, peak_mb(folder / "50.png")),
    ]


def written(folder: Path) -> list[Path]:
    """The large pictures as arrays, one as a file; and beside them the small ones."""
    digits = test_digits()
    for name, count in (("one", ONE_FILES), ("pages", PAGE_FILES)):
        (folder / name).mkdir()
        for number, image in enumerate(digits[0][:count]):
            Image.fromarray(image).save(folder / name / f"{number:05}.png")
    paths = []
    for kind, picture in contents(digits, SIZES[12]):
        paths.append(folder / f"12-megapixels,-{kind}.npy")
        np.save(paths[-1], picture)
        if kind == "page":
            paths.append(folder / "12-megapixels,-page,-JPEG.jpg")
            Image.fromarray(picture).save(paths[-1], quality=90)
    for kind in LARGEST:  # 190 MB each
        picture = np.load(folder / f"12-megapixels,-{kind}.npy")
        paths.append(folder / f"64-megapixels,-{kind}.npy")
        np.save(paths[-1], cv2.resize(picture, SIZES[64], interpolation=cv2.INTER_LINEAR))
    Image.fromarray(line_photo(digits)).save(folder / "line.jpg", quality=90)
    page = np.load(paths[0])
    for kind in ("jpg", "png"):
        large = cv2.resize(page, SIZES[50], interpolation=cv2.INTER_CUBIC)
        Image.fromarray(large).save(folder / f"50.{kind}", quality=90, compress_level=1)
    return paths


def given_up(figure: Figure, version: Path) -> float | None:
    """The figure, or None where it takes too long."""
    try:
        return round(figure.measure(version), 4)
    except subprocess.TimeoutExpired:
        return None


def read_s(version: Path, path: Path, repeats: int) -> float:
    """Median seconds of a reading in one process, after a first one."""
    ended = run(version, ["-c", READ, str(path), str(repeats)], LIMIT_S * 2)
    times = [float(line) for line in ended.split()]
    return statistics.median(times[1:] or times)


def command_s(version: Path, arguments: list[str], repeats: int) -> float:
    """Median seconds of `digitnet read`, from its start to its end, after a first one."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        run(version, ["-m", "digitnet", "read", *arguments], LIMIT_S)
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def peak_mb(path: Path) -> Callable[[Path], float]:
    return lambda version: float(run(version, ["-c", PEAK, str(path)], LIMIT_S))


def run(version: Path, arguments: list[str], limit_s: float) -> str:
    """What Python prints in a version's folder: that comes before what is installed."""
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=version, check=True, capture_output=True, text=True, timeout=limit_s
    ).stdout


def print_figure(figure: Figure, values: dict[str, float | None]) -> None:
    texts = []
    for key in ("measured", "baseline"):
        value = values.get(key)
        text = f"{value:.3f}" if value is not None and figure.unit == "s" else f"{value or 0:.0f}"
        texts.append("-" if key not in values else text if value is not None else f">{LIMIT_S}")
    print(f"{figure.name:44}{figure.wanted:>9}{texts[0]:>11}{texts[1]:>11}", flush=True)


if __name__ == "__main__":
    main()
