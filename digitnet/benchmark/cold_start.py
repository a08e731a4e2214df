"""How long the command takes from nothing to a digit."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from digitnet.benchmark.timing import Times, in_turn


def cold_start_times(*, rounds: int) -> Times:
    """Seconds of a whole `digitnet read one.png`, process and all."""
    picture = np.zeros((28, 28), np.uint8)
    picture[6:22, 13:16] = 255  # a one
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.png"
        Image.fromarray(picture).save(path)
        command = [sys.executable, "-m", "digitnet", "read", str(path)]

        def read() -> None:
            subprocess.run(command, check=True, capture_output=True)

        return in_turn({"read": read}, rounds=rounds)["read"]
