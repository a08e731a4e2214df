import base64
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from digitnet.report.report import first_batch
from digitnet.training.data.sample import load_sample
from digitnet.training.recipe import Recipe
from digitnet.training.recipes import RECIPES

pytestmark = pytest.mark.slow

HEADINGS = [
    "Result", "Learning curves", "What it confuses", "Worst errors", "Each digit",
    "How sure to be", "Corrupted digits", "Features in two dimensions (PCA)",
    "The first training batch", "Kernels", "Layer by layer", "Recipe", "Environment",
]  # fmt: skip


class Parsed(HTMLParser):
    """Headings, pictures, counts and data of a page; fails on what does not close."""

    def __init__(self, text):
        super().__init__()
        self.open, self.headings, self.pictures, self.buttons, self.scripts = [], [], [], {}, {}
        self.links, self.paragraphs = [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in ("meta", "link", "img", "br"):
            self.open.append((tag, values))
        if tag == "img":
            self.pictures.append(values)
        self.links += [values[name] for name in ("src", "href") if name in values]

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, text):
        if not self.open:
            return
        tag, values = self.open[-1]
        if tag == "h2":
            self.headings.append(text)
        elif tag == "p":
            self.paragraphs.append(text)
        elif tag == "button":
            self.buttons[values["data-cell"]] = int(text)
        elif tag == "script" and "id" in values:
            self.scripts[values["id"]] = json.loads(text)


@pytest.fixture(scope="module")
def parsed(written):
    return Parsed(written.read_text())


def test_it_has_what_it_promises(parsed):
    assert parsed.headings == HEADINGS
    assert len(parsed.pictures) == 10
    for picture in parsed.pictures:
        assert picture["alt"]
        kind, content = picture["src"].split(",", 1)
        assert kind == "data:image/png;base64"
        assert base64.b64decode(content).startswith(b"\x89PNG")


def test_it_says_whose_training_loss_it_shows(parsed):
    """The recipe fast, whose later epochs see the hardest quarter."""
    (told,) = [text for text in parsed.paragraphs if text.startswith("Epochs after the first")]
    assert "the 25 % of the images" in told


def test_it_asks_nobody_for_anything(parsed, written):
    assert all(link.startswith(("data:", "#")) for link in parsed.links)
    assert "http" not in re.sub(r'base64,[^"\')]*', "", written.read_text())
    assert written.stat().st_size < 5e6


def test_counts_lead_to_their_images(parsed, findings):
    confusion = np.array(findings.evaluation.confusion)
    assert parsed.buttons == {
        f"{true}{read}": int(confusion[true, read]) for true, read in np.argwhere(confusion)
    }
    for key, images in parsed.scripts["cells"].items():
        true, read = map(int, key)
        assert len(images) == min(confusion[true, read], 24 if true == read else 60)


def test_pictures_lie_in_the_run_folder(written):
    for name in ("curves", "confusion", "errors", "batch"):
        assert (written.parent / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_the_batch_is_what_the_loop_sees_first():
    dataset = load_sample()
    images, labels = first_batch(Recipe(seed=3), dataset)
    assert images.shape == (40, 28, 28)
    place = (dataset.train_images[:, 0] == (images[0] * 255).round()).all(2).all(1).nonzero()
    assert dataset.train_labels[place[0, 0]] == labels[0]
    bent, _ = first_batch(RECIPES["best"], dataset)
    assert not np.array_equal(bent, first_batch(RECIPES["seed"], dataset)[0])
