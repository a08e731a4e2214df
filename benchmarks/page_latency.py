"""How soon after a stroke the page's answer is there: python benchmarks/page_latency.py

Sevens are drawn in headless Chromium (Playwright) on a server of its own, both on this machine's
cores. From the end of the stroke until the page shows the answer to it, milliseconds. Writes
benchmarks/results/page-latency.json.
"""

import json
import shutil
import statistics
from pathlib import Path

from playwright.sync_api import sync_playwright
from server import Server

from digitnet.training.environment import cpu_name

RESULTS = Path(__file__).parent / "results"
STROKES = 30
WATCH = """
addEventListener('pointerup', () => {
  window.ended = performance.now();
  window.shown = null;
}, true);
new MutationObserver(() => requestAnimationFrame(() => { window.shown = performance.now(); }))
  .observe(document.getElementById('answer'), { childList: true });
"""


def main() -> None:
    waits = []
    with Server() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.port}/")
        page.evaluate(WATCH)
        box = page.locator("#board").bounding_box()
        assert box
        for number in range(STROKES):
            page.click("#clear")
            places = [(0.3, 0.2), (0.5, 0.2), (0.7, 0.2), (0.6, 0.5), (0.45, 0.8 + number / 1000)]
            at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
            page.mouse.move(*at[0])
            page.mouse.down()
            for place in at[1:]:
                page.mouse.move(*place, steps=4)
            page.mouse.up()
            page.wait_for_timeout(700)
            page.wait_for_function("window.shown > window.ended", timeout=5000)
            waits.append(page.evaluate("window.shown - window.ended"))
            assert page.text_content("#answer") == "7"
        browser.close()
    waits = sorted(waits[3:])  # the first warm it up
    figures = {
        "n": len(waits),
        "median_ms": round(statistics.median(waits), 1),
        "p90_ms": round(waits[int(0.9 * len(waits))], 1),
        "largest_ms": round(waits[-1], 1),
    }
    record = {"command": "python benchmarks/page_latency.py", "cpu": cpu_name(), "figures": figures}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "page-latency.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
