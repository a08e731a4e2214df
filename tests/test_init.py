import pytest

import digitnet
from digitnet import errors, reading
from tests.conftest import python


@pytest.mark.parametrize("name", digitnet.__all__)
def test_a_name_is_the_one_of_its_module(name):
    owner = errors if name.endswith("Error") else reading
    assert getattr(digitnet, name) is getattr(owner, name)


def test_its_names_are_listed():
    assert dir(digitnet) == sorted([*digitnet.__all__, "__version__"])


def test_an_unknown_name_is_named():
    with pytest.raises(AttributeError, match="module 'digitnet' has no attribute 'reed'"):
        _ = digitnet.reed


def test_importing_it_loads_neither_half():
    heavy = "{'torch', 'cv2', 'onnxruntime', 'numpy'}"
    script = f"import digitnet, sys; sys.exit(bool({heavy} & set(sys.modules)))"
    assert python("-c", script).status == 0


def test_the_version_is_of_three_numbers():
    assert [part.isdecimal() for part in digitnet.__version__.split(".")] == [True] * 3
