"""The page's experiments in a real browser: each is done when its task is, and not before."""

import pytest

from tests.web.browser import MARKS, answers, draw, experiment, playwright, shot
from tests.web.forms import PLAIN

pytestmark = MARKS
SCRIBBLE = [[(25 + 15 * at, 20), (75 - 15 * at, 80)] for at in range(4)]


def not_done(tab):
    tab.wait_for_timeout(300)
    playwright.expect(tab.locator("#task strong")).to_have_count(0)
    playwright.expect(tab.locator(".said p").first).to_be_visible()


def shows(tab, text):
    """The end takes the task's place, and the board stays where it is."""
    end = tab.locator(".said p").last
    playwright.expect(end).to_contain_text("Done!")
    playwright.expect(end).to_contain_text(text)
    playwright.expect(tab.locator(".said p").first).to_be_hidden()


def test_a_one_becomes_a_seven(open_page):
    tab = open_page()
    experiment(tab, 0)
    answers(tab, "1")
    tab.click("#clear")
    draw(tab, PLAIN["7"])  # a 7 from nothing is not what is asked for
    answers(tab, "7")
    not_done(tab)
    experiment(tab, 0)
    answers(tab, "1")
    board = tab.locator("#board").bounding_box()
    draw(tab, [[(24, 20), (48, 18)], [(24, 20), (24, 26)], [(20, 20), (56, 14)]])
    answers(tab, "7")
    shows(tab, "The 1 is still there")
    assert tab.locator("#board").bounding_box() == board
    shot(tab, "done")


def test_a_digit_in_another_corner_is_read(open_page):
    tab = open_page()
    experiment(tab, 1)
    answers(tab, "3")
    tab.click("#clear")
    draw(tab, PLAIN["7"])
    answers(tab, "7")
    not_done(tab)  # large
    tab.click("#clear")
    draw(tab, PLAIN["4"], (0.56, 0.56, 0.42))
    answers(tab, "4")
    not_done(tab)  # our corner
    tab.click("#clear")
    draw(tab, PLAIN["4"], (0.04, 0.04, 0.4))
    answers(tab, "4")
    shows(tab, "Place and size hardly matter")


def test_thin_and_thick(open_page):
    tab = open_page()
    experiment(tab, 2)
    answers(tab, "5")
    tab.fill("#brush", "30")
    not_done(tab)
    tab.fill("#brush", "64")
    shows(tab, "With the thinnest pen the answer is 5, with the thickest 5.")
    answers(tab, "5")


def test_a_letter_is_no_digit_until_one_fools_the_network(open_page):
    tab = open_page()
    experiment(tab, 3)
    answers(tab, "no digit")
    tab.click("#clear")
    draw(tab, PLAIN["7"])  # no letter
    answers(tab, "7")
    not_done(tab)
    tab.get_by_role("button", name="K", exact=True).click()
    answers(tab, "no digit")
    not_done(tab)
    tab.get_by_role("button", name="S", exact=True).click()
    answers(tab, "5")
    shows(tab, "The letter S has the form of a 5.")


@pytest.mark.parametrize("viewport", [(1440, 900), (390, 844)])
def test_two_networks_on_one_drawing(open_page, viewport):
    tab = open_page(viewport=dict(zip(("width", "height"), viewport, strict=True)))
    experiment(tab, 4)
    other = tab.locator("#other")
    playwright.expect(other).to_contain_text("This network says 7 (100 %)")
    playwright.expect(other).to_contain_text("They agree.")
    playwright.expect(other).to_be_in_viewport(ratio=1)
    tab.click("#clear")
    draw(tab, SCRIBBLE)
    answers(tab, "no digit")
    playwright.expect(other).to_contain_text("says no digit (")
    playwright.expect(other).to_contain_text("They differ.")
    playwright.expect(other).to_be_in_viewport(ratio=1)
    shot(tab, f"differ-{viewport[0]}")
    shows(tab, "if they learned from different pictures")
    tab.click("#clear")
    draw(tab, PLAIN["1"])
    playwright.expect(other).to_contain_text("They agree.")
    not_done(tab)
    experiment(tab, 0)
    playwright.expect(other).to_have_text("")


def test_an_experiment_comes_back_with_its_drawing(open_page):
    tab = open_page()
    experiment(tab, 1)
    answers(tab, "3")
    tab.reload()
    answers(tab, "3")
    playwright.expect(tab.locator("#task")).to_contain_text("This 3 is small and in a corner")
    assert tab.locator("#experiment-list button").nth(1).get_attribute("aria-pressed") == "true"
