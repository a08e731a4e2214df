"""The page in a real browser: drawn on, looked into, by keyboard."""

import re

import numpy as np
import pytest

from tests.web.browser import (
    MARKS,
    Watched,
    answers,
    browser,
    draw,
    experiment,
    open_page,
    playwright,
    server,
    shot,
    tile,
)
from tests.web.forms import PLAIN

__all__ = ["browser", "open_page", "server"]  # fixtures

pytestmark = MARKS


@pytest.mark.parametrize("digit", PLAIN)
def test_every_digit_is_read_as_it_is_drawn(open_page, digit):
    tab = open_page()
    draw(tab, PLAIN[digit])
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
    told = tab.locator("#look .fed").inner_text()
    middle = nine("pixels")[4]
    if layer == 1:
        pixel, mean, spread, scaled = map(
            number, re.search(r"\((\d+) ÷ 255 − (\S+)\) ÷ (\S+) = (\S+)\.$", told).groups()
        )
        assert scaled == middle
        np.testing.assert_allclose((pixel / 255 - mean) / spread, middle, atol=0.01)
    elif layer == 3:
        *four, largest = map(number, re.findall(r"\d+\.\d\d?(?=[, .])", told))
        assert len(four) == 4
        assert max(four) == largest == middle
    else:
        assert told == ""
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


def value(text):
    """What a pupil types into a calculator."""
    raised = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b", "0123456789-")
    digits, _, exponent = text.replace(",", "").replace("\u2212", "-").partition("\u00a0\u00d7\u00a010")
    return float(digits) * 10.0 ** float(exponent.translate(raised) or 0)


@pytest.mark.parametrize("drawn", ["3", "scribble"])
def test_the_last_step_is_what_a_calculator_gives(open_page, drawn):
    tab = open_page()
    if drawn == "scribble":
        draw(tab, [[(25 + 15 * at, 20), (75 - 15 * at, 80)] for at in range(4)])
        answers(tab, "no digit")
    else:
        draw(tab, PLAIN[drawn])
        answers(tab, drawn)
    best = "no digit" if drawn == "scribble" else drawn
    playwright.expect(tab.locator("#last-table .best th")).to_have_text(best)
    head = tab.locator("#last-table thead th").all_inner_texts()
    rows = [
        row.locator("td").all_inner_texts() for row in tab.locator("#last-table tbody tr").all()
    ]
    assert len(rows) == 12
    scores = [value(row[1]) for row in rows[:11]]
    temperature = float(re.search(r"[\d.]+", head[3])[0])
    powers = np.exp(np.array(scores[:10]) / temperature)
    np.testing.assert_allclose([value(row[2]) for row in rows[:10]], powers, rtol=6e-4)
    np.testing.assert_allclose(value(rows[11][2]), powers.sum(), rtol=6e-4)
    told = tab.locator("#last-digit").inner_text()
    found = re.search(r"e to \((\S+) (\S) (\S+)\) is (.+?)\. ", told)
    score, sign, threshold, none = found.groups()
    assert value(score) == scores[10]
    no_digit = np.exp(scores[10] + value(sign + threshold))
    np.testing.assert_allclose(value(none), no_digit, rtol=6e-4)
    digit = np.exp(scores[:10]).sum()
    expected = [*(digit / (digit + no_digit) * powers / powers.sum()), no_digit / (digit + no_digit)]
    for row, share in zip(rows, expected, strict=False):
        small = "< 0.1 %" if share < 0.0005 else "> 99.9 %" if share > 0.9995 else None
        if small:
            assert row[4] == small
        else:
            assert abs(float(row[4].rstrip(" %")) - 100 * share) < 0.11


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
