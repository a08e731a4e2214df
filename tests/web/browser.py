"""What the tests in a real browser share: Chromium, drawing by hand, screenshots."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.web.forms import Strokes

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A busy machine draws late.
playwright.expect.set_options(timeout=30_000)
MARKS = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; apt install chromium"),
]
# Screenshots are kept to be looked at where this names a folder.
SHOTS = os.environ.get("DIGITNET_SCREENSHOTS")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL_PHONE = PHONE | {"viewport": {"width": 320, "height": 640}}


class Watched:
    """A context whose pages say nothing to the console and ask no other host."""

    def __init__(self, browser: "playwright.Browser", own: tuple[str, ...], **options: object):
        self.context = browser.new_context(**{"reduced_motion": "reduce", **options})
        self.wrong: list[str] = []
        self.requests: list[str] = []
        self._own = (*own, "data:", "blob:")
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(20_000)
        self.tab.on("console", lambda message: self.wrong.append(message.text))
        self.tab.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.tab.on("request", self._watch)

    def _watch(self, request: "playwright.Request") -> None:
        self.requests.append(request.url)
        if not request.url.startswith(self._own):
            self.wrong.append(request.url)

    def close(self) -> None:
        self.context.close()
        assert self.wrong == []


@contextmanager
def folder_served(folder: Path) -> Iterator[str]:
    """The address of a plain file server of a folder."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def shot(tab: "playwright.Page", name: str) -> None:
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def draw(tab: "playwright.Page", strokes: Strokes, at: tuple[float, ...] = (0, 0, 1)) -> None:
    """With the mouse. strokes: in a box of 100 x 100; at: left, top, size, of the board's side."""
    board = tab.locator("#board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    left, top, size = at
    for stroke in strokes:
        points = [
            (
                box["x"] + (left + size * x / 100) * box["width"],
                box["y"] + (top + size * y / 100) * box["height"],
            )
            for x, y in stroke
        ]
        tab.mouse.move(*points[0])
        tab.mouse.down()
        for point in points[1:]:
            tab.mouse.move(*point)
        tab.mouse.up()


def answers(tab: "playwright.Page", text: str) -> None:
    playwright.expect(tab.locator("#answer")).to_have_text(text)


def tile(tab, layer, index):
    """Where a map stands in the picture of the network."""
    box = tab.locator("#network").bounding_box()
    place = tab.evaluate(
        """async ([width, layer, index]) => {
          const { layoutOf } = await import("/static/layout.js");
          const upright = !matchMedia("(min-width: 48rem)").matches;
          return layoutOf(Math.floor(width), 11, upright, innerHeight).tiles
            .find((tile) => tile.layer === layer && tile.index === index);
        }""",
        [box["width"], layer, index],
    )
    middle = place["side"] / 2
    return {"x": place["x"] + middle, "y": place["y"] + middle}


def experiment(tab, index):
    tab.locator("#experiment-list button").nth(index).click()
    return tab.locator("#task strong")


DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [bytes, name, type] of files) {
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
  }
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
}"""
