"""How fast pictures are read, and in how much memory.

    python benchmarks/reading_speed.py

Medians of repeated runs: a cold start of the command, a 12-megapixel page in this
process, a folder of 28x28 pictures through the command, the network beside ONNX
Runtime's own time for the batch, and the peak memory of a process that reads one
50-megapixel picture. Writes benchmarks/results/reading-speed.json. MNIST comes from
DIGITNET_DATA or the cache.
"""

import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from compose import page
from PIL import Image

from digitnet.reading.network import SHIPPED_WEIGHTS, Network
from digitnet.reading.reader import Reader
from digitnet.training import load_mnist
from digitnet.training.environment import cpu_name

RESULTS = Path(__file__).parent / "results"
FILES = 5000
# Not getrusage: that remembers what the process was before it was started anew.
PEAK = """
import sys, digitnet
digitnet.read(sys.argv[1])
status = open('/proc/self/status').read().split()
print(int(status[status.index('VmHWM:') + 1]) // 1000)
"""


def main() -> None:
    dataset = load_mnist("full")
    images, labels = dataset.eval_images[:, 0].numpy(), dataset.eval_labels.numpy()
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "small").mkdir()
        for number, image in enumerate(images[:FILES]):
            Image.fromarray(image).save(folder / "small" / f"{number:05}.png")
        picture, _ = page(np.random.default_rng(9), images, labels)
        for megapixels, size in ((12, (4000, 3000)), (50, (8165, 6124))):
            large = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC)
            Image.fromarray(large).save(folder / f"{megapixels}.jpg", quality=90)
            Image.fromarray(large).save(folder / f"{megapixels}.png", compress_level=1)

        command = [sys.executable, "-m", "digitnet", "read"]
        one = folder / "small" / "00000.png"
        figures["cold_start_s"] = median(lambda: quietly([*command, str(one)]), 9)
        folder_s = median(lambda: quietly([*command, "--one", str(folder / "small")]), 3)
        figures["small_pictures_per_s"] = FILES / (folder_s - figures["cold_start_s"])
        figures["small_pictures_per_s_with_start"] = FILES / folder_s
        reader = Reader()
        apart = cv2.resize(separate(images), (3464, 3464), interpolation=cv2.INTER_CUBIC)
        Image.fromarray(apart).save(folder / "apart.jpg", quality=90)
        for name, file in (
            ("page_12_megapixels_separate_digits_s", "apart.jpg"),
            ("page_12_megapixels_touching_digits_jpeg_s", "12.jpg"),
            ("page_12_megapixels_touching_digits_png_s", "12.png"),
        ):
            path = folder / file
            figures[name] = median(lambda path=path: reader.read(path), 7)
        for kind in ("jpg", "png"):
            ended = quietly([sys.executable, "-c", PEAK, str(folder / f"50.{kind}")])
            figures[f"peak_memory_50_megapixels_{kind}_mb"] = float(ended.stdout)

    network, batch = Network(), images[:512]
    options = onnxruntime.SessionOptions()
    session = onnxruntime.InferenceSession(SHIPPED_WEIGHTS.read_bytes(), options)
    prepared = ((batch[:, None] / 255 - 0.1307) / 0.3081).astype(np.float32)
    ratios = [
        median(lambda: network(batch), 5)
        / median(lambda: session.run(None, {"images": prepared}), 5)
        for _ in range(9)
    ]
    figures["network_over_onnxruntime_512"] = statistics.median(ratios)

    record = {
        "command": "python benchmarks/reading_speed.py",
        "cpu": cpu_name(),
        "python": platform.python_version(),
        "figures": {name: round(value, 3) for name, value in figures.items()},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "reading-speed.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record["figures"], indent=1))


def separate(images: np.ndarray) -> np.ndarray:
    """A page of 15 lines of 20 digits that stand apart: uint8 [H, W], dark on light."""
    framed = np.pad(images[:300], ((0, 0), (6, 6), (1, 1)))
    ink = framed.reshape(15, 20, 40, 30).transpose(0, 2, 1, 3).reshape(600, 600)
    return 240 - (np.pad(ink, 30) * 0.75).astype(np.uint8)


def median(task: Callable[[], object], repeats: int) -> float:
    """Median seconds of a task, after one warm-up."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        task()
        times.append(time.perf_counter() - started)
    return statistics.median(times[1:])


def quietly(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    main()
