"""For torch.hub: torch.hub.load(REPOSITORY, "digitnet", pretrained=True)."""

from pathlib import Path

dependencies = ["torch"]


def digitnet(pretrained: bool = False):
    """The network: images float32 [N, 1, 28, 28], normalised by mean 0.1307 and deviation
    0.3081, to log-probabilities [N, 10].

    pretrained: with the weights of the recipe "best", seed 0 (MODEL_CARD.md has its figures).
    """
    from digitnet.training.model import DigitNet
    from digitnet.training.weights import load_weights

    if not pretrained:
        return DigitNet()
    return load_weights(Path(__file__).parent / "digitnet" / "weights" / "best.pt")
