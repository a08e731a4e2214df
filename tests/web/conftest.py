"""Applications, servers of their own, and a browser."""

import asyncio
import base64
import io
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("starlette", reason="the web extra is not installed: pip install '.[web]'")

from starlette.testclient import TestClient

from digitnet.reading import Reader
from digitnet.web.app import create_app
from digitnet.web.job import Answer, Job
from digitnet.web.one_file import STATIC
from digitnet.web.page_weights import SHIPPED
from digitnet.web.reply import answered
from digitnet.web.settings import Settings
from digitnet.web.work import Work
from tests.conftest import ROOT
from tests.reading.conftest import digits, page, photo, reader

__all__ = ["digits", "reader"]  # fixtures


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "png")
    return buffer.getvalue()


@dataclass(eq=False)
class Here:
    """A worker in this process: quick to start, and open to monkeypatch."""

    reader: Reader
    settings: Settings
    ended: bool = False

    @property
    def fingerprint(self) -> str:
        return self.reader.network.metadata["weights"]

    async def ask(self, job: Job, picture: bytes) -> Answer:
        most = self.settings.max_pixels, self.settings.max_pages
        return await asyncio.to_thread(answered, self.reader, job, picture, *most)

    async def end(self) -> None:
        self.ended = True


@pytest.fixture(scope="session")
def client_of(reader) -> Callable[..., TestClient]:
    """A client of an application with these settings."""

    def make(**settings: object) -> TestClient:
        chosen = Settings(**settings)

        async def start(settings: Settings) -> Here:
            return Here(reader, settings)

        app = create_app(chosen, Work(chosen, start))
        return TestClient(app, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(client_of) -> Iterator[TestClient]:
    with client_of() as client:
        yield client


@dataclass
class Running:
    """A server in a process of its own. log: what it wrote to standard error, once it ended."""

    process: subprocess.Popen
    port: int
    log: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        _, self.log = self.process.communicate(timeout=20)
        return self.process.returncode


@contextmanager
def running(*flags: str) -> Iterator[Running]:
    """The real command, on a port of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "digitnet", "serve", "--port", "0", "--no-browser", *flags],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    line = process.stdout.readline()
    match = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    assert match, line + process.stderr.read()
    try:
        yield Running(process, int(match[1]))
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def pictures(digits):
    """A digit, a page, a blank, a letter-like cross; as PNG."""
    cross = np.full((90, 90), 255, np.uint8)
    cross[20:70, 43:47] = cross[43:47, 20:70] = 0
    return {
        "digit": png(photo(digits[7])),
        "page": png(page(digits, ["2026 1123", "31415"])),
        "blank": png(np.full((60, 60), 250, np.uint8)),
        "cross": png(cross),
    }


def problem(answer):
    assert set(answer.json()) == {"error"}
    assert set(answer.json()["error"]) == {"code", "message"}
    return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture(scope="module")
def browser():
    from tests.web import browser as chromium  # only here: it skips where Playwright is missing

    with chromium.playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium.CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # Nobody reads its log here: a full pipe would stop it.
    with running("--quiet", "--collect", str(tmp_path_factory.mktemp("kept"))) as server:
        yield server


@pytest.fixture
def open_page(browser, server):
    """Open the page; at the end, nothing was said in the console and no other host was asked."""
    from tests.web.browser import Watched, answers

    opened = []

    def open_it(**options):
        watched = Watched(browser, (server.address,), **options)
        opened.append(watched)
        watched.tab.goto(server.address)
        answers(watched.tab, "7")  # ours, which greets
        return watched.tab

    yield open_it
    for watched in opened:
        watched.close()


_START = """async (weights) => {
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const names = ["weights", "network", "raster", "prepare", "cut", "reading", "group"];
  const modules = await Promise.all(names.map((name) => import(`/${name}.js`)));
  globalThis.page = Object.assign({}, ...modules);
  globalThis.bytes = bytes;
  globalThis.text = (values) => btoa(String.fromCharCode(...values));
  globalThis.content = bytes(weights).buffer;
  globalThis.network = new page.Network(page.parseWeights(content));
}"""


@pytest.fixture(scope="module")
def tab(browser):
    """A page in which the modules that read are loaded, without the page's own."""
    from tests.web.browser import folder_served

    with folder_served(STATIC) as address:
        tab = browser.new_page()
        tab.goto(address + "icon.svg")
        tab.goto(address + "docs.html")
        tab.evaluate(_START, base64.b64encode(SHIPPED.read_bytes()).decode())
        yield tab
