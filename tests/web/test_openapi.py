from starlette.routing import Route

from digitnet.web import openapi
from digitnet.web.app import create_app
from digitnet.web.settings import Settings


def test_every_address_that_answers_is_described(reader):
    app = create_app(Settings(), reader)
    answering = {
        (route.path, method.lower())
        for route in app.routes
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


def test_an_answer_is_of_the_described_form(client, digits):
    from tests.reading.conftest import photo
    from tests.web.conftest import png

    answer = client.post("/api/read", content=png(photo(digits[2]))).json()
    post = openapi.document(Settings())["paths"]["/api/read"]["post"]
    schema = post["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(schema["required"]) <= set(answer)
    line = schema["properties"]["lines"]["items"]
    digit = line["properties"]["digits"]["items"]
    assert set(line["required"]) <= set(answer["lines"][0])
    assert set(digit["required"]) <= set(answer["lines"][0]["digits"][0])


def test_limits_and_tokens_are_the_servers():
    document = openapi.document(Settings(max_body_bytes=1234, token="sesame"))
    body = document["paths"]["/api/read"]["post"]["requestBody"]
    assert "at most 1,234 bytes" in body["description"]
    assert document["security"] == [{"token": []}]
    assert "sesame" not in str(document)
    assert "security" not in openapi.document(Settings())
