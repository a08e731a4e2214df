"""A server in a process of its own, to be measured."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


class Server:
    """`digitnet serve` of a checkout, in a process of its own."""

    def __init__(self, checkout: Path = ROOT, *flags: str):
        self.checkout, self.flags = checkout, flags

    def __enter__(self) -> "Server":
        command = [sys.executable, "-m", "digitnet", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--no-browser", "--quiet", *self.flags],
            cwd=self.checkout,
            env=os.environ | {"PYTHONPATH": str(self.checkout)},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        match = re.search(r":(\d+)/", self.process.stdout.readline())
        assert match
        self.port = int(match[1])
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def memory_mb(self, figure: str = "VmRSS") -> dict[str, float]:
        """Of the server and each of its workers; VmHWM is the most that it was."""
        found = {}
        for name, pid in [("server", self.process.pid), *self._workers()]:
            status = Path(f"/proc/{pid}/status").read_text()
            found[name] = int(status.split(f"{figure}:")[1].split()[0]) / 1000
        return found

    def _workers(self) -> list[tuple[str, int]]:
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        pids = sorted(int(pid) for task in tasks for pid in task.read_text().split())
        return [(f"worker {number}", pid) for number, pid in enumerate(pids, 1)]
