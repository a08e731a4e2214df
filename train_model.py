"""Train the network on MNIST: `python train_model.py`. The same as `digitnet train`.

The network is in digitnet/training/model.py, a step of the training in loop.py beside it.
"""

import sys

from digitnet.cli import main

if __name__ == "__main__":
    sys.exit(main(["train", *sys.argv[1:]]))
