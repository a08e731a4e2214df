import json
import os
import platform
import re
from pathlib import Path

import torch

from digitnet.training.environment import cpu_name, describe


def test_what_a_figure_needs_to_be_read():
    described = describe(torch.device("cpu"))
    assert described["versions"]["torch"] == torch.__version__
    assert described["versions"]["python"] == platform.python_version()
    assert described["cpu"] == cpu_name()
    assert described["cpu_cores"] == os.cpu_count()
    assert described["threads"] == torch.get_num_threads()
    assert (described["device"], described["device_name"]) == ("cpu", "cpu")


def test_it_is_plain_and_names_neither_folders_nor_people():
    text = json.dumps(describe(torch.device("cpu")))
    assert json.loads(text) == describe(torch.device("cpu"))
    assert str(Path.home()) not in text
    assert not re.search(r'"/[a-z]', text)
