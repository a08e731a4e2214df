import pytest

from digitnet.report.disputed import DISPUTED
from digitnet.training.data.mnist import load_folder


@pytest.mark.slow
def test_what_people_saw_is_not_the_label(full_mnist):
    dataset = load_folder(full_mnist, allow_other_data=False, warn=print)
    assert len(DISPUTED) == 15
    for index, seen in DISPUTED.items():
        assert dataset.eval_labels[index] != seen
