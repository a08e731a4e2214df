from digitnet.reading import Digit, Reading, TextLine
from digitnet.web.metrics import Metrics


def reading(*accepted):
    digits = tuple(Digit((0, 0, 1, 1), a, (1.0, *[0.0] * 9), 1.0) for a in accepted)
    return Reading((TextLine(digits),), 10, 10)


def test_digits_and_refusals_are_counted_apart():
    metrics = Metrics()
    metrics.count(reading(True, True, False))
    metrics.count(reading(True))
    metrics.count(Reading((), 10, 10))
    text = metrics.text().decode()
    assert "digitnet_digits_total 3.0" in text
    assert "digitnet_refusals_total 1.0" in text


def test_each_server_counts_its_own():
    first, second = Metrics(), Metrics()
    first.count(reading(True))
    assert "digitnet_digits_total 0.0" in second.text().decode()
