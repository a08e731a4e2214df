"""The pictures of the page in the README: a digit being drawn, and a map in full.

    python benchmarks/page_pictures.py
    python benchmarks/page_pictures.py --report RUN

Needs Chromium and playwright. Writes docs/draw.gif and docs/draw.png; or, of a run's report, the
first part as docs/report.png.
"""

import argparse
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from digitnet.web.one_file import one_file
from digitnet.web.page_weights import DOCUMENTED, SHIPPED

DOCS = Path(__file__).parents[1] / "docs"
DIGIT = "7"
STROKE = [(22, 22), (36, 21), (50, 20), (64, 20), (78, 20), (70, 36), (62, 52), (54, 70), (48, 90)]
BETWEEN = 2  # pictures from corner to corner
WIDTH, HEIGHT = 1240, 640


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", type=Path, metavar="RUN", help="picture this run's report")
    args = parser.parse_args()
    if args.report:
        report(args.report / "report.html")
        return
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "digits.html"
        path.write_text(one_file(SHIPPED.read_bytes(), DOCUMENTED.read_bytes()))
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        tab.goto(path.as_uri())
        frames = drawn(tab)
        tab.locator("#network").press("ArrowLeft")
        tab.set_viewport_size({"width": WIDTH, "height": 1240})
        expect(tab.locator("#look")).to_be_visible()
        tab.wait_for_timeout(500)
        tab.screenshot(path=DOCS / "draw.png")
        browser.close()
    small = [frame.resize((WIDTH * 3 // 5, HEIGHT * 3 // 5)).quantize(48) for frame in frames]
    small[0].save(
        DOCS / "draw.gif",
        save_all=True,
        append_images=small[1:],
        duration=[160] * (len(small) - 1) + [2500],
        loop=0,
        optimize=True,
    )
    shrink(DOCS / "draw.png")


def report(path: Path) -> None:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": 1100, "height": 1240})
        tab.goto(path.resolve().as_uri())
        tab.wait_for_timeout(500)
        tab.screenshot(path=DOCS / "report.png")
        browser.close()
    shrink(DOCS / "report.png")


def drawn(tab: Page) -> list[Image.Image]:
    """A picture every few points while the digit is drawn."""
    expect(tab.locator("#answer")).to_have_text("7")
    tab.click("#clear")
    tab.mouse.move(0, 0)
    frames = [shown(tab)]
    box = tab.locator("#board").bounding_box()
    assert box
    places = [(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100)
              for x, y in STROKE]  # fmt: skip
    tab.mouse.move(*places[0])
    tab.mouse.down()
    for place in places[1:]:
        tab.mouse.move(*place, steps=2 * BETWEEN)
        tab.wait_for_timeout(300)
        frames.append(shown(tab))
    tab.mouse.up()
    expect(tab.locator("#answer")).to_have_text(DIGIT)
    tab.wait_for_timeout(600)
    return [*frames, shown(tab)]


def shown(tab: Page) -> Image.Image:
    return Image.open(io.BytesIO(tab.screenshot())).convert("RGB")


def shrink(path: Path) -> None:
    with Image.open(path) as image:
        image.convert("RGB").quantize(128).save(path, optimize=True)


if __name__ == "__main__":
    main()
