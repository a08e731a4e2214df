"""The page in a real browser: drawn on, dropped on, by keyboard, on a phone, in the dark."""

import os
import shutil
from pathlib import Path

import pytest

from tests.reading.conftest import page as page_of
from tests.web.conftest import png, running

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
# A busy machine draws late: a browser makes a picture of a canvas when it is idle.
playwright.expect.set_options(timeout=30_000)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium; apt install chromium"),
]
# Screenshots are kept to be looked at where this names a folder.
SHOTS = os.environ.get("DIGITNET_SCREENSHOTS")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running("--collect", str(tmp_path_factory.mktemp("kept"))) as server:
        yield server


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, server):
    """Open the page; at the end, nothing went wrong in it and it asked no other host."""
    contexts, wrong = [], []

    def open_it(**options):
        context = browser.new_context(**{"reduced_motion": "reduce", **options})
        contexts.append(context)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        tab.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        tab.on("pageerror", lambda error: wrong.append(str(error)))

        def watch(request):
            if not request.url.startswith((server.address, "data:", "blob:")):
                wrong.append(request.url)

        tab.on("request", watch)
        tab.goto(server.address)
        return tab

    yield open_it
    for context in contexts:
        context.close()
    assert wrong == []


def shot(tab, name):
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        tab.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def draw(tab, digit):
    """With the mouse, as the strokes of our own say."""
    strokes = tab.evaluate("async () => (await import('/static/strokes.js')).STROKES")
    box = tab.locator("#board").bounding_box()
    for stroke in strokes[str(digit)]:
        points = [(box["x"] + x * box["width"] / 100, box["y"] + y * box["height"] / 100)
                  for x, y in stroke]  # fmt: skip
        tab.mouse.move(*points[0])
        tab.mouse.down()
        for point in points[1:]:
            tab.mouse.move(*point)
        tab.mouse.up()


def answers(tab, text):
    playwright.expect(tab.locator("#answer")).to_have_text(text)


@pytest.mark.parametrize("digit", range(10))
def test_every_digit_is_read_as_it_is_drawn(open_page, digit):
    tab = open_page()
    draw(tab, digit)
    answers(tab, str(digit))
    playwright.expect(tab.locator("#bars .best span").first).to_have_text(str(digit))
    playwright.expect(tab.locator("#spoken")).to_contain_text(f"{digit}, ")
    playwright.expect(tab.locator("#inside")).to_be_visible()
    if digit == 5:
        shot(tab, "drawn")


def test_an_empty_board_shows_nothing(open_page):
    tab = open_page()
    answers(tab, "")
    assert not tab.locator("#inside").is_visible()
    draw(tab, 4)
    answers(tab, "4")
    tab.click("#clear")
    answers(tab, "")
    playwright.expect(tab.locator("#inside")).to_be_hidden()
    assert tab.locator("#sure").inner_text() == ""


def test_undo_takes_the_last_stroke(open_page):
    tab = open_page()
    draw(tab, 1)
    answers(tab, "1")
    box = tab.locator("#board").bounding_box()
    for share in (0.25, 0.4, 0.55, 0.7):
        tab.mouse.move(box["x"] + share * box["width"], box["y"] + 0.2 * box["height"])
        tab.mouse.down()
        tab.mouse.move(
            box["x"] + (1 - share) * box["width"], box["y"] + 0.8 * box["height"], steps=5
        )
        tab.mouse.up()
    answers(tab, "not a digit")
    for _ in range(4):
        tab.click("#undo")
    answers(tab, "1")


def test_every_map_is_shown_with_its_kernel(open_page):
    tab = open_page()
    draw(tab, 3)
    answers(tab, "3")
    playwright.expect(tab.locator("#layers .maps")).to_have_count(5)
    counts = [maps.locator("button").count() for maps in tab.locator("#layers .maps").all()]
    assert counts == [16, 16, 32, 32, 11]
    tab.wait_for_timeout(500)  # what is explained once the pen rests replaces what was there
    tab.locator("#layers .maps button").nth(20).hover()
    playwright.expect(tab.locator("#kernel")).to_contain_text("conv2, map 5")
    tab.locator("#seen").hover(position={"x": 100, "y": 100})
    playwright.expect(tab.locator("#pixel")).to_contain_text("row ")
    tab.check("#show-occlusion")
    shot(tab, "inside")


def test_the_keyboard_alone_draws_and_clears(open_page):
    tab = open_page()
    tab.locator("#board").focus()
    for _ in range(12):
        tab.keyboard.press("ArrowUp")
    tab.keyboard.press(" ")
    for _ in range(24):
        tab.keyboard.press("ArrowDown")
    tab.keyboard.press(" ")
    answers(tab, "1")
    tab.keyboard.press("c")
    answers(tab, "")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "undo"


