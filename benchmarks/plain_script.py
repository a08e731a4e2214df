"""What most people write: torchvision's dataset, DataLoader, ToTensor, Normalize, fp32.

The same network and hyperparameters as the documented recipe, layer by layer. It is
here to be measured against (see step_speed.py), and runs by itself:

    python benchmarks/plain_script.py --data FOLDER_FOR_TORCHVISION --epochs 20
"""

import argparse
import time
from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms


class PlainNet(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2, 2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Conv2d(32, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Conv2d(32, 10, 3, padding=1),
            nn.AdaptiveAvgPool2d(1),
        )

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return F.log_softmax(self.features(images).flatten(1), dim=1)


def plain_epochs(folder: str, seed: int = 0) -> Iterator[tuple[float, float]]:
    """Train epoch after epoch; yields (seconds of training, test accuracy in [0, 1])."""
    torch.manual_seed(seed)
    transform = transforms.Compose(
        [transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    )
    train_set = datasets.MNIST(folder, train=True, transform=transform)
    test_set = datasets.MNIST(folder, train=False, transform=transform)
    train_loader = DataLoader(train_set, batch_size=512, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=1000)
    model = PlainNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=15, gamma=0.1)
    while True:
        started = time.perf_counter()
        model.train()
        for images, labels in train_loader:
            optimizer.zero_grad()
            F.nll_loss(model(images), labels).backward()
            optimizer.step()
        scheduler.step()
        train_s = time.perf_counter() - started
        model.eval()
        with torch.no_grad():
            correct = sum(
                (model(images).argmax(1) == labels).sum().item() for images, labels in test_loader
            )
        yield train_s, correct / len(test_set)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder that holds MNIST/raw")
    parser.add_argument("--epochs", type=int, default=20)
    args = parser.parse_args()
    epochs = plain_epochs(args.data)
    for epoch in range(1, args.epochs + 1):
        train_s, accuracy = next(epochs)
        print(f"epoch {epoch:2}  {train_s:6.1f} s  {100 * accuracy:.2f} %", flush=True)
