"""The server under load: requests a second, slow and dear clients, memory, and SIGTERM.

    python benchmarks/serving.py --beside ../digitnet-0.1

Needs wrk (Debian: apt install wrk). The server and the load share this machine's cores.
Another checkout is measured in turn, round by round: only the ratio of two says something on a
machine that does other things too. Writes benchmarks/results/serving.json.
"""

import argparse
import contextlib
import io
import json
import signal
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
from others import nothing, slow_clients
from PIL import Image
from reading import shown
from server import ROOT, Server
from versions import revision
from wrk import load, lua

from digitnet.training.data.mnist import load_mnist
from digitnet.training.environment import cpu_name

RESULTS = Path(__file__).parent / "results"
PICTURES = 200  # 28x28, as they come: doubtful ones among them take longer
IN_FLIGHT = 50


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--beside", type=Path, metavar="DIR", help="another checkout")
    args = parser.parse_args()
    pictures = [png(image) for image in load_mnist("sample").eval_images[:PICTURES, 0].numpy()]
    checkouts = {"this": ROOT, **({"other": args.beside.resolve()} if args.beside else {})}
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        script = lua(Path(folder), pictures)
        for situation, beside in (("alone", nothing), ("beside_200_slow_clients", slow_clients)):
            figures[situation] = in_turn(checkouts, script, args, beside)
            print(situation, json.dumps(figures[situation]), flush=True)
        figures["beside_large_pictures"] = {
            name: beside_large_pictures(checkout, script) for name, checkout in checkouts.items()
        }
        print(json.dumps(figures["beside_large_pictures"]), flush=True)
        figures["beside_1000_idle_connections"] = {
            name: beside_idle(checkout) for name, checkout in checkouts.items()
        }
        print(json.dumps(figures["beside_1000_idle_connections"]), flush=True)
        figures["memory"] = {
            name: memory_after(checkout, script, args.requests if name == "this" else 0)
            for name, checkout in checkouts.items()
        }
        print(json.dumps(figures["memory"]), flush=True)
    figures["lost_at_sigterm"] = {
        name: lost_at_sigterm(checkout, pictures[0]) for name, checkout in checkouts.items()
    }
    record = {
        "command": " ".join(["python", "benchmarks/serving.py", *map(shown, sys.argv[1:])]),
        "cpu": cpu_name(),
        "other": revision(args.beside) if args.beside else None,
        "figures": figures,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "serving.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(figures["lost_at_sigterm"]))


def in_turn(
    checkouts: dict[str, Path], script: Path, args: argparse.Namespace, beside: type
) -> dict[str, object]:
    """16 connections to each checkout's server for some seconds, and so on for some rounds."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in checkouts}
    with contextlib.ExitStack() as stack:
        servers = {name: stack.enter_context(Server(at)) for name, at in checkouts.items()}
        for server in servers.values():
            load(server, script, 2)  # a thousand and more: what is lazy has been done
        for _ in range(args.rounds):
            for name, server in servers.items():
                with beside(server):
                    rounds[name].append(load(server, script, args.seconds))
    told: dict[str, object] = {
        name: {
            "requests": sum(found["requests"] for found in rounds[name]),
            "failed": sum(found["failed"] for found in rounds[name]),
            **{
                figure: [found[figure] for found in rounds[name]]
                for figure in ("requests_per_s", "p50_ms", "p99_ms")
            },
        }
        for name in checkouts
    }
    if len(checkouts) == 2:
        pairs = zip(rounds["this"], rounds["other"], strict=True)
        ratios = [new["requests_per_s"] / old["requests_per_s"] for new, old in pairs]
        told["requests_per_s_of_this_to_other"] = round(statistics.median(ratios), 2)
    return told


def beside_large_pictures(checkout: Path, script: Path) -> dict[str, object]:
    """How long a small picture waits while four addresses send 64 megapixels in 85 kB each.

    Both servers are told to take as many.
    """
    large = png(np.pad(np.zeros((200, 20), np.uint8), ((3900, 3900), (3990, 3990)), "maximum"))
    small = png(np.full((28, 28), 255, np.uint8))
    waits: list[float] = []
    with Server(checkout, "--max-pixels", "64000000") as server:
        load(server, script, 1)
        senders = [
            threading.Thread(target=post, args=(server.port, large, f"192.0.2.{number}"))
            for number in range(4)
        ]
        for sender in senders:
            sender.start()
        time.sleep(0.3)
        while any(sender.is_alive() for sender in senders):
            started = time.perf_counter()
            post(server.port, small, "198.51.100.1")
            waits.append(time.perf_counter() - started)
            time.sleep(0.05)
    return {
        "large_kb": len(large) // 1000,
        "small_ones": len(waits),
        "longest_wait_s": round(max(waits), 3),
        "median_wait_s": round(statistics.median(waits), 3),
    }


def beside_idle(checkout: Path) -> dict[str, object]:
    """What a person is answered while a thousand connections ask nothing."""
    small = png(np.full((28, 28), 255, np.uint8))
    with Server(checkout) as server, contextlib.ExitStack() as stack:
        for _ in range(1000):
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        started = time.perf_counter()
        status = post(server.port, small, "198.51.100.1").decode()
        return {"status": status, "after_ms": round(1000 * (time.perf_counter() - started))}


def post(port: int, body: bytes, address: str) -> bytes:
    """One request, as a proxy hands it on for an address; the beginning of its answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        head = (
            "POST /api/read?one=true HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            f"X-Forwarded-For: {address}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body)
        return connection.recv(12)


def memory_after(checkout: Path, script: Path, requests: int) -> dict[str, object]:
    """Memory of the server and its workers, MB: after some thousand requests and after many."""
    with Server(checkout) as server:
        first = done = load(server, script, 5)["requests"]
        told: dict[str, object] = {"first": {"requests": first, "mb": server.memory_mb()}}
        while done < requests:
            done += load(server, script, 20)["requests"]
        if requests:
            told["after"] = {"requests": done, "mb": server.memory_mb()}
        return told


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


def lost_at_sigterm(checkout: Path, small: bytes) -> dict[str, int]:
    """Requests under way when the server is told to stop, and those that got no answer."""
    body = png(np.array(Image.open(io.BytesIO(small)).resize((1000, 1000))))
    answers: list[bytes] = []

    def ask(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            head = f"POST /api/read HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
            connection.sendall(head.encode() + body)
            answers.append(connection.recv(12))

    with Server(checkout) as server:
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
    statuses = [answer[9:12] for answer in answers]
    return {
        "requests": IN_FLIGHT,
        "answered_before": at_once,
        "read": statuses.count(b"200"),
        "told_to_come_again": statuses.count(b"503"),
        "lost": IN_FLIGHT - statuses.count(b"200") - statuses.count(b"503"),
        "status": status,
        "ended_after_ms": round(1000 * ended_s),
    }


if __name__ == "__main__":
    main()
