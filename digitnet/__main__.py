"""`python -m digitnet`."""

from digitnet.cli import console

console()
