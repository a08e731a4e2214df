from digitnet.web.metrics import Metrics


def test_digits_and_refusals_are_counted_apart():
    metrics = Metrics()
    metrics.count(2, 1)
    metrics.count(1, 0)
    metrics.count(0, 0)
    text = metrics.text().decode()
    assert "digitnet_digits_total 3.0" in text
    assert "digitnet_refusals_total 1.0" in text


def test_each_server_counts_its_own():
    first, second = Metrics(), Metrics()
    first.count(1, 0)
    assert "digitnet_digits_total 0.0" in second.text().decode()
