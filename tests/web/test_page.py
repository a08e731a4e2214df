"""The page in a real browser: drawn on, looked into, by keyboard."""

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
