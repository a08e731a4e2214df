"""The page in a real browser: drawn on, dropped on, by keyboard, on a phone, in the dark."""

import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.reading.conftest import page as page_of
from tests.reading.conftest import photo
from tests.web.browser import (
    MARKS,
    PHONE,
    SMALL_PHONE,
    Watched,
    answers,
    browser,
    draw,
    playwright,
    shot,
)
from tests.web.conftest import png, running
from tests.web.forms import PLAIN

__all__ = ["browser"]  # a fixture

pytestmark = MARKS
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    # Nobody reads its log here: a full pipe would stop it.
    with running("--quiet", "--collect", str(tmp_path_factory.mktemp("kept"))) as server:
        yield server


@pytest.fixture
def open_page(browser, server):
    """Open the page; at the end, nothing was said in the console and no other host was asked."""
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


@pytest.mark.parametrize("digit", PLAIN)
def test_every_digit_is_read_as_it_is_drawn(open_page, digit):
    tab = open_page()
    draw(tab, PLAIN[digit])
    answers(tab, digit)
    playwright.expect(tab.locator("#bars .best .name")).to_have_text(digit)
    playwright.expect(tab.locator("#spoken")).to_contain_text(f"{digit}, ")
    playwright.expect(tab.locator("h1")).to_have_text(f"How a {digit} becomes a {digit}")
    playwright.expect(tab.locator("#spot")).to_contain_text("Move over")
    if digit == "5":
        shot(tab, "drawn")


def test_drawing_asks_the_server_for_nothing(open_page, browser, server):
    watched = Watched(browser, (server.address,))
    watched.tab.goto(server.address)
    answers(watched.tab, "7")
    loaded = len(watched.requests)
    draw(watched.tab, PLAIN["3"])
    answers(watched.tab, "3")
    playwright.expect(watched.tab.locator("#spot")).to_contain_text("Move over")
    assert watched.requests[loaded:] == []
    watched.close()


def test_an_empty_board_says_so(open_page):
    tab = open_page()
    tab.click("#clear")
    answers(tab, "")
    playwright.expect(tab.locator("#sure")).to_have_text("Nothing is drawn yet.")
    playwright.expect(tab.locator("#invite")).to_be_visible()


def test_undo_takes_the_last_stroke(open_page):
    tab = open_page()
    draw(tab, PLAIN["1"])
    answers(tab, "1")
    draw(tab, [[(25 + 15 * at, 20), (75 - 15 * at, 80)] for at in range(4)])
    answers(tab, "no digit")
    for _ in range(4):
        tab.click("#undo")
    answers(tab, "1")


def test_two_digits_are_two_and_one_of_them_is_looked_into(open_page):
    tab = open_page()
    tab.fill("#brush", "22")
    draw(tab, PLAIN["1"], (0.0, 0.25, 0.5))
    draw(tab, PLAIN["2"], (0.45, 0.25, 0.5))
    playwright.expect(tab.locator("#sure")).to_contain_text("Read together: 12")
    answers(tab, "2")
    tab.locator("#several button").first.click()
    answers(tab, "1")
    shot(tab, "two")


def test_what_is_drawn_survives_a_reload(open_page):
    tab = open_page()
    draw(tab, PLAIN["4"])
    answers(tab, "4")
    tab.reload()
    answers(tab, "4")


def tile(tab, layer, index):
    """Where a map stands in the picture of the network."""
    box = tab.locator("#network").bounding_box()
    place = tab.evaluate(
        """async ([width, layer, index]) => {
          const { layoutOf } = await import("/static/layout.js");
          const upright = !matchMedia("(min-width: 48rem)").matches;
          return layoutOf(Math.floor(width), 11, upright).tiles
            .find((tile) => tile.layer === layer && tile.index === index);
        }""",
        [box["width"], layer, index],
    )
    middle = place["side"] / 2
    return {"x": place["x"] + middle, "y": place["y"] + middle}


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


