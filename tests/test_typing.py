"""What a type checker makes of a user's script."""

import os

import pytest

from tests.conftest import ROOT

SCRIPT = """
from pathlib import Path

import digitnet

reveal_type(digitnet.read("a.png", one=True).digits[0].digit)
for path, result in digitnet.read_many([Path("a.png")]):
    reveal_type(path)
for name, _ in digitnet.Reader().read_many("page.png", dpi=200):
    reveal_type(name)
digitnet.read("a.png", on=True)
digitnet.read("a.png", expected=digitnet.Expected(digits=5))
"""


@pytest.mark.slow
def test_types_are_kept_and_a_wrong_name_is_found(tmp_path, monkeypatch):
    api = pytest.importorskip("mypy.api")
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "mypy.ini").write_text("[mypy]\nignore_missing_imports = True\n")
    monkeypatch.setenv("MYPYPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    cache = f"--cache-dir={tmp_path / 'cache'}"
    told, wrong, _ = api.run(["--follow-imports=silent", cache, os.fspath(tmp_path / "script.py")])
    assert not wrong
    *revealed, error, _where, _count = told.splitlines()
    kinds = [line.split('"')[1] for line in revealed]
    assert kinds == ["int", "pathlib.Path", "str"], told
    assert 'Unexpected keyword argument "on" for "read"' in error
