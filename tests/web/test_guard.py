import logging

import pytest


def test_requests_are_logged_with_their_status(client, caplog):
    with caplog.at_level(logging.INFO, "digitnet.web.access"):
        client.get("/nothing?secret=1")
    (entry,) = [r.entry for r in caplog.records if r.name == "digitnet.web.access"]
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/nothing", 404)
    assert isinstance(entry["duration_ms"], float)


@pytest.mark.parametrize("word", ["", "Bearer", "Bearer sesam", "Basic sesame", "sesame"])
def test_only_the_token_itself_opens(client_of, word):
    with client_of(token="sesame") as client:
        refused = client.get("/api/about", headers={"Authorization": word})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"] == "Bearer"
        assert refused.headers["x-frame-options"] == "DENY"
        assert client.get("/api/about", headers={"Authorization": "Bearer sesame"}).is_success


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_scheme_has_no_case_and_a_token_any_letters(client_of, scheme):
    with client_of(token="Öffne dich") as client:
        headers = {"Authorization": f"{scheme} Öffne dich".encode()}
        assert client.get("/api/about", headers=headers).is_success


@pytest.mark.parametrize(("hosts", "status"), [(0, 400), (1, 200), (2, 400)])
def test_a_request_names_its_host_once(client, hosts, status):
    """The test client always sends one, so the application is called as a server calls it."""
    sent = []
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": "/healthz",
        "query_string": b"", "headers": [(b"host", b"x")] * hosts, "client": ("::1", 1),
    }  # fmt: skip

    async def send(message):
        sent.append(message)

    client.portal.call(client.app, scope, None, send)
    assert sent[0]["status"] == status
    assert (b"x-frame-options", b"DENY") in sent[0]["headers"]
