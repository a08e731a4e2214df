"""The page's numbers in a real browser: whoever reckons them again gets the same."""

import re
import unicodedata

import numpy as np
import pytest

from tests.web.browser import MARKS, answers, draw, playwright, shot, tile
from tests.web.forms import PLAIN

pytestmark = MARKS


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


def test_a_map_is_shown_with_all_that_it_is_made_of(open_page):
    tab = open_page()
    draw(tab, PLAIN["3"])
    answers(tab, "3")
    for layer in (1, 2, 3, 4, 5):
        look_into(tab, layer)


def look_into(tab, layer):
    """Map 4 of a layer, opened, calculated after the page, and closed."""
    tab.locator("#network").click(position=tile(tab, layer, 4))
    title = f"Layer {layer}, map 5" if layer < 5 else "Layer 5, the map that votes for 4"
    playwright.expect(tab.locator("#look-title")).to_have_text(title)
    playwright.expect(tab.locator("#look-title")).to_be_in_viewport(ratio=1)
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
            number, re.search(r"\((\d+) ÷ 255 . (\S+)\) ÷ (\S+) = (\S+)\.$", told).groups()
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
    playwright.expect(tab.locator("#network")).to_be_in_viewport()


def value(text):
    """What a pupil types into a calculator."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace("\N{MINUS SIGN}", "-")
    digits, _, exponent = plain.partition(" \N{MULTIPLICATION SIGN} 10")
    return float(digits) * 10.0 ** float(exponent or 0)


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
    # At one moment: the page may still be drawing what came of the last move of the pen.
    head, rows, told = tab.evaluate(
        """() => {
          const texts = (from, what) => [...from.querySelectorAll(what)].map((e) => e.innerText);
          const table = document.getElementById("last-table");
          const rows = [...table.querySelectorAll("tbody tr")].map((row) => texts(row, "td"));
          return [texts(table, "thead th"), rows, document.getElementById("last-digit").innerText];
        }"""
    )
    assert len(rows) == 12
    scores = [value(row[1]) for row in rows[:11]]
    temperature = float(re.search(r"[\d.]+", head[3])[0])
    powers = np.exp(np.array(scores[:10]) / temperature)
    np.testing.assert_allclose([value(row[2]) for row in rows[:10]], powers, rtol=6e-4)
    np.testing.assert_allclose(value(rows[11][2]), powers.sum(), rtol=6e-4)
    found = re.search(r"e to \((\S+) (\S) (\S+)\) is (.+?)\. ", told)
    score, sign, threshold, none = found.groups()
    assert value(score) == scores[10]
    no_digit = np.exp(scores[10] + value(sign + threshold))
    np.testing.assert_allclose(value(none), no_digit, rtol=6e-4)
    digit = np.exp(scores[:10]).sum()
    is_digit = digit / (digit + no_digit)
    expected = [*(is_digit * powers / powers.sum()), 1 - is_digit]
    for row, share in zip(rows, expected, strict=False):
        small = "< 0.1 %" if share < 0.0005 else "> 99.9 %" if share > 0.9995 else None
        if small:
            assert row[4] == small
        else:
            assert abs(float(row[4].rstrip(" %")) - 100 * share) < 0.11


def test_a_covered_spot_says_what_is_read_then(open_page):
    tab = open_page()
    spot = tab.locator("#spot")
    draw(tab, PLAIN["8"])
    playwright.expect(tab.locator("#last-table .best th")).to_have_text("8")
    playwright.expect(spot).to_contain_text("Move over")
    seen = tab.locator("#seen")
    side = seen.bounding_box()["width"]
    told = set()
    for row in range(9, 16, 2):
        for column in range(7, 20, 2):
            at = {"x": (column + 0.5) * side / 28, "y": (row + 0.5) * side / 28}
            seen.hover(position=at)
            found = re.search(r"points; then the likeliest is (.+)\.$", spot.inner_text())
            told |= {found[1]} if found else set()
    assert {"an 8", "a 3"} <= told  # without its left side
