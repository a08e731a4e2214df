import importlib.util
import sys

from tests.conftest import ROOT


def test_the_card_says_what_the_records_say():
    path = ROOT / "benchmarks" / "model_card.py"
    spec = importlib.util.spec_from_file_location("model_card", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["model_card"] = module
    spec.loader.exec_module(module)
    written = (ROOT / "MODEL_CARD.md").read_text()
    assert written == module.card(), "run: python benchmarks/model_card.py"
    assert written.startswith("---\nlicense: mit\n")
