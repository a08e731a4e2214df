"""What each idea is worth to the recipe `fast`: alone, against the recipe as it stands.

    python benchmarks/ablation.py --seeds 3

Every variant trains on 55,000 images and is scored on the 5,000 kept aside, so that the
test set has no part in the choice. Variants take turns seed by seed, and each one's time is
given as a share of the recipe's own in the same turn: a machine that slows down slows all.
What is no field of a recipe is put into the training from outside, here, so that only what
pays has a place in the loop. Writes benchmarks/results/ablation.json.
"""

import argparse
import dataclasses
import json
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from digitnet.training import RECIPES, TrainingState, load_mnist, train
from digitnet.training.environment import describe

RESULTS = Path(__file__).parent / "results"
HOLDOUT = 5000

Change = Callable[[TrainingState, Tensor], None]  # given the state before its first step, and
# the training images


@dataclasses.dataclass(frozen=True)
class Variant:
    fields: dict[str, object]
    change: Change | None = None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", help="names of variants; the recipe is always run")
    args = parser.parse_args()

    dataset = load_mnist("full").with_holdout(HOLDOUT, seed=0)
    chosen = {
        name: variant
        for name, variant in VARIANTS.items()
        if not args.only or name in args.only or name == BASE
    }
    path = RESULTS / "ablation.json"
    record = json.loads(path.read_text()) if path.exists() else {"variants": {}}
    record["environment"] = describe(torch.device("cpu"))
    record["recipe"] = dataclasses.asdict(RECIPES["fast"])
    run(VARIANTS[BASE], 99, dataset)  # to warm up
    for seed in range(args.seeds):
        base_s = None
        for name, variant in chosen.items():
            accuracy, train_s = run(variant, seed, dataset)
            base_s = base_s or train_s
            runs = record["variants"].setdefault(name, {"runs": []})["runs"]
            runs[:] = [r for r in runs if r["seed"] != seed]
            share = round(train_s / base_s, 3)
            runs.append({"seed": seed, "accuracy": accuracy, "train_s": train_s, "of_base": share})
            print(f"{seed}  {name:32} {100 * accuracy:6.2f} %  {train_s:5.1f} s", flush=True)
    for variant_record in record["variants"].values():
        runs = variant_record["runs"]
        accuracies = [r["accuracy"] for r in runs]
        variant_record["n"] = len(runs)
        variant_record["mean"] = round(statistics.mean(accuracies), 5)
        variant_record["deviation"] = round(statistics.stdev(accuracies), 5) if runs[1:] else None
        variant_record["of_base"] = statistics.median(r["of_base"] for r in runs)
    record["command"] = " ".join(["python", "benchmarks/ablation.py", *sys.argv[1:]])
    path.write_text(json.dumps(record, indent=1) + "\n")


def run(variant: Variant, seed: int, dataset) -> tuple[float, float]:
    recipe = RECIPES["fast"].with_changes({**variant.fields, "seed": seed})
    state = TrainingState.fresh(recipe, dataset)
    if variant.change:
        variant.change(state, dataset.train_images)
    for _ in train(recipe, dataset, state, precision=torch.bfloat16):
        pass
    return state.history[-1].accuracy, round(sum(epoch.train_s for epoch in state.history), 2)


def nesterov(state: TrainingState, images: Tensor) -> None:
    """Plain SGD with Nesterov's momentum."""
    state.optimizer = torch.optim.SGD(
        state.model.parameters(), lr=0.1, momentum=0.85, nesterov=True, weight_decay=5e-4
    )


class Muon(torch.optim.Optimizer):
    """Orthogonalised momentum for kernels (Jordan et al. 2024), Adam for the rest."""

    def __init__(self, model: nn.Module, adam_lr: float):
        kernels = [p for p in model.parameters() if p.ndim == 4]
        others = [p for p in model.parameters() if p.ndim != 4]
        super().__init__([{"params": kernels}], {"lr": 0.1})
        self.adam = torch.optim.Adam(others, betas=(0.8, 0.95), fused=True)
        self.adam_share = adam_lr

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for kernel in group["params"]:
                state = self.state[kernel]
                momentum = state.setdefault("momentum", torch.zeros_like(kernel))
                momentum.mul_(0.8).add_(kernel.grad)
                update = orthogonal(kernel.grad.add(momentum, alpha=0.8).flatten(1))
                kernel.add_(update.view_as(kernel), alpha=-group["lr"])
            for other in self.adam.param_groups:
                other["lr"] = group["lr"] * self.adam_share
        self.adam.step()


