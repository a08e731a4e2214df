"""README and docs say what is so: commands parse and run, modules and links exist."""

import importlib
import io
import re
import shlex
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from digitnet.cli import VERBS, main, module_of
from digitnet.cli.parser import Parser
from tests.cli.here import read_here
from tests.conftest import ROOT
from tests.reading.pictures import encoded

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands():
    """Document and line of each `digitnet VERB ...` in a block of code."""
    for document in DOCUMENTS:
        for block in BLOCK.findall(document.read_text()):
            for line in block.splitlines():
                if line.startswith("digitnet ") and line.split()[1] in VERBS:
                    yield pytest.param(line, id=f"{document.name}: {line[:60]}")


@pytest.mark.parametrize("line", list(commands()))
def test_command_lines_parse(line):
    _, verb, *arguments = shlex.split(line.split(">")[0], comments=True)
    parser = Parser(f"digitnet {verb}", "")
    importlib.import_module(module_of(verb)).add_arguments(parser)
    parser.add_help_all()
    parser.parse_args(arguments)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The pictures that the README names, a seven each, in the folder that commands run in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("digitnet.cli.readings.read_by_workers", read_here)
    image = Image.new("L", (120, 120), 230)
    ImageDraw.Draw(image).line([(35, 30), (85, 30), (55, 95)], fill=30, width=8)
    for name in ("scans/a.png", "more/b.png", "digit.png"):
        Path(name).parent.mkdir(exist_ok=True)
        image.save(name)
    for name in ("photo.jpg", "page.jpg", "meter.jpg", "scan.pdf"):
        image.save(name)
    pytest.importorskip("pillow_heif").from_pillow(image).save("photo.heic")
    Path("numbers.txt").write_text("4\n7\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(encoded(image))))


QUICK = re.compile(r"README.md: digitnet (read|page)")


@pytest.mark.slow
@pytest.mark.parametrize("line", [param for param in commands() if QUICK.match(param.id)])
def test_quick_commands_of_the_readme_run(line, folder, capsys):
    assert main(shlex.split(line, comments=True)[1:]) == 0
    said = capsys.readouterr()
    if "--digits" in line:
        assert "nothing fits" in said.err  # one digit is written there, not five
    elif "--out" in line:
        assert Path("digits.html").read_text().lower().startswith("<!doctype html>")
    else:
        assert "7" in said.out


@pytest.mark.slow
def test_the_python_of_the_readme_runs(folder, capsys):
    (block,) = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    exec(block, {})
    text, digit = capsys.readouterr().out.splitlines()
    assert text == "7"
    assert digit.startswith("7 0.")


def test_commands_are_found_in_every_part():
    lines = [param.values[0] for param in commands()]
    assert {line.split()[1] for line in lines} >= {"train", "read", "teach", "serve", "page"}


def test_the_tree_names_every_module():
    named = set(tree((ROOT / "docs/house.md").read_text()))
    missing = {name for name in named if not (ROOT / name).exists()}
    assert not missing, "docs/house.md names what is not there"
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "digitnet").rglob("*.py")}
    assert {name for name in modules if not name.endswith("__init__.py")} <= named


def tree(text):
    """Paths in the tree of folders, by its indentation."""
    block = next(block for block in BLOCK.findall(text) if "digitnet/\n" in block)
    folders = []
    for line in block.splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        del folders[depth:]
        yield "".join(folders) + name
        if name.endswith("/"):
            folders.append(name)


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / "CONTRIBUTING.md"], ids=lambda p: p.name)
def test_links_and_pictures_are_there(document):
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name} leads to {target}"


def test_the_readme_is_a_door():
    text = (ROOT / "README.md").read_text()
    assert len(text.splitlines()) <= 150
    for line in ("pip install torch torchvision tqdm", "python train_model.py", "make train"):
        assert f"\n{line}" in text
