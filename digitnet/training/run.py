"""The run folder: what a training leaves behind, and where in it.

- `recipe.json`: every hyperparameter
- `environment.json`: versions, processor, threads, precision, data
- `metrics.csv`, `metrics.jsonl`: one row an epoch
- `checkpoint.pt`: the newest state, saved at the start, after each epoch and at Ctrl-C;
  `digitnet train --resume FOLDER` goes on from it
- `weights.pt`: the network after the last epoch
- `result.json`: its evaluation
- `report.html`, `curves.png`, `confusion.png`, `errors.png`, `batch.png`: to look at
- `tensorboard/`: event files, with `--tensorboard`
"""

import csv
import io
import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from digitnet.errors import RecipeError, RunError, quoted
from digitnet.files import reason, write_atomically
from digitnet.training.metrics import Epoch
from digitnet.training.recipe import Recipe


class Run:
    """One run folder."""

    def __init__(self, path: Path):
        self.path = path

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.pt"

    @property
    def weights(self) -> Path:
        return self.path / "weights.pt"

    @classmethod
    def create(cls, runs: Path, recipe_name: str) -> "Run":
        """A new folder `<time>-<recipe>` in `runs`, numbered where that name is taken.

        Raises:
            RunError: it cannot be created.
        """
        stamp = time.strftime("%Y%m%d-%H%M%S")
        try:
            runs.mkdir(parents=True, exist_ok=True)
            for attempt in range(1, 1000):
                suffix = f"-{attempt}" if attempt > 1 else ""
                path = runs / f"{stamp}-{recipe_name}{suffix}"
                try:
                    path.mkdir()
                except FileExistsError:
                    continue
                return cls(path)
        except OSError as error:
            raise RunError(f"cannot create a run folder in {runs}: {reason(error)}") from error
        raise RunError(f"cannot create a run folder in {runs}: too many of the same second")

    @classmethod
    def open(cls, path: Path) -> "Run":
        """An existing run folder.

        Raises:
            RunError: the folder is not there or holds no run.
        """
        run = cls(path)
        if not path.is_dir():
            raise RunError(f"no run folder {path}")
        if not run.checkpoint.is_file() and not run.weights.is_file():
            raise RunError(f"{path} is no run folder: it has neither checkpoint.pt nor weights.pt")
        return run

    @classmethod
    def newest(cls, runs: Path) -> "Run":
        """The newest run in `runs` that has weights.

        Raises:
            RunError: there is none.
        """
        finished = [path.parent for path in runs.glob("*/weights.pt")]
        if not finished:
            raise RunError(f"no finished run in {runs}; train one, or name a run")
        return cls(max(finished, key=lambda path: (path / "weights.pt").stat().st_mtime))

    @property
    def finished_weights(self) -> Path:
        """Where the weights of a finished training are.

        Raises:
            RunError: it was stopped before its end, or is under way.
        """
        if not self.weights.is_file():
            raise RunError(
                f"{self.path} is not finished; "
                f"go on with: digitnet train --resume {quoted(self.path)}"
            )
        return self.weights

    def remove_leftovers(self) -> None:
        """Delete half-written files that a killed process left under temporary names."""
        for name in (self.checkpoint.name, self.weights.name, "metrics.csv", "metrics.jsonl"):
            for leftover in self.path.glob(f".{name}.*"):
                leftover.unlink(missing_ok=True)

    def write_recipe(self, name: str, recipe: Recipe) -> None:
        self._write_json("recipe.json", {"name": name, **asdict(recipe)})

    def write_environment(self, environment: dict[str, Any]) -> None:
        self._write_json("environment.json", environment)

    def write_result(self, result: dict[str, Any]) -> None:
        self._write_json("result.json", result)

    def put_aside(self, epochs: int) -> None:
        """Before it goes on to more: what it reached after `epochs` is not its result any more.

        The weights stay, as `weights-20-epochs.pt`, which can be evaluated by that name.
        """
        (self.path / "result.json").unlink(missing_ok=True)
        if self.weights.is_file():
            self.weights.replace(self.path / f"weights-{epochs}-epochs.pt")

    def write_metrics(self, history: list[Epoch]) -> None:
        """Write both tables anew, so that they always match the checkpoint."""
        rows = [epoch.to_row() for epoch in history]
        table = io.StringIO()
        writer = csv.DictWriter(table, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        write_atomically(self.path / "metrics.csv", table.getvalue().encode())
        write_atomically(self.path / "metrics.jsonl", lines.encode())

    def read_metrics(self) -> list[dict[str, Any]]:
        """The rows of `metrics.jsonl`, one an epoch.

        Raises:
            RunError: there are none, as before the first epoch, or they are of another version.
        """
        path = self.path / "metrics.jsonl"
        try:
            rows = [json.loads(line) for line in path.read_text().splitlines()]
        except FileNotFoundError:
            rows = []
        except (OSError, ValueError) as error:
            raise RunError(f"{path} is damaged; train again") from error
        if not rows:
            raise RunError(f"{self.path} has no metrics yet; train it for an epoch at least")
        needed = {"epoch", "lr", "train_loss"}
        scored = [{f"{part}_loss", f"{part}_accuracy"} for part in ("test", "holdout")]
        for row in rows:
            if not (
                isinstance(row, dict) and needed <= set(row) and any(s <= set(row) for s in scored)
            ):
                raise RunError(
                    f"{path} has other columns than this digitnet reads; update digitnet"
                )
        return rows

    def read_recipe(self) -> tuple[str, Recipe]:
        """The recipe's name and values.

        Raises:
            RunError: `recipe.json` is missing, damaged or of another version.
        """
        values = self._read_json("recipe.json")
        name = values.pop("name", None)
        try:
            return str(name), Recipe.from_dict(values)
        except (RecipeError, TypeError) as error:
            raise RunError(f"{self.path / 'recipe.json'}: {error}; update digitnet") from error

    def read_environment(self) -> dict[str, Any]:
        """What the run was made with.

        Raises:
            RunError: `environment.json` is missing or damaged.
        """
        return self._read_json("environment.json")

    def _read_json(self, name: str) -> dict[str, Any]:
        path = self.path / name
        try:
            content = json.loads(path.read_text())
        except OSError as error:
            raise RunError(f"cannot read {path}: {reason(error)}") from error
        except ValueError as error:
            raise RunError(f"{path} is damaged; train again") from error
        if not isinstance(content, dict):
            raise RunError(f"{path} is damaged; train again")
        return content

    def _write_json(self, name: str, content: dict[str, Any]) -> None:
        write_atomically(self.path / name, (json.dumps(content, indent=2) + "\n").encode())
