"""The page in a real browser: on a phone, in the dark, for everyone; and its sources."""

import re

import pytest

from tests.conftest import ROOT
from tests.reading.conftest import page as page_of
from tests.web.browser import (
    DROP,
    MARKS,
    PHONE,
    SMALL_PHONE,
    answers,
    draw,
    experiment,
    playwright,
    shot,
    tile,
)
from tests.web.conftest import png
from tests.web.forms import PLAIN

pytestmark = MARKS
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def touch_a_one(tab):
    """With a finger, from the top of the board to its foot."""
    box = tab.locator("#board").bounding_box()
    finger = tab.context.new_cdp_session(tab)
    x = box["x"] + box["width"] / 2

    def dispatch(kind, *shares):
        points = [{"x": x, "y": box["y"] + share * box["height"]} for share in shares]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    dispatch("touchStart", 0.15)
    for step in range(20, 86, 5):
        dispatch("touchMove", step / 100)
    dispatch("touchEnd")


@pytest.mark.parametrize("phone", [PHONE, SMALL_PHONE], ids=["390", "320"])
def test_a_phone_with_touch(open_page, phone):
    tab = open_page(**phone)
    width, height = phone["viewport"].values()
    shot(tab, f"phone-{width}")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert tab.evaluate("document.documentElement.scrollHeight") <= 3 * height
    playwright.expect(tab.locator(".keys")).to_be_hidden()
    touch_a_one(tab)
    answers(tab, "1")
    assert tab.evaluate("scrollY") == 0
    for name in ("#board", "#answer", "#sure"):  # beside each other, at once
        playwright.expect(tab.locator(name)).to_be_in_viewport(ratio=1)
    tab.wait_for_timeout(600)  # a tap right after a stroke is no tap of its own to Chromium
    tab.locator("#network").tap(position=tile(tab, 3, 20))
    playwright.expect(tab.locator("#look-title")).to_have_text("Layer 3, map 21")
    playwright.expect(tab.locator("#look-title")).to_be_in_viewport(ratio=1)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    shot(tab, f"phone-look-{width}")
    tab.locator("#samples button").nth(1).click()
    playwright.expect(tab.locator("#text")).to_have_text("31415\n92653\n58979")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("options", [{}, PHONE, SMALL_PHONE], ids=["wide", "390", "320"])
def test_nothing_moves_under_the_pen(open_page, options):
    """Whatever the answer: a board that moves bends the stroke that is being drawn."""
    tab = open_page(**options)
    places = [tab.locator("#board").bounding_box()]
    for strokes, answer in (([], ""), ([[(20, 20), (80, 80)], [(80, 20), (20, 80)]], None)):
        tab.click("#clear")
        answers(tab, "")
        draw(tab, strokes)
        if answer is None:
            playwright.expect(tab.locator("#answer")).not_to_have_text("")
        places.append(tab.locator("#board").bounding_box())
    assert places == 3 * places[:1]


@pytest.mark.parametrize("size", [(1024, 768), (1440, 900), (1920, 1080)])
def test_the_network_stands_beside_the_board_and_uses_the_width(open_page, size):
    width, height = size
    tab = open_page(viewport={"width": width, "height": height})
    board, network, bars = (
        tab.locator(name).bounding_box() for name in ("#board", "#network", "#bars")
    )
    assert network["x"] > board["x"] + board["width"]
    assert network["y"] < 0.3 * height
    assert network["y"] + network["height"] <= height
    assert board["x"] + width - bars["x"] - bars["width"] < 70
    playwright.expect(tab.locator("#answer")).to_be_in_viewport(ratio=1)
    maps = (network["height"] - 34) / 16 - 3
    assert maps > {1024: 20, 1440: 30, 1920: 42}[width]
    shot(tab, f"wide-{width}")


def test_a_small_phone_has_the_links_and_the_share_of_every_answer(open_page):
    tab = open_page(**SMALL_PHONE)
    for link in tab.locator("nav a").all():
        playwright.expect(link).to_be_in_viewport(ratio=1)
    tab.locator("#last summary").click()
    shares = tab.locator("#last-table tbody td:last-child")
    playwright.expect(shares.first).to_be_visible()
    assert shares.count() == 12
    for share in shares.all():
        box = share.bounding_box()
        assert box["x"] + box["width"] <= 320
    tab.locator("#network").tap(position=tile(tab, 1, 2))
    for number in tab.locator(".nine span").all():
        assert number.bounding_box()["height"] < 40  # one line
    shot(tab, "small-phone-open")


