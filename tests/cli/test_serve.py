import asyncio
import socket

import pytest

pytest.importorskip("starlette", reason="the web extra is not installed: pip install '.[web]'")

from digitnet.cli.serve import listen
from tests.conftest import python
from tests.web.conftest import running


def test_a_port_that_is_taken(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        outcome = command("serve", "--port", taken.getsockname()[1], "--no-browser")
    assert (outcome.status, outcome.out) == (2, "")
    assert "cannot listen on 127.0.0.1 port" in outcome.err
    assert outcome.err.endswith("try another --port\n")
    assert outcome.err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--port", "99999"], "cannot listen on 127.0.0.1 port 99999"),
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
        (["--weights", "none.onnx"], "cannot read none.onnx"),
        (["--taught", "none.npz"], "cannot read none.npz"),
        (["--collect", "/dev/null/x"], "cannot keep corrections in /dev/null/x"),
        (["--workers", "0"], "argument --workers: 0 is below 1"),
        (["--token", " "], "the token is empty, so everybody would be answered"),
        (["--timeout", "0"], "argument --timeout: no time is left, expected more than 0 seconds"),
    ],
)
def test_bad_requests(command, flags, message):
    outcome = command("serve", "--no-browser", "--port", "0", *flags)
    assert (outcome.status, outcome.out) == (2, "")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


def test_an_empty_token_in_the_environment_is_refused(command, monkeypatch):
    monkeypatch.setenv("DIGITNET_TOKEN", "")
    assert "the token is empty" in command("serve", "--no-browser", "--port", "0").err


@pytest.mark.slow
def test_it_says_where_it_is_and_stays_at_home():
    with running() as server:
        assert server.stop() == 0
        assert "warning" not in server.log


def test_serving_imports_neither_torch_nor_a_reader():
    script = (
        "import sys, dignet_cli\n"
        "from digitnet.web.app import create_app\n"
        # Nor what decodes strangers' pictures: that is the workers'.
        "sys.exit(bool({'torch', 'cv2', 'onnxruntime'} & set(sys.modules)))"
    ).replace("dignet_cli", "digitnet.cli.serve")
    assert python("-W", "ignore", "-c", script).status == 0


def test_answers_do_not_wait_for_acknowledgements():
    """Nagle's delay is off on what is accepted, as asyncio does where the protocol is named."""

    async def accepted_without_delay():
        found = asyncio.get_running_loop().create_future()

        class Answers(asyncio.Protocol):
            def connection_made(self, transport):
                accepted = transport.get_extra_info("socket")
                found.set_result(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        listening = listen("127.0.0.1", 0)
        server = await asyncio.get_running_loop().create_server(Answers, sock=listening)
        async with server:
            with socket.create_connection(listening.getsockname()):
                return await asyncio.wait_for(found, 10)

    assert asyncio.run(accepted_without_delay())
