import pytest
from starlette.routing import Route

from digitnet.web import openapi
from digitnet.web.app import create_app
from digitnet.web.settings import Settings
from tests.reading.conftest import page, photo
from tests.web.conftest import png
from tests.web.test_schemas import validated


def test_every_address_that_answers_is_described():
    answering = {
        (route.path, method.lower())
        for route in create_app(Settings()).routes
        if isinstance(route, Route)
        for method in route.methods - {"HEAD"}
    }
    described = {
        (path, method)
        for path, methods in openapi.document(Settings())["paths"].items()
        for method in methods
    }
    pages = {("/", "get"), ("/docs", "get"), ("/openapi.json", "get")}
    static = {address for address in answering if address[0].startswith("/static/")}
    assert described == answering - pages - static


@pytest.mark.slow
@pytest.mark.parametrize("one", ["true", "false"])
def test_answers_are_of_the_described_form(client, digits, one):
    for picture in (png(photo(digits[2])), png(page(digits, ["2026"]))):
        validated("Answer", client.post(f"/api/read?one={one}", content=picture).json())
    validated("Problem", client.post("/api/read", content=b"text").json())
    validated("About", client.get("/api/about").json())
    validated("Status", client.get("/readyz").json())


def test_the_described_correction_is_taken(client_of, tmp_path):
    from digitnet.web.schemas import CORRECTION_EXAMPLE

    with client_of(collect=tmp_path) as client:
        answer = client.post("/api/correct", json=CORRECTION_EXAMPLE)
        assert answer.status_code == 201
        validated("Kept", answer.json())
        withdrawn = client.delete(f"/api/correct/{answer.json()['name']}")
        validated("Withdrawn", withdrawn.json())


def test_limits_and_tokens_are_the_servers():
    document = openapi.document(Settings(max_body_bytes=12_300_000, token="sesame"))
    body = document["paths"]["/api/read"]["post"]["requestBody"]
    assert "at most 12.3 MB and 16 megapixels" in body["description"]
    asked = {path for path in document["paths"] if "security" in str(document["paths"][path])}
    assert asked == {"/api/read", "/api/correct", "/api/correct/{name}", "/api/about", "/metrics"}
    assert "sesame" not in str(document)
    assert "security" not in str(openapi.document(Settings()))
