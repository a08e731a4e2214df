import gzip

from digitnet.web import pages


def test_every_file_of_the_page_has_an_address():
    paths = {route.path for route in pages.routes()}
    assert {"/", "/docs", "/static/main.js", "/static/style.css", "/static/icon.svg"} <= paths
    assert len(paths) == len(list(pages._FOLDER.iterdir()))


def test_a_file_is_packed_for_those_who_take_it(client):
    packed = client.get("/static/main.js", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/static/main.js", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    whole = (pages._FOLDER / "main.js").read_bytes()
    assert packed.content == plain.content == whole
    assert int(packed.headers["content-length"]) == len(gzip.compress(whole, mtime=0))


def test_a_changed_file_is_sent(client):
    answer = client.get("/static/main.js", headers={"If-None-Match": '"another"'})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
