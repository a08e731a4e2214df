"""Load by wrk (Debian: apt install wrk): pictures posted by 16 connections."""

import json
import subprocess
from pathlib import Path

from server import Server


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