@pytest.mark.parametrize("layer", [1, 2, 3, 4, 5])
def test_a_map_is_shown_with_all_that_it_is_made_of(open_page, layer):
    tab = open_page()
    draw(tab, PLAIN["3"])
    answers(tab, "3")
    tab.locator("#network").click(position=tile(tab, layer, 4))
    title = f"Layer {layer}, map 5" if layer < 5 else "Layer 5, the map that votes for 4"
    playwright.expect(tab.locator("#look-title")).to_have_text(title)
    inputs = {1: 1, 2: 16, 3: 16, 4: 32, 5: 32}[layer]
    assert tab.locator("#look .inputs button").count() == inputs
    tab.locator("#look .map").first.hover(position={"x": 110, "y": 110})

    def nine(name):
        return np.array(
            [number(text) for text in tab.locator(f".nine.{name} span").all_inner_texts()]
        )

    np.testing.assert_allclose(nine("pixels") * nine("kernel"), nine("products"), atol=0.2)
    sums = [number(text) for text in tab.locator("#look .sums dd").all_inner_texts()]
    np.testing.assert_allclose(sums[0], nine("products").sum(), atol=0.1)
    if layer < 5:
        convolved, scale, shift, normed, rectified = sums[-5:]
        np.testing.assert_allclose(convolved * scale + shift, normed, atol=0.2)
        assert rectified == max(normed, 0)
    shot(tab, f"look-{layer}")
    tab.click("#look-close")
    playwright.expect(tab.locator("#look")).to_be_hidden()


def test_a_map_is_found_by_keyboard(open_page):
    tab = open_page()
    tab.locator("#network").focus()
    tab.keyboard.press("ArrowLeft")
    playwright.expect(tab.locator("#look-title")).to_contain_text("Layer 4, map")
    tab.locator("#network").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowLeft")
    playwright.expect(tab.locator("#look-title")).to_have_text("The picture")


def test_the_last_step_adds_up(open_page):
    tab = open_page()
    rows = tab.locator("#last-table tbody tr")
    playwright.expect(rows).to_have_count(12)
    shares = [float(text.rstrip(" %")) for text in rows.locator("td:last-child").all_inner_texts()]
    assert abs(sum(shares[:11]) - 100) < 0.3
    assert shares[11] == 100
    assert rows.nth(10).locator("th").inner_text() == "no digit"


def test_every_layer_is_told_of_this_drawing(open_page):
    tab = open_page()
    playwright.expect(tab.locator("#steps li")).to_have_count(6)
    before = tab.locator("#steps p").all_inner_texts()
    draw(tab, PLAIN["0"])
    answers(tab, "0")
    playwright.expect(tab.locator("#steps p").last).to_contain_text("votes for 0")
    after = tab.locator("#steps p").all_inner_texts()
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_a_covered_spot_is_told_in_words(open_page):
    tab = open_page()
    draw(tab, PLAIN["7"])
    playwright.expect(tab.locator("#spot")).to_contain_text("Move over")
    tab.locator("#seen").hover(position={"x": 100, "y": 100})
    playwright.expect(tab.locator("#spot")).to_contain_text("If this spot is covered,")
    tab.locator("#seen").focus()
    tab.keyboard.press("ArrowRight")
    playwright.expect(tab.locator("#spot")).to_contain_text("If this spot is covered,")


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


def experiment(tab, index):
    tab.locator("#experiment-list button").nth(index).click()
    return tab.locator("#task strong")


def test_a_one_becomes_a_seven(open_page):
    tab = open_page()
    done = experiment(tab, 0)
    answers(tab, "1")
    draw(tab, [[(24, 20), (48, 18)], [(24, 20), (24, 26)], [(20, 20), (56, 14)]])
    answers(tab, "7")
    playwright.expect(done).to_have_text("Done!")


def test_a_digit_in_the_corner_is_read(open_page):
    tab = open_page()
    done = experiment(tab, 1)
    answers(tab, "3")
    draw(tab, [[(60, 60), (95, 95)], [(95, 60), (60, 95)]])
    playwright.expect(tab.locator("#answer")).not_to_have_text("3")
    playwright.expect(done).to_have_text("Done!")


def test_thin_and_thick(open_page):
    tab = open_page()
    done = experiment(tab, 2)
    answers(tab, "5")
    tab.fill("#brush", "64")
    playwright.expect(done).to_have_text("Done!")
    answers(tab, "5")


