import model_card

from tests.conftest import ROOT


def test_the_card_says_what_the_records_say():
    written = (ROOT / "MODEL_CARD.md").read_text()
    assert written == model_card.card(), "run: python benchmarks/model_card.py"
    assert written.startswith("---\nlicense: mit\n")