def test_a_stroke_that_begins_beside_the_board_selects_no_text(open_page):
    tab = open_page()
    box = tab.locator("#title").bounding_box()
    tab.mouse.move(box["x"] + 1, box["y"] + 5)
    tab.mouse.down()
    board = tab.locator("#board").bounding_box()
    tab.mouse.move(board["x"] + 100, board["y"] + 300, steps=5)
    tab.mouse.up()
    assert tab.evaluate("String(getSelection())") == ""


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
  const all = "h1,h2,h3,p,a,button,label,span,select,figcaption,th,td,dt,dd,strong";
  for (const e of document.querySelectorAll(all)) {
    if (!e.textContent.trim() || !e.offsetParent || e.closest("#invite, .nine")) continue;
    const [a, b] = [luminance(getComputedStyle(e).color), luminance(behind(e))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) low.push([e.tagName, e.textContent.trim().slice(0, 20), ratio]);
  }
  return low;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768])
def test_text_stands_out_by_day_and_by_night(open_page, scheme, width):
    tab = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    draw(tab, PLAIN["2"])
    answers(tab, "2")
    tab.locator("#network").click(position=tile(tab, 2, 3))
    experiment(tab, 0)
    playwright.expect(tab.locator("#spot")).to_contain_text("Move over")
    assert tab.evaluate(CONTRAST) == []
    shot(tab, f"{scheme}-{width}")


@pytest.mark.skipif(not AXE.is_file(), reason="no axe-core; npm install")
@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, PHONE], ids=["day", "night", "phone"]
)
def test_axe_finds_nothing(open_page, digits, options):
    tab = open_page(**options, bypass_csp=True)
    draw(tab, PLAIN["2"])
    answers(tab, "2")
    tab.locator("#network").click(position=tile(tab, 2, 3))
    tab.evaluate(DROP, [[list(png(page_of(digits, ["407"]))), "x.png", "image/png"]])
    playwright.expect(tab.locator("#text")).to_have_text("407")
    tab.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    tab.add_script_tag(path=AXE)
    found = tab.evaluate("axe.run()")["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in found] == []


def test_everything_that_can_be_used_has_a_name_and_shows_its_focus(open_page):
    tab = open_page()
    draw(tab, PLAIN["2"])
    answers(tab, "2")
    tab.locator("#network").click(position=tile(tab, 3, 3))
    unnamed = tab.evaluate(
        """() => [...document.querySelectorAll("button,input,select,canvas[tabindex],a")]
          .filter((e) => !e.hidden && !(e.getAttribute("aria-label") || e.textContent.trim()
            || e.labels?.[0]?.textContent.trim())).map((e) => e.outerHTML)"""
    )
    assert unnamed == []
    tab.keyboard.press("Tab")
    outline = tab.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"


def test_larger_letters_of_the_browser_are_respected(open_page):
    tab = open_page()
    size = "parseFloat(getComputedStyle(document.querySelector('#sure')).fontSize)"
    before = tab.evaluate(size)
    tab.evaluate("document.documentElement.style.fontSize = '200%'")
    assert tab.evaluate(size) == pytest.approx(2 * before)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 1280


def test_every_word_stands_in_one_file():
    words = (ROOT / "digitnet/web/static/words.js").read_text()
    page = (ROOT / "digitnet/web/static/index.html").read_text()
    texts = [text.strip() for text in re.findall(r">([^<>]+)<", page)]
    assert {text for text in texts if text} <= {"digitnet", "JavaScript"}
    used = set(re.findall(r'data-(?:words|names)="([\w.]+)"', page))
    assert used
    for path in used:
        assert path.split(".")[-1] in words, path


def test_the_api_is_described_for_people(open_page, server):
    tab = open_page()
    tab.goto(f"{server.address}/docs")
    playwright.expect(tab.locator("h2").first).to_have_text("From a shell")
    reading = tab.locator("section", has=tab.locator("h2", has_text=re.compile("^POST /api/read$")))
    playwright.expect(reading.locator("dt").first).to_have_text("one")
    description = tab.evaluate("fetch('openapi.json').then((answer) => answer.json())")
    headings, names = (tab.locator(tag).all_text_contents() for tag in ("h2", "dt"))
    assert set(description["paths"]) <= {text.split()[-1] for text in headings}
    schemas = description["components"]["schemas"]
    fields = {name for schema in schemas.values() for name in schema.get("properties", ())}
    assert {"confidence", "warning"} <= fields <= set(names)
    meanings = tab.locator("dd").all_text_contents()
    assert all(meanings), "each name has a meaning"
    assert not {"undefined", "[object Object]"} & set(" ".join(meanings).split())