def test_a_letter_is_no_digit_until_one_fools_the_network(open_page):
    tab = open_page()
    done = experiment(tab, 3)
    answers(tab, "no digit")
    tab.click("#clear")
    draw(tab, PLAIN["0"])  # an O
    playwright.expect(done).to_have_text("Done!")


def test_two_networks_on_one_drawing(open_page):
    tab = open_page()
    done = experiment(tab, 4)
    playwright.expect(tab.locator("#other")).to_contain_text("the documented recipe's says")
    tab.click("#clear")
    draw(tab, [[(25 + 15 * at, 20), (75 - 15 * at, 80)] for at in range(4)])
    answers(tab, "no digit")
    playwright.expect(tab.locator("#other")).to_contain_text("They differ.")
    playwright.expect(done).to_have_text("Done!")
    experiment(tab, 0)
    playwright.expect(tab.locator("#other")).to_have_text("")


def test_a_page_is_read_and_each_digit_looked_into(open_page, digits, tmp_path):
    path = tmp_path / "page.png"
    path.write_bytes(png(page_of(digits, ["2026", "31415"])))
    tab = open_page()
    tab.set_input_files("#file", path)
    playwright.expect(tab.locator("#text")).to_have_text("2026\n31415")
    playwright.expect(tab.locator("#text")).to_be_in_viewport()
    buttons = tab.locator("#digits button")
    assert buttons.count() == 9
    with tab.expect_download() as download:
        tab.click("#csv")
    rows = Path(download.value.path()).read_text().splitlines()
    assert rows[0] == "line,position,digit,confidence,accepted,x,y,width,height"
    assert len(rows) == 10
    shot(tab, "page")
    buttons.nth(3).click()
    answers(tab, "6")
    playwright.expect(tab.locator("#sure")).to_contain_text("from your picture")
    playwright.expect(tab.locator("#invite")).to_contain_text("A digit of your picture.")
    playwright.expect(tab.locator("#answer")).to_be_in_viewport()
    draw(tab, PLAIN["2"])  # what is drawn is the subject again
    answers(tab, "2")
    assert "picture" not in tab.locator("#sure").inner_text()


DROP = """(files) => {
  const transfer = new DataTransfer();
  for (const [bytes, name, type] of files) {
    transfer.items.add(new File([new Uint8Array(bytes)], name, { type }));
  }
  document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
}"""


