"""digitnet, by a recipe: python benchmarks/peers/digitnet_recipe.py fast [WEIGHTS.pt]

The weights are kept where a file is named, for `other_hands.py`.
"""

import sys
from pathlib import Path

from mnist import tell

from digitnet.training import (
    RECIPES,
    Epoch,
    TrainingState,
    choose_device,
    choose_precision,
    load_mnist,
    save_weights,
    train,
)
from digitnet.training.memory import keep_freed_memory

keep_freed_memory(choose_device("cpu"))  # as the command does
recipe = RECIPES[sys.argv[1]]
dataset = load_mnist("full")
state = TrainingState.fresh(recipe, dataset)
precision = choose_precision("auto", choose_device("cpu"))
results = train(recipe, dataset, state, precision=precision)
epochs = [result for result in results if isinstance(result, Epoch)]
tell(
    accuracy=epochs[-1].accuracy,
    train_s=sum(epoch.train_s for epoch in epochs),
    parameters=sum(p.numel() for p in state.model.parameters()),
    epochs=[[round(epoch.train_s, 2), epoch.accuracy] for epoch in epochs],
)
if len(sys.argv) > 2:
    save_weights(Path(sys.argv[2]), state.result, {"recipe_name": sys.argv[1]})
