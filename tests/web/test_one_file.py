"""The page as one file: from a file's address, without network, in a real browser."""

import re

import pytest

from digitnet.web import one_file
from digitnet.web.page_weights import DOCUMENTED, SHIPPED
from tests.web.browser import MARKS, PHONE, Watched, answers, draw, playwright
from tests.web.forms import PLAIN


@pytest.fixture(scope="module")
def page():
    return one_file.one_file(SHIPPED.read_bytes(), DOCUMENTED.read_bytes())


def test_it_can_be_mailed(page):
    assert len(page.encode()) < 250_000


def test_it_names_no_other_file(page):
    text = re.sub(r'"[A-Za-z0-9+/=]{1000,}"', "", page)
    assert not re.search(r'(?:src|href)="(?!#|data:|docs")', text)
    assert "https://" not in text
    assert not re.search(r"^\s*(?:import|export)\b", text, re.MULTILINE)


def test_modules_come_after_what_they_import():
    order = one_file.modules("main")
    assert order[-1] == "main"
    assert order.index("network") < order.index("reading") < order.index("worker")
    assert "server" not in order  # it needs one
    assert "api" not in order


def test_comments_alone_are_left_out():
    text = 'const a = "// no comment"; // kept\n// gone\n/** gone\n * too */\n  b(a);\n'
    assert one_file.without_comments(text) == 'const a = "// no comment"; // kept\nb(a);'


def test_no_text_of_a_module_goes_over_lines():
    """Indentation is left out: a text of several lines would lose it."""
    for path in one_file.STATIC.glob("*.js"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            assert line.count("`") % 2 == 0, f"{path.name}:{number}"


def test_files_for_a_host_are_all_that_the_page_asks_for():
    files = one_file.host_files(b"a", b"b")
    assert files["static/digitnet.bin"] == b"a"
    asked = re.findall(r'(?:src|href)="(static/[^"]+)"', files["index.html"].decode())
    assert set(asked) <= set(files)
    assert "static/server.js" not in files


def opened(browser, address, **options):
    watched = Watched(browser, (address,), offline=True, **options)
    watched.tab.goto(address)
    answers(watched.tab, "7")
    return watched


@pytest.fixture(scope="module")
def address(page, tmp_path_factory):
    path = tmp_path_factory.mktemp("stick") / "digits.html"
    path.write_text(page)
    return path.as_uri()


class TestInTheBrowser:
    pytestmark = MARKS

    def test_every_digit_is_read_without_a_network(self, browser, address):
        watched = opened(browser, address)
        for digit, strokes in PLAIN.items():
            watched.tab.click("#clear")
            draw(watched.tab, strokes)
            answers(watched.tab, digit)
            playwright.expect(watched.tab.locator("#spot")).to_contain_text("Move over")
        assert {url for url in watched.requests if not url.startswith("blob:")} == {address}
        watched.close()

    def test_it_reads_in_a_worker(self, browser, address):
        watched = opened(browser, address)
        assert len(watched.tab.workers) == 1
        watched.close()

    def test_without_a_worker_it_reads_all_the_same(self, browser, address):
        watched = Watched(browser, (address,), offline=True)
        watched.tab.add_init_script("delete globalThis.Worker")
        watched.tab.goto(address)
        answers(watched.tab, "7")
        draw(watched.tab, PLAIN["2"])
        answers(watched.tab, "2")
        playwright.expect(watched.tab.locator("#spot")).to_contain_text("Move over")
        watched.close()

    @pytest.mark.parametrize("index", range(5))
    def test_every_experiment_starts(self, browser, address, index):
        watched = opened(browser, address)
        watched.tab.locator("#experiment-list button").nth(index).click()
        answers(watched.tab, ["1", "3", "5", "no digit", "7"][index])
        playwright.expect(watched.tab.locator("#task")).to_be_visible()
        if index == 4:
            playwright.expect(watched.tab.locator("#other")).to_contain_text("They agree.")
        watched.close()

    def test_a_network_of_ones_own_is_told_as_what_it_is(self, browser, tmp_path):
        own = DOCUMENTED.read_bytes()
        path = tmp_path / "own.html"
        path.write_text(one_file.one_file(own, own), encoding="utf-8")
        watched = opened(browser, path.as_uri())
        facts = watched.tab.locator("footer")
        playwright.expect(facts).to_contain_text("19,450 numbers, learned by the recipe seed")
        watched.close()

    def test_what_needs_a_server_says_how_to_get_one(self, browser, address):
        watched = opened(browser, address)
        playwright.expect(watched.tab.locator("#pictures .alone")).to_contain_text("digitnet serve")
        playwright.expect(watched.tab.locator("#drop")).to_be_hidden()
        watched.close()

    def test_it_works_on_a_phone_and_survives_a_reload(self, browser, address):
        watched = opened(browser, address, **PHONE)
        tab = watched.tab
        draw(tab, PLAIN["6"])
        answers(tab, "6")
        tab.wait_for_timeout(400)
        tab.reload()
        answers(tab, "6")
        watched.close()

    def test_the_folder_does_the_same(self, browser, tmp_path):
        from tests.web.browser import folder_served

        for name, content in one_file.host_files(
            SHIPPED.read_bytes(), DOCUMENTED.read_bytes()
        ).items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
        with folder_served(tmp_path) as address:
            watched = Watched(browser, (address,))
            watched.tab.goto(address)
            answers(watched.tab, "7")
            draw(watched.tab, PLAIN["4"])
            answers(watched.tab, "4")
            watched.close()
