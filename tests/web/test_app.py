import io
import json

import pytest
from PIL import Image

import digitnet
from digitnet.web.one_file import STATIC
from tests.reading.conftest import page
from tests.web.conftest import problem

# The same answer everywhere


@pytest.mark.slow
@pytest.mark.parametrize("name", ["digit", "page", "blank", "cross"])
@pytest.mark.parametrize("one", [False, True])
def test_http_the_command_and_python_agree(client, command, pictures, tmp_path, name, one):
    path = tmp_path / f"{name}.png"
    path.write_bytes(pictures[name])
    answer = client.post(f"/api/read?one={str(one).lower()}", content=pictures[name])
    assert answer.status_code == 200
    printed = json.loads(command("read", "--json", path, *(["--one"] if one else [])).out)
    assert printed.pop("path") == str(path)
    assert answer.json() == printed == digitnet.Reader().read(path, one=one).to_dict()


@pytest.mark.slow
def test_top_is_the_number_of_guesses(client, pictures):
    answer = client.post("/api/read?top=10", content=pictures["digit"]).json()
    (digit,) = answer["lines"][0]["digits"]
    assert sorted(name for name, _ in digit["top"]) == list(range(10))


# As forms, and packed


@pytest.mark.slow
def test_a_form_is_read_as_its_file_is(client, pictures):
    """As `curl -F file=@digit.png -F one=true` sends it."""
    sent = {"files": {"file": ("digit.png", pictures["digit"])}}
    alone = client.post("/api/read?one=true&top=1", content=pictures["digit"])
    assert client.post("/api/read?top=1", data={"one": "true"}, **sent).json() == alone.json()
    assert client.post("/api/read?one=true", data={"top": "1"}, **sent).json() == alone.json()


def test_a_form_without_a_file_and_with_an_unknown_field(client, pictures):
    sent = {"files": {"file": ("digit.png", pictures["digit"])}}
    assert problem(client.post("/api/read", files={"one": (None, "1")})) == (422, "no_file")
    assert problem(client.post("/api/read", data={"oen": "1"}, **sent)) == (422, "bad_parameter")


@pytest.mark.slow
def test_a_picture_from_curl_that_lost_its_line_ends(client, pictures):
    sent_as = {"Content-Type": "application/x-www-form-urlencoded"}
    whole = client.post("/api/read", content=pictures["page"], headers=sent_as)
    assert whole.status_code == 200
    stripped = pictures["page"].replace(b"\n", b"").replace(b"\r", b"")
    lost = client.post("/api/read", content=stripped, headers=sent_as)
    assert problem(lost) == (422, "stripped")
    assert "--data-binary" in lost.json()["error"]["message"]


@pytest.mark.slow
@pytest.mark.parametrize(("asked", "packed"), [("gzip", True), ("gzip;q=0", False), ("*", True)])
def test_json_is_packed_where_it_is_long(client, pictures, asked, packed):
    headers = {"Accept-Encoding": asked}
    long = client.post("/api/read", content=pictures["page"], headers=headers)
    assert (long.headers.get("content-encoding") == "gzip") == packed
    assert long.headers["vary"] == "Accept-Encoding"
    short = client.post("/api/read", content=pictures["blank"], headers=headers)
    assert "content-encoding" not in short.headers
    assert (long.json()["text"], short.json()["text"]) == ("2026 1123\n31415", "")


# Several pages, and known answers


@pytest.fixture(scope="module")
def scan(digits):
    """A TIFF of two pages, "31" and "4", and one that is too large."""
    pages = [Image.fromarray(page(digits, [text])) for text in ("31", "4")]
    buffer = io.BytesIO()
    pages.append(Image.new("L", (1000, 1000), 255))
    pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:])
    return buffer.getvalue()


@pytest.mark.slow
def test_every_page_is_answered(client_of, scan):
    with client_of(max_pixels=900_000) as client:
        pages = client.post("/api/read", content=scan).json()["pages"]
        second = client.post("/api/read?page=2", content=scan).json()
        third = client.post("/api/read?page=3", content=scan)
        fourth = client.post("/api/read?page=4", content=scan)
    assert [answer.get("text") for answer in pages] == ["31", "4", None]
    assert [answer["page"] for answer in pages] == [1, 2, 3]
    assert "1 megapixels (1000 x 1000), expected at most 0.9" in pages[2]["error"]
    assert "--max-pixels" not in pages[2]["error"]
    assert second == pages[1]
    assert problem(third) == problem(fourth) == (422, "unreadable_picture")


def test_more_pages_than_allowed_are_read_one_by_one(client_of, scan):
    with client_of(max_pages=2) as client:
        assert problem(client.post("/api/read", content=scan)) == (422, "too_many_pages")
        assert client.post("/api/read?page=2", content=scan).json()["text"] == "4"


@pytest.mark.slow
def test_a_number_of_known_shape(client, pictures):
    two = client.post("/api/read?digits=5", content=pictures["page"]).json()["answers"]
    assert [(answer["text"], answer["line"]) for answer in two] == [("31415", 1)]
    listed = client.post("/api/read?valid=20261123,31415", content=pictures["page"]).json()
    assert [answer["text"] for answer in listed["answers"]] == ["20261123", "31415"]
    sent = {"file": ("page.png", pictures["page"]), "valid": ("list.txt", b"31415\n271828\n")}
    listed = client.post("/api/read", files=sent).json()
    assert [answer["text"] for answer in listed["answers"]] == ["31415"]


@pytest.mark.parametrize("query", ["valid=12a", "valid=", "digits=0", "digits=2&valid=1,234"])
def test_what_no_number_can_be(client, pictures, query):
    answer = client.post(f"/api/read?{query}", content=pictures["digit"])
    assert problem(answer) == (422, "bad_parameter")


# For operators


def test_alive_and_ready(client):
    assert client.get("/healthz").json() == {"status": "alive"}
    assert client.get("/readyz").json() == {"status": "ready"}


@pytest.mark.slow
def test_counters(client, pictures):
    client.post("/api/read", content=pictures["page"])
    client.post("/api/read", content=b"text")
    client.get("/made/up/address")
    text = client.get("/metrics").text
    assert 'digitnet_requests_total{route="/api/read",status="200"} 1.0' in text
    assert 'digitnet_requests_total{route="/api/read",status="422"} 1.0' in text
    assert 'route="other",status="404"' in text
    assert "made" not in text
    assert "digitnet_digits_total 13.0" in text
    assert "digitnet_request_seconds_bucket" in text


def test_the_api_is_described(client):
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert {"/api/read", "/healthz", "/readyz", "/metrics"} <= set(document["paths"])
    assert client.get("/docs").status_code == 200


# The page


def test_the_page_is_small_and_asks_nobody_else(client):
    page = client.get("/")
    assert page.status_code == 200
    names = [path.name for path in STATIC.iterdir() if path.suffix in (".css", ".js", ".svg")]
    contents = [page, *(client.get(f"/static/{name}") for name in names)]
    assert all(answer.status_code == 200 for answer in contents)
    assert sum(len(answer.content) for answer in contents) < 250_000
    for answer in contents:
        assert "http://" not in answer.text.replace("http://www.w3.org/", "")
        assert "https://" not in answer.text
        assert len(answer.text.splitlines()) < 330


def test_an_unchanged_file_is_not_sent_again(client):
    first = client.get("/static/main.js")
    tags = f'"other", W/{first.headers["etag"]}'
    again = client.get("/static/main.js", headers={"If-None-Match": tags})
    assert (again.status_code, again.content) == (304, b"")
