"""The benchmarks are scripts beside each other: their folder goes on the path."""

import sys

from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))
