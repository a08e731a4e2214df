"""The named recipes, each with what it was measured to reach.

Accuracy is that of MNIST's 10,000 test images after the last epoch, in bf16 unless said
otherwise; seconds are those of the steps, without evaluation. Two cores each, PyTorch 2.14.
Each names its record in `benchmarks/results`, with every run.
"""

from digitnet.training.recipe import Recipe

SEED = Recipe()
"""The default: as docs/training.md, "The network", describes it, whatever --seed says.

99.27 % (deviation 0.05, n = 5), 271 s (202 to 346, other work beside it), Intel Xeon with AMX.
In fp32 99.29 % (0.05, n = 5), 476 s (338 to 614), the same machine. seeds-seed.json
"""

FAST = Recipe(
    epochs=4,
    batch_size=128,
    lr=0.02,
    schedule="triangle",
    beta1=0.8,
    beta2=0.95,
    dropout=0.0,
    ema_decay=0.98,
    norm_momentum=0.4,
    hard_fraction=0.25,
    crop_fraction=0.8,
)
"""99 % in seconds: an epoch of all images, then three of the quarter with the largest loss.

99.17 % (deviation 0.06, n = 10), 19 s (17 to 20), Intel Xeon with AMX.
seeds-fast.json
"""

BEST = Recipe(
    batch_size=128,
    lr=0.015,
    schedule="triangle",
    beta1=0.8,
    beta2=0.95,
    weight_decay=0.02,
    dropout=0.0,
    ema_decay=0.998,
    distortion=0.5,
    # Learned from distorted digits, it ends on MNIST's own.
    clean_tail=0.1,
    # One image in two thousand is worth 12 points on corrupted digits.
    background=0.0005,
)
"""The highest accuracy in the described 20 epochs.

99.54 % (deviation 0.02, n = 5), 334 s (308 to 384, other work beside it), Intel Xeon with AMX.
seeds-best.json
"""

ROBUST = BEST.with_changes({"background": 0.05})
"""For digits on grey, noisy or scribbled paper: one image in twenty is like that.

99.52 % (n = 1); 89.8 % on corrupted digits, where SEED has 53.6. Seconds and machine are not on
record; the steps are those of BEST. robustness.json
"""

READING = Recipe(
    epochs=40,
    batch_size=256,
    lr=0.02,
    schedule="triangle",
    beta1=0.8,
    beta2=0.95,
    weight_decay=0.01,
    dropout=0.0,
    ema_decay=0.995,
    distortion=0.6,
    stroke_width=0.6,
    blur=0.6,
    non_digits=60_000,
    other_hands=60_000,
    holdout=5_000,
)
"""The 28x28 network for reading: digits of other people, pens and cameras, and an eleventh class
for what is no digit.

99.07 % (n = 1), 2,698 s in bf16 by one thread of an AMD EPYC beside another training; not on
record. The weights that ship were trained so before zeros with a slash were many (99.29 %, n = 1),
then for 10 epochs with them from lr 0.006 (99.25 %), and are the mean of both, 0.7 of the latter:
99.33 %. What they read is in reading.json.
"""

RECIPES: dict[str, Recipe] = {
    "seed": SEED,
    "fast": FAST,
    "best": BEST,
    "robust": ROBUST,
    "reading": READING,
}
