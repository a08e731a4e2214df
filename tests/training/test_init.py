import pytest

from digitnet import training
from tests.conftest import python


@pytest.mark.parametrize("name", training.__all__)
def test_every_name_is_where_it_is_said_to_be(name):
    found = getattr(training, name)
    assert name == "RECIPES" or found.__name__ == name


def test_the_table_of_modules_holds_the_public_names():
    assert sorted(n for names in training._MODULES.values() for n in names) == sorted(
        training.__all__
    )


def test_recipes_need_no_torch():
    script = "import sys; sys.modules['torch'] = None; from digitnet.training import RECIPES"
    assert python("-c", script).status == 0


def test_an_unknown_name_is_named():
    with pytest.raises(AttributeError, match=r"digitnet\.training' has no attribute 'tune'"):
        _ = training.tune