def test_a_page_is_read_and_each_digit_explained(open_page, digits, tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(png(page_of(digits, ["2026", "31415"])))
    tab = open_page()
    tab.set_input_files("#file", path)
    playwright.expect(tab.locator("#text")).to_have_text("2026\n31415")
    buttons = tab.locator("#digits button")
    assert buttons.count() == 9
    buttons.nth(3).click()
    answers(tab, "6")
    playwright.expect(tab.locator("#stages img")).to_have_count(2)
    with tab.expect_download() as download:
        tab.click("#csv")
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[0] == "line,position,digit,confidence,accepted,x,y,width,height"
    assert len(rows) == 10
    shot(tab, "page")


def test_a_dropped_picture_and_a_dropped_text(open_page, digits):
    tab = open_page()
    picture = list(png(page_of(digits, ["407"])))
    drop = """([bytes, type]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], "x", { type }));
      document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
    }"""
    tab.evaluate(drop, [picture, "image/png"])
    playwright.expect(tab.locator("#text")).to_have_text("407")
    tab.evaluate(drop, [[1, 2], "text/plain"])
    playwright.expect(tab.locator("#problem")).to_have_text("that is no picture")


@pytest.mark.parametrize(("index", "text"), [(0, "23 11 2026"), (1, "31415\n92653\n58979")])
def test_our_samples(open_page, index, text):
    tab = open_page()
    tab.locator("#samples button").nth(index).click()
    playwright.expect(tab.locator("#text")).to_have_text(text)
    shot(tab, f"sample-{index}")


def test_a_correction_is_sent(open_page):
    tab = open_page()
    draw(tab, 9)
    answers(tab, "9")
    playwright.expect(tab.locator("#inside")).to_be_visible()
    tab.select_option("#label", "4")
    tab.click("#correct button")
    playwright.expect(tab.locator("#kept")).to_contain_text("Kept")


def test_a_token_is_asked_for_once(browser):
    with running("--token", "open sesame") as server:
        context = browser.new_context()
        tab = context.new_page()
        asked = []

        def answer(dialog):
            asked.append(dialog.message)
            dialog.accept("open sesame")

        tab.on("dialog", answer)
        tab.goto(server.address)
        playwright.expect(tab.locator("#correct")).to_be_hidden()
        draw(tab, 7)
        answers(tab, "7")
        assert len(asked) == 1
        context.close()


def test_a_server_that_is_busy_is_asked_again(browser, server):
    context = browser.new_context()
    tab = context.new_page()
    tab.goto(server.address)
    refusals = []

    def refuse_once(route):
        if refusals:
            route.continue_()
            return
        refusals.append(route)
        route.fulfill(status=503, content_type="text/plain", body="Service Unavailable")

    tab.route("**/api/read*", refuse_once)
    draw(tab, 6)
    answers(tab, "6")
    assert refusals
    playwright.expect(tab.locator("#board-problem")).to_have_text("")
    context.close()


PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}


def test_a_phone_with_touch(open_page):
    tab = open_page(**PHONE)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    tab.locator("#board").scroll_into_view_if_needed()
    box = tab.locator("#board").bounding_box()
    touch = tab.context.new_cdp_session(tab)
    x = box["x"] + box["width"] / 2
    top = box["y"]

    def dispatch(kind, *points):
        touch.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for y in points]},
        )

    scrolled = tab.evaluate("scrollY")
    dispatch("touchStart", top + 0.15 * box["height"])
    for share in range(20, 86, 5):
        dispatch("touchMove", top + share / 100 * box["height"])
    dispatch("touchEnd")
    answers(tab, "1")
    assert tab.evaluate("scrollY") == scrolled
    tab.locator("#samples button").nth(1).click()
    playwright.expect(tab.locator("#text")).to_have_text("31415\n92653\n58979")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    shot(tab, "phone")


CONTRAST = """() => {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\\d.]+/g).map(Number).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const low = [];
  for (const e of document.querySelectorAll("h1,h2,p,a,button,label,span,select,figcaption")) {
    if (!e.textContent.trim() || !e.offsetParent) continue;
    const [a, b] = [luminance(getComputedStyle(e).color), luminance(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push([e.tagName, e.textContent.trim().slice(0, 20), ratio]);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_by_day_and_by_night(open_page, scheme):
    tab = open_page(color_scheme=scheme)
    draw(tab, 2)
    answers(tab, "2")
    playwright.expect(tab.locator("#layers .maps")).to_have_count(5)
    assert tab.evaluate(CONTRAST) == []
    shot(tab, scheme)


def test_everything_that_can_be_used_has_a_name_and_shows_its_focus(open_page):
    tab = open_page()
    draw(tab, 2)
    answers(tab, "2")
    unnamed = tab.evaluate(
        """() => [...document.querySelectorAll("button,input,select,canvas[tabindex],a,meter")]
          .filter((e) => !e.hidden && !(e.getAttribute("aria-label") || e.textContent.trim()
            || e.labels?.[0]?.textContent.trim())).map((e) => e.outerHTML)"""
    )
    assert unnamed == []
    tab.keyboard.press("Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_the_api_is_described_for_people(open_page, server):
    tab = open_page()
    tab.goto(f"{server.address}/docs")
    playwright.expect(tab.locator("h2").first).to_have_text("POST /api/read")
