import sys

import pytest

from digitnet.cli.lock import lock
from digitnet.errors import OutputError


@pytest.mark.skipif(sys.platform == "win32", reason="there an open file is locked as it is")
def test_a_file_is_kept_until_it_is_closed(tmp_path):
    path = tmp_path / "table.csv"
    with path.open("a") as first:
        lock(first, path)
        with path.open("a") as second, pytest.raises(OutputError, match="another command is wr"):
            lock(second, path)
    with path.open("a") as third:
        lock(third, path)
