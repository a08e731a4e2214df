"""Thousands of damaged bodies and odd headers to a server: no 500, no hang, still answers.

    python benchmarks/fuzz_server.py

Mutated pictures, mutated forms and mutated request heads by raw sockets, then schemathesis on
the server's own OpenAPI (pip install schemathesis; left out where it is not there): every
answer must be of a form and a status that is described. Writes benchmarks/results/fuzz-server.json.
"""

import argparse
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from fuzz_pictures import mutated, picture
from server import ROOT, Server

RESULTS = Path(__file__).parent / "results"
_PATHS = ("/api/read", "/api/read?one=true", "/api/read?top=99", "/api/read?one=x")
_HEADS = (
    "Content-Length: {n}", "Content-Length: {m}", "Content-Length: -1", "Content-Length: x",
    "Transfer-Encoding: chunked", "Content-Type: text/plain", "Content-Encoding: gzip",
    "Expect: 100-continue", "Range: bytes=0-1", "Authorization: Bearer \xff", "X: " + "y" * 30000,
    "Cookie: a=" + "b" * 3000, "Origin: null", "Connection: close", "Host:", ": empty", "no colon",
)  # fmt: skip
_CHECKS = ",".join(
    f"{name}_conformance" for name in ("status_code", "content_type", "response_schema")
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=6000)
    parser.add_argument("--forms", type=int, default=2000)
    parser.add_argument("--heads", type=int, default=2000)
    parser.add_argument("--examples", type=int, default=300, help="of schemathesis, an operation")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    random = np.random.default_rng(args.seed)
    with tempfile.TemporaryDirectory() as kept, Server(ROOT, "--collect", kept) as server:
        bodies = [body_request(random) for _ in range(args.bodies)]
        forms = [form_request(random) for _ in range(args.forms)]
        heads = [head_request(random) for _ in range(args.heads)]
        figures = {
            "mutated pictures": asked(server, bodies, 4),
            "mutated forms": asked(server, forms, 4),
            # Many at once: where a head promises more than comes, the server waits for it.
            "mutated heads": asked(server, heads, 48),
            "schemathesis": schemathesis(server, args.examples, args.seed),
        }
        still = answer(server, request("GET", "/healthz", b""))[0]
        memory = {"now": server.memory_mb(), "peak": server.memory_mb("VmHWM")}
        replaced = counter(server, "digitnet_workers_replaced")
    record = {
        "command": " ".join(["python", "benchmarks/fuzz_server.py", *sys.argv[1:]]),
        "figures": figures,
        "answers_afterwards": still,
        "workers_replaced": replaced,
        "memory_mb": memory,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "fuzz-server.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(record, indent=1))


def request(method: str, path: str, body: bytes, *heads: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *heads]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def body_request(random: np.random.Generator) -> bytes:
    """A damaged picture, sent properly."""
    body = mutated(random, bytearray(picture(random)[1]))
    path = str(random.choice(_PATHS))
    return request("POST", path, body, f"Content-Length: {len(body)}")


def form_request(random: np.random.Generator) -> bytes:
    """A good picture and a parameter in a form that is damaged, as `curl -F` sends it."""
    form = (
        b"--mark\r\nContent-Disposition: form-data; "
        b'name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        + picture(random)[1]
        + b'\r\n--mark\r\nContent-Disposition: form-data; name="one"\r\n\r\ntrue\r\n--mark--\r\n'
    )
    body = mutated(random, bytearray(form))
    kind = str(random.choice(["boundary=mark"] * 8 + ["", "boundary=" + "m" * 90, "charset=zip"]))
    heads = f"Content-Type: multipart/form-data; {kind}", f"Content-Length: {len(body)}"
    return request("POST", str(random.choice(_PATHS)), body, *heads)


def head_request(random: np.random.Generator) -> bytes:
    """A good picture under a head that is odd in up to three ways."""
    body = picture(random)[1]
    chosen = [_HEADS[i] for i in random.integers(0, len(_HEADS), random.integers(1, 4))]
    heads = [h.format(n=len(body), m=len(body) + int(random.integers(-50, 50))) for h in chosen]
    method = str(random.choice(["POST", "POST", "PUT", "GET", "BREW", "\x01"]))
    return request(method, str(random.choice(_PATHS)), body, *heads)


def asked(server: Server, requests: list[bytes], clients: int) -> dict[str, object]:
    """How many were answered with each status, and the longest wait."""
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with ThreadPoolExecutor(clients) as pool:
        for status, waited in pool.map(partial(answer, server), requests):
            outcomes[status] += 1
            slowest = max(slowest, waited)
    return {"requests": len(requests), "outcomes": dict(outcomes), "slowest_s": round(slowest, 2)}


def answer(server: Server, content: bytes) -> tuple[str, float]:
    """The status of the answer, "closed" where there is none, "hang" after 30 s."""
    started = time.perf_counter()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(content)
            said = b""
            while part := connection.recv(65536):
                said = (said + part)[:4096]
    except TimeoutError:
        return "hang", 30.0
    except OSError:
        said = b""
    # Last after "100 Continue", where that was asked for.
    statuses = re.findall(rb"^HTTP/1\.1 (\d+)", said, re.MULTILINE)
    return (statuses[-1].decode() if statuses else "closed"), time.perf_counter() - started


def counter(server: Server, name: str) -> float:
    """One of its counters for Prometheus."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(request("GET", "/metrics", b""))
        said = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    found = re.search(rf"^{name} (\S+)", said, re.MULTILINE)
    assert found, said
    return float(found[1])


def schemathesis(server: Server, examples: int, seed: int) -> object:
    """Its own summary of a run against our OpenAPI."""
    beside = Path(sys.executable).with_name("schemathesis")
    program = str(beside) if beside.exists() else shutil.which("schemathesis")
    if not program:
        return "not installed"
    address = f"http://127.0.0.1:{server.port}/openapi.json"
    command = [program, "run", address, "--checks", f"not_a_server_error,{_CHECKS}", "--no-color"]
    command += ["--max-examples", str(examples), "--seed", str(seed), "--request-timeout", "30"]
    ended = subprocess.run(command, capture_output=True, text=True)
    lines = [line.strip() for line in ended.stdout.splitlines() if line.strip()]
    wanted = ("generated", "passed", "failed", "Server error", "Operations", "Tested")
    return {
        "exit_status": ended.returncode,
        "said": [line for line in lines if any(word in line for word in wanted)][-8:],
    }


if __name__ == "__main__":
    main()
