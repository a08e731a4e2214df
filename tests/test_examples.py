import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from digitnet.reading import Reader
from digitnet.training.data.sample import load_sample

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parents[1] / "examples"


def test_ray_reads_a_folder_as_the_reader_does(tmp_path):
    pytest.importorskip("ray.data")
    parquet = pytest.importorskip("pyarrow.parquet")
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    images = load_sample().eval_images[:80, 0].numpy()
    for number, image in enumerate(images):
        Image.fromarray(image).save(pictures / f"{number:02}.png")
    (pictures / "bad.png").write_text("no picture")
    script = [sys.executable, EXAMPLES / "read_with_ray.py", pictures, tmp_path / "out", "--one"]
    ended = subprocess.run([*script, "--workers", "2"], capture_output=True, text=True, timeout=240)
    assert ended.returncode == 0, ended.stderr[-2000:]
    rows = parquet.read_table(tmp_path / "out").to_pylist()
    found = {Path(row["path"]).name: row for row in rows}
    assert len(rows) == len(found) == 81
    assert found["bad.png"]["error"]
    reader = Reader(threads=1)
    assert [found[f"{number:02}.png"]["digit"] for number in range(80)] == [
        reader.read(image, one=True).digits[0].digit for image in images
    ]
