"""Small trainings by the command, and what they leave behind."""

from digitnet.training.weights import load_weights

# On 60 images: three steps an epoch.
SMALL = ["--epochs", 2, "--batch-size", 20, "--threads", 1, "--precision", "fp32"]
RESULTS = 2 * (3 + 1)


def weights(run):
    return load_weights(run / "weights.pt").state_dict()


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
