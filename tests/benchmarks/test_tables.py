import re

import pytest
import tables

from tests.conftest import ROOT


@pytest.mark.parametrize("path", tables.BLOCKS)
def test_tables_say_what_the_records_say(path):
    text = (ROOT / path).read_text()
    assert text == tables.filled(path, text), "run: python benchmarks/tables.py"


def test_a_changed_figure_is_noticed():
    text = (ROOT / "README.md").read_text()
    figure = tables.percent(tables.record("reading")["rows"]["pages"]["mean"]["printed"])
    assert figure in text
    assert tables.filled("README.md", text.replace(figure, "99.99 %")) == text


def test_every_record_has_its_lines():
    text = (ROOT / "benchmarks/README.md").read_text()
    named = set(re.findall(r"`([\w-]+)\.json` \|$", text, re.MULTILINE))
    assert named == {path.stem for path in (ROOT / "benchmarks/results").glob("*.json")}


def test_a_table_without_its_place_is_noticed():
    with pytest.raises(AssertionError, match=r"no place for the table 'figures'"):
        tables.filled("README.md", "no table")
