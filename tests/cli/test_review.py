import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from digitnet.cli.review import Review
from digitnet.errors import OutputError, PictureError
from digitnet.reading import Answer, Digit, Expected, Reading, TextLine
from tests.cli.test_rows import LINES, digit

CHROMIUM = Path("/usr/bin/chromium")
PREVIEW = io.BytesIO()
Image.new("L", (64, 32), 200).save(PREVIEW, "JPEG")
SURE = Reading((TextLine((digit(7, (1, 1, 4, 6), 0.99),)),), 40, 50)
READING = Reading(LINES, 40, 50)  # "42" and a refused 0


def written(path, *items, expected=None):
    with Review(path, expected) as review:
        for name, result in items:
            review.add(
                name, result, b"" if isinstance(result, PictureError) else PREVIEW.getvalue()
            )
    return path


def data(path):
    (content,) = re.findall(r'id="data">(.*?)</script>', path.read_text(), re.DOTALL)
    return json.loads(content)


def test_every_picture_is_in_it_with_what_was_read(tmp_path):
    path = written(
        tmp_path / "r.html", ("a</script>.png", READING), ("b.png", PictureError("damaged"))
    )
    first, second = data(path)["items"]
    assert (first["path"], first["text"], first["sure"]) == ("a</script>.png", "42\n?", 0.25)
    assert first["digits"][0] == [0, 0.25, 225, 180, 225, 180]
    assert first["marked"] == [["42", 0.91], ["\n?", 0.0]]
    assert base64.b64decode(first["image"]) == PREVIEW.getvalue()
    assert (second["sure"], second["error"], second["image"]) == (-1, "damaged", "")


def test_no_other_file_is_touched(tmp_path):
    other = tmp_path / "r.html.part"
    other.write_text("somebody's own")
    path = written(tmp_path / "r.html", ("a.png", READING))
    with pytest.raises(ZeroDivisionError), Review(tmp_path / "broken.html"):
        _ = 1 / 0
    assert sorted(tmp_path.iterdir()) == [path, other]
    assert other.read_text() == "somebody's own"


def test_an_answer_takes_the_texts_place(tmp_path):
    answered = replace(READING, answers=(Answer("42", 0.75, 0),))
    (item,) = data(written(tmp_path / "r.html", ("a.png", answered)))["items"]
    assert (item["text"], item["sure"], item["marked"]) == ("42", 0.75, [["42", 0.75]])


def test_where_nothing_fits_what_was_read_stands_to_be_corrected(tmp_path):
    nothing = replace(READING, answers=())
    (item,) = data(written(tmp_path / "r.html", ("a.png", nothing)))["items"]
    assert (item["text"], item["sure"]) == (READING.text, 0)
    assert item["note"].startswith("nothing fits what was expected")


def test_a_page_of_many_digits_stays_under_10_kb(tmp_path):
    line = TextLine(tuple(Digit((1000 + n, 2000, 100, 200), True, (0.1,) * 10, 0.5 + n / 1000)
                          for n in range(300)))  # fmt: skip
    empty = written(tmp_path / "empty.html")
    full = written(tmp_path / "full.html", ("a.png", Reading((line,), 4000, 3000)))
    thumbnail = len(base64.b64encode(PREVIEW.getvalue()))
    assert full.stat().st_size - empty.stat().st_size - thumbnail < 10_000


def test_only_a_whole_page_takes_its_name_but_ctrl_c_keeps_what_there_is(tmp_path):
    def ended(error):
        with Review(tmp_path / "r.html") as review:
            review.add("a.png", SURE, PREVIEW.getvalue())
            raise error

    with pytest.raises(RuntimeError):
        ended(RuntimeError())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(KeyboardInterrupt):
        ended(KeyboardInterrupt())
    assert len(data(tmp_path / "r.html")["items"]) == 1


def test_what_cannot_be_written_is_one_line(tmp_path, capsys):
    with (
        pytest.raises(OutputError, match=r"cannot write .*r.html: No such file"),
        Review(tmp_path / "none" / "r.html"),
    ):
        pass
    written(Path("-"), ("a.png", SURE))
    assert capsys.readouterr().out.startswith("<!doctype html>")
    written(None, ("a.png", SURE))


