"""Two processes of this machine that run a few lines and give tensors back."""

import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from tests.conftest import ROOT

_AROUND = """
import sys
import torch
import torch.distributed as dist
torch.set_num_threads(1)
rank, port, out = int(sys.argv[1]), sys.argv[2], sys.argv[3]
dist.init_process_group("gloo", f"tcp://127.0.0.1:{{port}}", rank=rank, world_size=2)
{lines}
torch.save(result, out)
dist.destroy_process_group()
"""


def together(lines: str) -> list[dict[str, torch.Tensor]]:
    """Run `lines`, which know their `rank` and leave a `result`, in two processes."""
    with socket.socket() as free, tempfile.TemporaryDirectory() as folder:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        script = Path(folder) / "lines.py"
        script.write_text(_AROUND.format(lines=lines))
        outs = [Path(folder) / f"{rank}.pt" for rank in range(2)]
        started = [
            subprocess.Popen(
                [sys.executable, str(script), str(rank), str(port), str(outs[rank])],
                cwd=ROOT, env={"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
                stderr=subprocess.PIPE, text=True,
            )
            for rank in range(2)
        ]  # fmt: skip
        for process in started:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        return [torch.load(out, weights_only=True) for out in outs]
