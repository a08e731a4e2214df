"""Train the same task with each peer, one after another: python benchmarks/peers/run.py

--only names some of them. Each is a process of its own; one that is not installed or fails
is recorded with its last line. Writes benchmarks/results/peers.json, after each.
"""

import argparse
import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from digitnet.benchmark.machine import describe_machine

FOLDER = Path(__file__).parent
RESULT = FOLDER.parent / "results" / "peers.json"
PEERS = {
    "digitnet fast": ["digitnet_recipe.py", "fast"],
    "digitnet": ["digitnet_recipe.py", "seed"],
    "digitnet best": ["digitnet_recipe.py", "best"],
    "plain PyTorch": ["plain_pytorch.py"],
    "Keras convnet": ["keras_convnet.py"],
    "scikit-learn MLP": ["sklearn_mlp.py"],
    "tinygrad": ["tinygrad_convnet.py"],
}
PACKAGES = ("keras", "scikit-learn", "tinygrad")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(PEERS), default=list(PEERS))
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep digitnet's weights in DIR")
    args = parser.parse_args()
    record = json.loads(RESULT.read_text()) if RESULT.exists() else {"peers": {}}
    record["command"] = "python benchmarks/peers/run.py"
    record["machine"] = describe_machine()
    record["versions"] = {name: version(name) for name in PACKAGES}
    paths = os.pathsep.join([str(FOLDER.parent.parent), os.environ.get("PYTHONPATH", "")])
    for name in args.only:
        script, *rest = PEERS[name]
        if args.keep and rest:
            folder = args.keep / rest[0]
            folder.mkdir(parents=True, exist_ok=True)
            rest = [*rest, str(folder / "weights.pt")]
        command = [sys.executable, str(FOLDER / script), *rest]
        environment = os.environ | {"PYTHONPATH": paths}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True)
        if ended.returncode == 0:
            record["peers"][name] = json.loads(ended.stdout.splitlines()[-1])
        else:
            record["peers"][name] = {"failed": ended.stderr.strip().splitlines()[-1]}
        print(name, {k: v for k, v in record["peers"][name].items() if k != "epochs"}, flush=True)
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(json.dumps(record, indent=1) + "\n")


def version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    main()
