import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from evalhub.demo.ports import PortError, answers_http, require_free_port


class StatusInPath(BaseHTTPRequestHandler):
    """Answer /404 with 404, and so on."""

    def do_GET(self) -> None:
        self.send_response(int(self.path.strip("/") or 200))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        pass


@pytest.fixture
def web_port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), StatusInPath) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_it_takes_a_free_port(closed_port: int) -> None:
    require_free_port(closed_port)

    with socket.socket() as server:  # the check itself holds on to nothing
        server.bind(("127.0.0.1", closed_port))
        assert server.getsockname() == ("127.0.0.1", closed_port)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104 (what others may do)
def test_it_refuses_a_taken_port_and_names_a_free_one(host: str) -> None:
    with socket.socket() as other:
        other.bind((host, 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortError) as refusal:
            require_free_port(port)

    assert f"Port {port} is already taken by another program." in str(refusal.value)
    suggested = re.search(r"for example PORT=(\d+)\.", str(refusal.value))
    assert suggested is not None
    assert int(suggested[1]) != port
    require_free_port(int(suggested[1]))


@pytest.mark.parametrize("port", [-1, 0, 65536])
def test_it_refuses_what_is_not_a_port(port: int) -> None:
    with pytest.raises(PortError, match=f"{port} is not a port. Choose a number .* PORT=8000"):
        require_free_port(port)


@pytest.mark.parametrize(("path", "answers"), [("/", True), ("/404", True), ("/503", False)])
def test_it_takes_any_answer_but_a_server_error(web_port: int, path: str, answers: bool) -> None:
    assert answers_http(f"http://127.0.0.1:{web_port}{path}") is answers


def test_it_knows_that_nothing_answers(closed_port: int) -> None:
    assert not answers_http(f"http://127.0.0.1:{closed_port}/")