def test_several_dropped_pictures_are_a_list(open_page, digits):
    tab = open_page()
    pictures = [list(png(page_of(digits, [text]))) for text in ("407", "58")]
    tab.evaluate(DROP, [[picture, f"{n}.png", "image/png"] for n, picture in enumerate(pictures)])
    playwright.expect(tab.locator("#list button")).to_have_text(["0.png: 407", "1.png: 58"])
    playwright.expect(tab.locator("#text")).to_have_text("407")
    tab.locator("#list button").nth(1).click()
    playwright.expect(tab.locator("#text")).to_have_text("58")
    shot(tab, "list")


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("x.txt", "text/plain", "That is no picture"),
        ("x.heic", "image/heic", "This HEIC photo cannot be read here"),
        ("x.png", "image/png", "cannot be read as a picture"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(browser, server, name, kind, said):
    watched = Watched(browser, (server.address,))
    watched.tab.goto(server.address)
    watched.tab.evaluate(DROP, [[[1, 2], name, kind]])
    playwright.expect(watched.tab.locator("#problem")).to_contain_text(said)
    # The browser itself notes an answer of 422.
    assert all("422" in text for text in watched.wrong)
    watched.context.close()


def test_a_picture_without_digits_says_so(open_page):
    tab = open_page()
    tab.evaluate(DROP, [[list(png(np.full((200, 200), 255, np.uint8))), "x.png", "image/png"]])
    playwright.expect(tab.locator("#text")).to_have_text("No digits were found in this picture.")


def test_a_small_photo_is_enlarged(open_page, digits):
    tab = open_page()
    small = np.asarray(photo(digits[4]))[::2, ::2]
    tab.evaluate(DROP, [[list(png(np.ascontiguousarray(small))), "x.png", "image/png"]])
    playwright.expect(tab.locator("#photo")).to_be_visible()
    assert tab.evaluate("document.querySelector('#photo').width") >= 3 * small.shape[1]


@pytest.mark.parametrize(("index", "text"), [(0, "23 11 2026"), (1, "31415\n92653\n58979")])
def test_our_samples(open_page, index, text):
    tab = open_page()
    tab.locator("#samples button").nth(index).click()
    playwright.expect(tab.locator("#text")).to_have_text(text)
    shot(tab, f"sample-{index}")


def test_a_server_that_is_gone_takes_its_answer_with_it(browser, digits):
    with running() as server:
        context = browser.new_context()
        tab = context.new_page()
        tab.goto(server.address)
        picture = list(png(page_of(digits, ["407"])))
        tab.evaluate(DROP, [[picture, "x.png", "image/png"]])
        playwright.expect(tab.locator("#text")).to_have_text("407")
        server.stop()
        tab.evaluate(DROP, [[picture, "x.png", "image/png"]])
        playwright.expect(tab.locator("#problem")).to_contain_text("The server does not answer.")
        playwright.expect(tab.locator("#page")).to_be_hidden()
        draw(tab, PLAIN["8"])
        answers(tab, "8")
        context.close()


def test_a_correction_is_sent_once_and_withdrawn(browser, tmp_path):
    with running("--collect", str(tmp_path)) as server:
        watched = Watched(browser, (server.address,))
        tab = watched.tab
        tab.goto(server.address)
        draw(tab, PLAIN["9"])
        answers(tab, "9")
        assert tab.input_value("#label") == ""
        tab.select_option("#label", "4")
        tab.click("#correct [type=submit]")
        playwright.expect(tab.locator("#kept")).to_contain_text("Sent")
        playwright.expect(tab.locator("#correct [type=submit]")).to_be_hidden()
        assert [path.name[:2] for path in tmp_path.iterdir()] == ["4-"]
        tab.click("#withdraw")
        playwright.expect(tab.locator("#kept")).to_contain_text("Withdrawn")
        assert list(tmp_path.iterdir()) == []
        watched.close()


def test_a_token_is_asked_for_once_in_a_form(browser, digits):
    with running("--token", "open sesame") as server:
        context = browser.new_context()
        tab = context.new_page()
        tab.on("dialog", lambda dialog: pytest.fail("a dialog"))
        tab.goto(server.address)
        playwright.expect(tab.locator("#token")).to_be_visible()
        draw(tab, PLAIN["7"])  # drawing needs none
        answers(tab, "7")
        tab.fill("#token-word", "wrong")
        tab.click("#token button")
        playwright.expect(tab.locator("#problem")).to_contain_text("did not take this token")
        tab.fill("#token-word", "open sesame")
        tab.click("#token button")
        playwright.expect(tab.locator("#token")).to_be_hidden()
        tab.evaluate(DROP, [[list(png(page_of(digits, ["407"]))), "x.png", "image/png"]])
        playwright.expect(tab.locator("#text")).to_have_text("407")
        playwright.expect(tab.locator("#token")).to_be_hidden()
        context.close()


def test_a_server_that_is_busy_is_asked_again(browser, server, digits):
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
    tab.evaluate(DROP, [[list(png(page_of(digits, ["407"]))), "x.png", "image/png"]])
    playwright.expect(tab.locator("#text")).to_have_text("407")
    assert refusals
    playwright.expect(tab.locator("#working")).to_have_text("")
    context.close()


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
    playwright.expect(tab.locator("h2").first).to_have_text("POST /api/read")


@pytest.mark.parametrize("tool", [("tsc", "--project", "."), ("eslint", "digitnet/web/static")])
def test_javascript_passes_its_type_check_and_its_linter(tool):
    program = ROOT / "node_modules" / ".bin" / tool[0]
    if not program.exists():
        pytest.skip(f"no {tool[0]}; npm install")
    ended = subprocess.run([program, *tool[1:]], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout
