"""The server under load: requests a second, slow clients, memory, and SIGTERM.

    python benchmarks/serving.py

Needs wrk (Debian: apt install wrk). The server and the load share this machine's cores.
Writes benchmarks/results/serving.json.
"""

import argparse
import io
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from PIL import Image

from digitnet.training.environment import cpu_name
from digitnet.training.mnist import load_mnist

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"
PICTURES = 200  # 28x28, as they come: doubtful ones among them take longer
SLOW = 200
IN_FLIGHT = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--requests", type=int, default=100_000)
    args = parser.parse_args()
    pictures = [png(image) for image in load_mnist("sample").eval_images[:PICTURES, 0].numpy()]
    figures: dict[str, object] = {}
    with Server() as server, tempfile.TemporaryDirectory() as folder:
        script = lua(Path(folder), pictures)
        warmed = load(server, script, 3)["requests"]  # a thousand and more
        figures["memory_mb_first"] = {"requests": warmed, "mb": server.memory_mb()}
        figures["alone"] = load(server, script, args.seconds)
        with slow_clients(server):
            figures["beside_200_slow_clients"] = load(server, script, args.seconds)
        done = 0
        while done < args.requests:
            done += load(server, script, args.seconds)["requests"]
        figures["memory_mb_after"] = {"requests": done, "mb": server.memory_mb()}
        print(json.dumps(figures, indent=1))
    figures["lost_at_sigterm"] = lost_at_sigterm(pictures[0])
    record = {"command": "python benchmarks/serving.py", "cpu": cpu_name(), "figures": figures}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "serving.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(figures["lost_at_sigterm"]))


class Server:
    """`digitnet serve`, in a process of its own."""

    def __enter__(self) -> "Server":
        command = [sys.executable, "-m", "digitnet", "serve", "--port", "0"]
        self.process = subprocess.Popen(
            [*command, "--no-browser", "--quiet"], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        match = re.search(r":(\d+)/", self.process.stdout.readline())
        assert match
        self.port = int(match[1])
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.wait()

    def memory_mb(self) -> float:
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1000
        raise SystemExit("this needs Linux's /proc")


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def lua(folder: Path, bodies: list[bytes]) -> Path:
    """wrk's script: a POST of each picture in turn."""
    for number, body in enumerate(bodies):
        (folder / str(number)).write_bytes(body)
    script = folder / "post.lua"
    script.write_text(
        "local requests, at = {}, 0\n"
        "init = function(args)\n"
        f"  for number = 0, {len(bodies) - 1} do\n"
        f'    local file = io.open("{folder}/" .. number, "rb")\n'
        '    requests[number] = wrk.format("POST", nil, nil, file:read("*a"))\n'
        "    file:close()\n  end\nend\n"
        f"request = function() at = (at + 1) % {len(bodies)} return requests[at] end\n"
        "done = function(summary, latency, requests)\n"
        '  io.write(string.format("\\nJSON {\\"requests\\": %d, \\"seconds\\": %f, '
        '\\"p50_ms\\": %f, \\"p99_ms\\": %f, \\"failed\\": %d}\\n",'
        " summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,"
        " latency:percentile(99) / 1e3, summary.errors.status + summary.errors.connect"
        " + summary.errors.read + summary.errors.write + summary.errors.timeout))\nend\n"
    )
    return script


def load(server: Server, script: Path, seconds: int) -> dict[str, float]:
    """16 connections for some seconds."""
    address = f"http://127.0.0.1:{server.port}/api/read?one=true"
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "10s", "-s", str(script)]
    ended = subprocess.run([*command, address], check=True, capture_output=True, text=True)
    found = json.loads(ended.stdout.split("JSON ")[1])
    found["requests_per_s"] = round(found["requests"] / found["seconds"], 1)
    return found


class slow_clients:  # noqa: N801 - a context manager reads as a verb
    """Connections that send one byte a second."""

    def __init__(self, server: Server):
        self.stopped = threading.Event()
        self.connections = [
            socket.create_connection(("127.0.0.1", server.port)) for _ in range(SLOW)
        ]

    def __enter__(self) -> None:
        self.thread = threading.Thread(target=self._drip)
        self.thread.start()

    def _drip(self) -> None:
        text = b"POST /api/read HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000
        at = 0
        while not self.stopped.wait(1):
            for connection in self.connections:
                try:
                    connection.send(text[at : at + 1])
                except OSError:
                    continue  # let go by the server
            at += 1

    def __exit__(self, *error: object) -> None:
        self.stopped.set()
        self.thread.join()
        for connection in self.connections:
            connection.close()


def lost_at_sigterm(small: bytes) -> dict[str, int]:
    """Requests under way when the server is told to stop, and those that got no answer."""
    body = png(np.array(Image.open(io.BytesIO(small)).resize((1000, 1000))))
    answers: list[bytes] = []

    def ask(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            head = f"POST /api/read HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            answers.append(connection.recv(12))

    with Server() as server:
        clients = [threading.Thread(target=ask, args=(server.port,)) for _ in range(IN_FLIGHT)]
        for client in clients:
            client.start()
        time.sleep(0.15)
        at_once = len(answers)
        started = time.perf_counter()
        server.process.send_signal(signal.SIGTERM)
        status = server.process.wait(timeout=30)
        ended_s = time.perf_counter() - started
        for client in clients:
            client.join()
    good = sum(answer.startswith(b"HTTP/1.1 200") for answer in answers)
    return {
        "requests": IN_FLIGHT,
        "answered_before": at_once,
        "lost": IN_FLIGHT - good,
        "status": status,
        "ended_after_ms": round(1000 * ended_s),
    }


if __name__ == "__main__":
    main()
