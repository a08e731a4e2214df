"""The page in a real browser: pictures that the server reads."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.reading.conftest import page as page_of
from tests.reading.conftest import photo
from tests.web.browser import DROP, MARKS, Watched, answers, draw, playwright, shot
from tests.web.conftest import png, running
from tests.web.forms import PLAIN

pytestmark = MARKS


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


def test_several_dropped_pictures_are_a_list(open_page, digits):
    tab = open_page()
    pictures = [list(png(page_of(digits, [text]))) for text in ("407", "58")]
    tab.evaluate(DROP, [[picture, f"{n}.png", "image/png"] for n, picture in enumerate(pictures)])
    playwright.expect(tab.locator("#list button")).to_have_text(["0.png: 407", "1.png: 58"])
    playwright.expect(tab.locator("#text")).to_have_text("407")
    tab.locator("#list button").nth(1).click()
    playwright.expect(tab.locator("#text")).to_have_text("58")
    shot(tab, "list")


def test_every_page_of_a_file_is_in_the_list(open_page, digits, tmp_path):
    first, second = (Image.fromarray(page_of(digits, [text])) for text in ("407", "58"))
    first.save(tmp_path / "two.tif", save_all=True, append_images=[second])
    tab = open_page()
    tab.set_input_files("#file", tmp_path / "two.tif")
    listed = tab.locator("#list button")
    playwright.expect(listed).to_have_text(["two.tif, page 1: 407", "two.tif, page 2: 58"])
    listed.nth(1).click()
    playwright.expect(tab.locator("#text")).to_have_text("58")
    assert tab.locator("#problem").inner_text() == ""


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
