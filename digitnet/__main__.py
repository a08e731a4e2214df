"""`python -m digitnet`."""

import sys

from digitnet.cli import main

sys.exit(main(sys.argv[1:]))