def orthogonal(matrix: Tensor) -> Tensor:
    """Newton and Schulz's iteration, five steps."""
    found = matrix / (matrix.norm() + 1e-7)
    tall = matrix.shape[0] > matrix.shape[1]
    found = found.T if tall else found
    for _ in range(5):
        square = found @ found.T
        found = 3.4445 * found + (-4.775 * square + 2.0315 * square @ square) @ found
    return found.T if tall else found


def muon(state: TrainingState, images: Tensor) -> None:
    state.optimizer = Muon(state.model, adam_lr=0.3)


def patch_statistics(state: TrainingState, images: Tensor) -> None:
    """The first kernels begin as the principal components of patches, with both signs."""
    patches = nn.functional.unfold(images[:2000].float() / 255, 3).transpose(1, 2).flatten(0, 1)
    _, axes = torch.linalg.eigh(torch.cov(patches.T))
    kernels = torch.cat([axes.T.flip(0)[:8], -axes.T.flip(0)[:8]]).view(16, 1, 3, 3)
    with torch.no_grad():
        state.model.conv1.weight.copy_(kernels)
        state.result.conv1.weight.copy_(kernels)


def identity(state: TrainingState, images: Tensor) -> None:
    """The second kernel of each pair begins by passing its input on."""
    with torch.no_grad():
        for model in (state.model, state.result):
            for conv in (model.conv2, model.conv4):
                nn.init.dirac_(conv.weight[: conv.in_channels])


def fast_biases(state: TrainingState, images: Tensor) -> None:
    """Biases of the normalisations learn eight times as fast."""
    biases = [m.bias for m in state.model if isinstance(m, nn.BatchNorm2d)]
    known = {id(bias) for bias in biases}
    others = [p for p in state.model.parameters() if id(p) not in known]

    class Scaled(torch.optim.Adam):
        def step(self, closure=None):
            self.param_groups[1]["lr"] = 8 * self.param_groups[0]["lr"]
            return super().step(closure)

    settings = {**state.optimizer.defaults, "lr": 0.01}
    state.optimizer = Scaled([{"params": others}, {"params": biases}], **settings)


def smoothed_labels(share: float) -> Change:
    def change(state: TrainingState, images: Tensor) -> None:
        forward = state.model.forward

        def smoothed(batch: Tensor) -> Tensor:
            log_probs = forward(batch)
            return (1 - share) * log_probs + share * log_probs.mean(1, keepdim=True)

        state.model.forward = smoothed

    return change


BASE = "fast"
VARIANTS: dict[str, Variant] = {
    BASE: Variant({}),
    "all 28 pixels": Variant({"crop_fraction": 0.0}),
    "24 pixels to the end": Variant({"crop_fraction": 1.0}),
    "step schedule": Variant({"schedule": "step", "step_size": 3, "lr": 0.01}),
    "warmup 10 %": Variant({"warmup_fraction": 0.1}),
    "warmup 40 %": Variant({"warmup_fraction": 0.4}),
    "Adam's usual betas": Variant({"beta1": 0.9, "beta2": 0.999}),
    "Nesterov SGD, lr 0.3": Variant({"lr": 0.3}, nesterov),
    "Muon": Variant({"lr": 0.05}, muon),
    "no weight averaging": Variant({"ema_decay": 0.0}),
    "weight averaging 0.95": Variant({"ema_decay": 0.95}),
    "BN momentum 0.1": Variant({"norm_momentum": 0.1}),
    "label smoothing 0.1": Variant({}, smoothed_labels(0.1)),
    "kernels from patches": Variant({}, patch_statistics),
    "kernels from identity": Variant({}, identity),
    "BN biases 8 times as fast": Variant({}, fast_biases),
    "dropout 0.2": Variant({"dropout": 0.2}),
    "weight decay 0.05": Variant({"weight_decay": 0.05}),
    "distortion 0.2": Variant({"distortion": 0.2}),
    "all images, 4 epochs": Variant({"hard_fraction": 1.0}),
    "all images, 2 epochs": Variant({"hard_fraction": 1.0, "epochs": 2}),
    "hardest half, 3 epochs": Variant({"hard_fraction": 0.5, "epochs": 3}),
    "hardest fifth, 5 epochs": Variant({"hard_fraction": 0.2, "epochs": 5}),
    "hardest tenth, 4 epochs": Variant({"hard_fraction": 0.1}),
    "batch 64": Variant({"batch_size": 64, "lr": 0.014}),
    "batch 192": Variant({"batch_size": 192, "lr": 0.024}),
    "batch 256": Variant({"batch_size": 256, "lr": 0.028}),
    "lr 0.01": Variant({"lr": 0.01}),
    "lr 0.03": Variant({"lr": 0.03}),
}


if __name__ == "__main__":
    main()
