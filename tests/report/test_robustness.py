from dataclasses import replace

import pytest

from digitnet.report.corruptions import CORRUPTIONS
from digitnet.report.robustness import mean_accuracy, robustness


@pytest.mark.slow
def test_every_kind_on_the_images_asked_for(model, sample):
    found = list(robustness(model, sample, 50))
    assert [result.kind for result in found] == [*CORRUPTIONS]
    assert all(result.evaluation.total == 50 for result in found)
    shares = [result.evaluation.accuracy for result in found]
    assert mean_accuracy(found) == pytest.approx(sum(shares) / 15)


def test_all_images_where_no_number_is_given(model, sample):
    few = replace(sample, eval_images=sample.eval_images[:7], eval_labels=sample.eval_labels[:7])
    assert next(robustness(model, few)).evaluation.total == 7
