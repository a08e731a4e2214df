"""The pictures of the page in the README: a screenshot, and a digit being drawn.

    python benchmarks/page_pictures.py

Needs Chromium and playwright. Writes docs/draw.png and docs/draw.gif.
"""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
DIGIT = "5"
EVERY = 3  # points of a stroke from picture to picture


def main() -> None:
    command = [sys.executable, "-m", "digitnet", "serve", "--port", "0", "--no-browser", "--quiet"]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = re.search(r"http://\S+/", server.stdout.readline())
        assert address
        with sync_playwright() as driver:
            browser = driver.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            tab = browser.new_page(viewport={"width": 900, "height": 860})
            tab.goto(address[0])
            frames = drawn(tab)
            tab.screenshot(path=DOCS / "draw.png")
            browser.close()
    finally:
        server.kill()
    small = [frame.crop((0, 50, 900, 480)).resize((720, 344)).quantize(32) for frame in frames]
    small[0].save(
        DOCS / "draw.gif",
        save_all=True,
        append_images=small[1:],
        duration=[180] * (len(small) - 1) + [2500],
        loop=0,
        optimize=True,
    )
    shrink(DOCS / "draw.png")


def drawn(tab: Page) -> list[Image.Image]:
    """A picture every few points while the digit is drawn."""
    strokes = tab.evaluate("async () => (await import('/static/strokes.js')).STROKES")[DIGIT]
    box = tab.locator("#board").bounding_box()
    assert box
    frames = [shown(tab)]
    for stroke in strokes:
        for index, (x, y) in enumerate(stroke):
            tab.mouse.move(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100)
            if index == 0:
                tab.mouse.down()
            elif index % EVERY == 0:
                tab.wait_for_timeout(250)
                frames.append(shown(tab))
        tab.mouse.up()
    expect(tab.locator("#answer")).to_have_text(DIGIT)
    expect(tab.locator("#layers .maps")).to_have_count(5)
    tab.wait_for_timeout(300)
    return [*frames, shown(tab)]


def shown(tab: Page) -> Image.Image:
    return Image.open(io.BytesIO(tab.screenshot())).convert("RGB")


def shrink(path: Path) -> None:
    with Image.open(path) as image:
        image.convert("RGB").quantize(96).save(path, optimize=True)


if __name__ == "__main__":
    main()
