"""The page in a real browser: drawn on, looked into, by keyboard."""

import json
import re

import pytest

from tests.web.browser import MARKS, Watched, answers, draw, playwright, shot
from tests.web.forms import PLAIN

pytestmark = MARKS


def test_every_digit_is_read_as_it_is_drawn(open_page):
    tab = open_page()
    for digit, strokes in PLAIN.items():
        tab.click("#clear")
        draw(tab, strokes)
        answers(tab, digit)
        playwright.expect(tab.locator("#bars .best .name")).to_have_text(digit)
        playwright.expect(tab.locator("#spoken")).to_contain_text(f"{digit}, ")
        one = f"an {digit}" if digit == "8" else f"a {digit}"
        playwright.expect(tab.locator("h1")).to_have_text(f"How {one} becomes {one}")
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
    playwright.expect(tab.locator("h1")).to_have_text("How a digit is read")
    for part in ("layers", "cover", "last"):
        told = tab.locator(f"#{part} > :not(summary):visible")
        playwright.expect(told).to_have_text(["Nothing is drawn yet."])
    playwright.expect(tab.locator("#invite")).to_be_visible()


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({7: 0.495, 10: 0.443, 1: 0.033}, "Not sure: a 7, or no digit?"),
        ({7: 0.443, 10: 0.495, 1: 0.033}, "Not sure: a 7, or no digit?"),
        ({8: 0.48, 10: 0.1, 3: 0.4}, "Not sure: an 8 or a 3?"),
    ],
)
def test_an_unsure_answer_names_the_two_likeliest(open_page, shares, said):
    tab = open_page()
    tab.evaluate(
        """async (shares) => (await import("/static/answer.js")).showAnswer(shares)""",
        [shares.get(answer, 0) for answer in range(11)],
    )
    playwright.expect(tab.locator("#sure")).to_have_text(said)
    playwright.expect(tab.locator("h1")).to_have_text("Which digit is this?")


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
    playwright.expect(tab.locator("#task")).to_be_hidden()


def test_a_drawing_is_not_lost_while_the_network_loads(open_page):
    tab = open_page()
    draw(tab, PLAIN["4"])
    answers(tab, "4")
    held = []
    tab.route("**/digitnet.bin", lambda route: held.append(route))
    tab.reload()
    playwright.expect(tab.locator("#sure")).to_have_text("The network is loading.")
    tab.unroute("**/digitnet.bin")
    tab.reload()
    answers(tab, "4")


def test_who_draws_before_the_network_is_there_is_read(open_page):
    tab = open_page()
    held = []
    tab.route("**/digitnet.bin", lambda route: held.append(route))
    tab.reload()
    draw(tab, PLAIN["2"])
    playwright.expect(tab.locator("#sure")).to_have_text("The network is loading.")
    held[0].continue_()
    answers(tab, "2")


def test_undo_brings_back_what_clear_took(open_page):
    tab = open_page()
    draw(tab, PLAIN["4"])
    answers(tab, "4")
    tab.click("#clear")
    answers(tab, "")
    tab.click("#undo")
    answers(tab, "4")


def test_a_palm_neither_ends_the_stroke_nor_draws(open_page):
    tab = open_page()
    board = tab.locator("#board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    x, top, height = box["x"] + box["width"] / 2, box["y"], box["height"]
    tab.mouse.move(x, top + 0.2 * height)
    tab.mouse.down()
    tab.mouse.move(x, top + 0.4 * height)
    for kind in ("pointermove", "pointerup"):
        board.dispatch_event(kind, {"pointerId": 99, "isPrimary": True, "clientX": 0, "clientY": 0})
    tab.mouse.move(x, top + 0.8 * height)
    tab.mouse.up()
    answers(tab, "1")
    tab.reload()  # by then it is kept
    answers(tab, "1")
    (stroke,) = json.loads(tab.evaluate("localStorage.getItem('digitnet.drawing')"))["strokes"]
    assert [round(point["y"] / 448, 1) for point in stroke] == [0.2, 0.4, 0.8]


def test_a_map_is_found_by_keyboard(open_page):
    tab = open_page()
    tab.locator("#network").focus()
    tab.keyboard.press("ArrowLeft")
    playwright.expect(tab.locator("#look-title")).to_contain_text("Layer 4, map")
    tab.locator("#network").focus()
    for _ in range(4):
        tab.keyboard.press("ArrowLeft")
    playwright.expect(tab.locator("#look-title")).to_have_text("The picture")


def test_every_layer_is_told_of_this_drawing(open_page):
    tab = open_page()
    playwright.expect(tab.locator("#steps li")).to_have_count(6)
    before = tab.locator("#steps p").all_inner_texts()
    draw(tab, PLAIN["0"])
    answers(tab, "0")
    playwright.expect(tab.locator("#steps p").last).to_contain_text("votes for 0")
    after = tab.locator("#steps p").all_inner_texts()
    assert all(a != b for a, b in zip(before, after, strict=True))
    counts = {re.match(r"\d+ of \d+ maps clearly differ", text)[0] for text in after[1:3]}
    draw(tab, [[(5, 95), (95, 5)]])  # a zero with a slash
    playwright.expect(tab.locator("#steps p").last).not_to_have_text(after[-1])
    others = tab.locator("#steps p").all_inner_texts()
    assert counts != {re.match(r"\d+ of \d+ maps clearly differ", text)[0] for text in others[1:3]}


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