@pytest.fixture
def browser():
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium here")
    sync = pytest.importorskip("playwright.sync_api")
    with sync.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_person_checks_all_by_keyboard_and_saves(browser, tmp_path):
    path = written(
        tmp_path / "r.html",
        ("sure, and odd.png", SURE),
        ("unsure.png", replace(READING, page=2, pages=3)),
        ("bad.png", PictureError("damaged")),
    )
    page = browser.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    names = page.locator("h2").all_inner_texts()
    assert names == ["bad.png", "unsure.png, page 2", "sure, and odd.png"]
    assert page.locator("rect").count() == 4
    assert page.locator("rect.unsure").count() == 1
    assert page.locator(".was b").inner_text().strip() == "?"
    page.keyboard.type("31")
    page.keyboard.press("Enter")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("42")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("0")
    assert page.locator("#status").inner_text() == "2 of 3 checked, 2 corrected"
    page.keyboard.press("Escape")
    assert page.locator("#status").inner_text() == "1 of 3 checked, 1 corrected"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "save"
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    content = Path(download.value.path()).read_text()
    first, second, third = csv.DictReader(io.StringIO(content, newline=""))
    assert (first["path"], first["text"], first["sure"]) == ("sure, and odd.png", "7", "0.99")
    assert (second["page"], second["text"], second["checked"]) == ("2", "42\n?", "true")
    assert (third["text"], third["read"], third["error"]) == ("31", "", "damaged")
    page.reload()
    assert page.locator("#status").inner_text() == "3 of 3 checked, 1 corrected"
    assert said == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("expected", "typed", "said"),
    [
        (None, "42", ""),
        (None, "4x", "x is no digit"),
        (Expected(3), "42", "42: expected 3 digits"),
        (Expected(3), "4 2 1", ""),
        (Expected(valid=["007", "12"]), "13", "13: expected one of 2 numbers"),
        (Expected(valid=["007", "12"]), "007", ""),
    ],
)
def test_an_odd_correction_is_pointed_out_and_kept(browser, tmp_path, expected, typed, said):
    page = browser.new_page()
    page.goto(written(tmp_path / "r.html", ("a.png", SURE), expected=expected).as_uri())
    assert page.locator(".odd").inner_text() == ""
    page.keyboard.type(typed)
    assert page.locator(".odd").inner_text() == said
    page.keyboard.press("Enter")
    with page.expect_download() as download:
        page.keyboard.press("Control+s")
    assert f",{typed},7,true," in Path(download.value.path()).read_text()


@pytest.mark.slow
def test_where_a_browser_keeps_nothing_the_page_says_so(browser, tmp_path):
    page = browser.new_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new Error('full'); }")
    page.goto(written(tmp_path / "r.html", ("a.png", SURE)).as_uri())
    assert page.locator("#status").inner_text() == "0 of 1 checked, 0 corrected"
    page.keyboard.press("Enter")
    assert page.locator("#status").inner_text() == (
        "1 of 1 checked, 0 corrected; this browser keeps nothing, so save before you close the page"
    )


def test_a_full_disk_leaves_no_hidden_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError, match="cannot write"), Review(tmp_path / "r.html") as review:
        monkeypatch.setattr(review._file, "write", full)
    assert list(tmp_path.iterdir()) == []


def test_lines_that_fit_nothing_are_told_and_come_first(tmp_path):
    two = replace(READING, lines=LINES[:1] * 2, answers=(Answer("42", 0.9, 1),))
    path = written(tmp_path / "r.html", ("a.png", two), expected=Expected(2))
    (item,) = data(path)["items"]
    assert (item["text"], item["sure"]) == ("42", 0.0)
    assert item["note"] == "nothing fits in place of 42"


def test_a_pipe_that_closes_leaves_standard_output_open(monkeypatch):
    class Closed(io.TextIOWrapper):
        def write(self, text):
            raise BrokenPipeError(32, "Broken pipe")

    stdout = Closed(io.BytesIO())
    monkeypatch.setattr("sys.stdout", stdout)
    with pytest.raises(OutputError, match="cannot write standard output"), Review(Path("-")):
        pass
    assert not stdout.closed
