import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from digitnet.training.evaluation import Evaluation, evaluate, wilson_interval
from digitnet.training.model import DigitNet, normalise
from tests.conftest import made_up_dataset

IMAGES = made_up_dataset(train=1, test=23).eval_images
LABELS = made_up_dataset(train=1, test=23).eval_labels


@pytest.fixture
def model() -> DigitNet:
    """Reads noise as more than one digit, rightly at times."""
    torch.manual_seed(3)
    model = DigitNet()
    model(normalise(IMAGES / 255))
    with torch.no_grad():
        log_probs = model.eval()(normalise(IMAGES / 255))
        model.conv5.bias -= log_probs.mean(0)
        model.conv5.weight *= 100
    return model


def test_counts_are_those_of_a_naive_loop(model):
    confusion = [[0] * 10 for _ in range(10)]
    loss = 0.0
    with torch.no_grad():
        for image, label in zip(IMAGES, LABELS, strict=True):
            log_probs = model.activations(normalise(image[None] / 255))["log_softmax"]
            confusion[label][log_probs.argmax()] += 1
            loss += F.nll_loss(log_probs, label[None]).item()
    evaluation = evaluate(model, IMAGES, LABELS)
    assert [list(row) for row in evaluation.confusion] == confusion
    assert evaluation.loss == pytest.approx(loss / 23, rel=1e-5)
    assert 0 < evaluation.correct < 23
    assert evaluation.correct == sum(confusion[digit][digit] for digit in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("batch_size", [1, 4, 22, 23, 24, 1000])
def test_batch_size_does_not_matter(model, batch_size):
    evaluation = evaluate(model, IMAGES, LABELS, batch_size=batch_size)
    assert evaluation.confusion == evaluate(model, IMAGES, LABELS, batch_size=7).confusion
    assert evaluation.total == 23
    assert evaluation.loss == pytest.approx(evaluate(model, IMAGES, LABELS).loss, rel=1e-5)


@pytest.mark.parametrize("training", [True, False])
def test_the_network_is_left_as_it_was(model, training):
    model.train(training)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    evaluate(model, IMAGES, LABELS)
    assert model.training == training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())


def test_confusion_sums():
    confusion = [[0] * 10 for _ in range(10)]
    confusion[3] = [0, 1, 0, 6, 0, 0, 0, 0, 1, 0]
    confusion[8] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 0]
    evaluation = Evaluation(loss=0.5, confusion=tuple(map(tuple, confusion)))
    assert (evaluation.correct, evaluation.total, evaluation.accuracy) == (8, 10, 0.8)
    assert evaluation.digit_accuracy(3) == 0.75
    assert evaluation.digit_accuracy(0) is None
    assert evaluation.to_dict() == {
        "accuracy": 0.8,
        "interval": list(wilson_interval(8, 10)),
        "correct": 8,
        "total": 10,
        "loss": 0.5,
        "digit_accuracy": [None, None, None, 0.75, None, None, None, None, 1.0, None],
        "confusion": confusion,
    }


@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (8, 10, 0.4902, 0.9433),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (15, 148, 0.0624, 0.1605),  # Newcombe 1998, table I
        (81, 263, 0.2553, 0.3662),  # the same
        (1, 29, 0.0061, 0.1718),  # the same
    ],
)
def test_interval_against_published_values(correct, total, low, high):
    assert wilson_interval(correct, total) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_share(counts):
    correct, total = counts
    low, high = wilson_interval(correct, total)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= correct / total <= high + 1e-12
    mirrored = wilson_interval(total - correct, total)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-12)
    # Its ends are the shares of which this count is 1.96 deviations away.
    for end in (low, high):
        variance = end * (1 - end) / total
        assert (correct / total - end) ** 2 == pytest.approx(1.959964**2 * variance, abs=1e-12)
