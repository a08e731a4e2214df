"""The page: how soon its answer follows the pen, and its weight: python benchmarks/page_latency.py

Sevens are drawn in headless Chromium (Playwright) on the one file, opened from its own address,
so that all of it runs on this machine's cores. From each move of the pointer until the answer and
every layer's maps to it stand in the page, and until the frame that shows them is made,
milliseconds; and from the end of a stroke until the map of covered spots stands. Writes
benchmarks/results/page-latency.json.
"""

import gzip
import json
import shutil
import statistics
import tempfile
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from digitnet.training.environment import cpu_name
from digitnet.web.one_file import STATIC, host_files, one_file
from digitnet.web.page_weights import DOCUMENTED, SHIPPED

RESULTS = Path(__file__).parent / "results"
STROKES = 20
PAUSE_MS = 40  # between moves: each is answered before the next
WATCH = """
window.moves = [];
window.made = [];
let moved = null;
addEventListener("pointermove", (event) => {
  if (event.buttons) moved = performance.now();
}, true);
addEventListener("pointerup", () => {
  window.ended = performance.now();
  window.covered = null;
}, true);
document.addEventListener("reading", () => {
  const from = moved;
  moved = null;
  if (from === null) return;
  moves.push(performance.now() - from);
  const note = () => made.push(performance.now() - from);
  requestAnimationFrame(() => setTimeout(note));
});
new MutationObserver(() => {
  const told = document.getElementById("spot").textContent;
  if (told.startsWith("Move")) window.covered ??= performance.now();
}).observe(document.getElementById("spot"), { childList: true });
"""


def main() -> None:
    weights, other = SHIPPED.read_bytes(), DOCUMENTED.read_bytes()
    page = one_file(weights, other)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "digits.html"
        path.write_text(page)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        tab = browser.new_page(viewport={"width": 1440, "height": 900}, bypass_csp=True)
        tab.goto(path.as_uri())
        tab.wait_for_function("document.getElementById('answer').textContent === '7'")
        tab.evaluate(WATCH)
        covered = [draw(tab, number) for number in range(STROKES)]
        moves, frames = tab.evaluate("[moves, made]")
        browser.close()
    files = host_files(weights, other)
    figures = {
        "move_to_answer": spread(moves[32:]),  # the first warm it up
        "move_to_frame": spread(frames[32:]),
        "stroke_to_covered_spots": spread(covered[3:]),
        "one_file_bytes": len(page.encode()),
        "separate_files_bytes": sum(map(len, files.values())),
        "separate_files_packed_bytes": sum(len(gzip.compress(c)) for c in files.values()),
        "javascript_bytes": sum(path.stat().st_size for path in STATIC.glob("*.js")),
    }
    record = {"command": "python benchmarks/page_latency.py", "cpu": cpu_name(), "figures": figures}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "page-latency.json").write_text(json.dumps(record, indent=1) + "\n")
    print(json.dumps(figures))


def draw(tab: Page, number: int) -> float:
    """One seven; returns from its end until the covered spots stand, milliseconds."""
    tab.click("#clear")
    box = tab.locator("#board").bounding_box()
    assert box
    corners = [(0.3, 0.2), (0.5, 0.2), (0.7, 0.2), (0.6, 0.5), (0.45, 0.8 + number / 1000)]
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    tab.mouse.move(*at[0])
    tab.mouse.down()
    for start, end in pairwise(at):
        for step in range(1, 5):
            share = step / 4
            tab.mouse.move(*(a + share * (b - a) for a, b in zip(start, end, strict=True)))
            tab.wait_for_timeout(PAUSE_MS)
    tab.mouse.up()
    tab.wait_for_function("window.covered > window.ended", timeout=10_000)
    assert tab.text_content("#answer") == "7"
    return float(tab.evaluate("covered - ended"))


def spread(waits: list[float]) -> dict[str, float]:
    waits = sorted(waits)
    return {
        "n": len(waits),
        "median_ms": round(statistics.median(waits), 1),
        "p90_ms": round(waits[int(0.9 * len(waits))], 1),
        "largest_ms": round(waits[-1], 1),
    }


if __name__ == "__main__":
    main()
