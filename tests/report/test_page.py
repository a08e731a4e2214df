"""The page in a real browser."""

import shutil

import pytest

from digitnet.report.page import page, paragraph, table

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def test_what_it_is_given_is_text():
    content = page("a <b>", [("x & y", paragraph("<script>") + table([("<i>", "</table>")]))])
    text = content.decode()
    assert "<b>" not in text.split("</title>")[0].split("<title>")[1]
    assert "x &amp; y" in text
    assert "&lt;script&gt;" in text
    assert "&lt;/table&gt;" in text


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: apt install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_clean_and_a_click_shows_images(browser, written, scheme):
    view = browser.new_page(color_scheme=scheme, viewport={"width": 320, "height": 700})
    problems = []
    view.on("console", lambda message: problems.append(message.text))
    view.on("pageerror", lambda error: problems.append(str(error)))
    view.on("request", lambda request: request.url.startswith(("data:", "file:"))
            or problems.append(request.url))  # fmt: skip
    view.goto(f"file://{written}")
    wrong = view.locator(".wrong button").first
    wrong.click()
    assert view.locator("#cell figure").count() == int(wrong.inner_text())
    assert view.evaluate("document.documentElement.scrollWidth") <= 320
    assert problems == []
    view.close()
