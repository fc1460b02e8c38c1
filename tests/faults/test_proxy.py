"""The proxy of the fault cases, before a server that says everything back."""

from __future__ import annotations

import socket
import socketserver
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.faults.proxy import HOST, Mode, Proxy


class Echo(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        while data := self.request.recv(1024):
            self.request.sendall(data)


class Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    # A short path: the one of a unix socket has 104 bytes at most.
    with tempfile.TemporaryDirectory(prefix="evalhub-echo-") as folder:
        upstream = Path(folder) / "echo.sock"
        with Server(str(upstream), Echo) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            with Proxy(upstream) as proxy:
                yield proxy
            server.shutdown()
            thread.join()


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection((HOST, proxy.port), timeout=5)


def say(connection: socket.socket, words: bytes) -> bytes:
    connection.sendall(words)
    return connection.recv(1024)


def say_until_it_ends(connection: socket.socket) -> None:
    """Speak on; the answers that were under way may come before the end, and no more than those."""
    for _ in range(3):
        assert say(connection, b"still there?"), "it ended in order, without a reset"


def test_it_passes_both_ways(proxy: Proxy) -> None:
    with connect(proxy) as one, connect(proxy) as other:
        assert (say(one, b"one"), say(other, b"other")) == (b"one", b"other")


def test_it_refuses_new_connections_and_resets_open_ones(proxy: Proxy) -> None:
    with connect(proxy) as connection:
        say(connection, b"hello")
        proxy.set(Mode.REFUSE)
        with pytest.raises(ConnectionError):
            say_until_it_ends(connection)
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    proxy.set(Mode.PASS)
    with connect(proxy) as connection:
        assert say(connection, b"back") == b"back"


def test_it_holds_what_is_sent_while_it_hangs(proxy: Proxy) -> None:
    with connect(proxy) as before:
        say(before, b"hello")
        proxy.set(Mode.HANG)
        with connect(proxy) as during:
            for connection in (before, during):
                connection.settimeout(0.2)
                with pytest.raises(TimeoutError):
                    say(connection, b"held")
            proxy.set(Mode.PASS)
            for connection in (before, during):
                connection.settimeout(5)
                assert connection.recv(1024) == b"held"


def test_it_resets_what_connects(proxy: Proxy) -> None:
    proxy.set(Mode.RESET)
    with pytest.raises(ConnectionError), connect(proxy) as connection:
        say_until_it_ends(connection)


def test_it_cuts_after_so_many_bytes_and_passes_again(proxy: Proxy) -> None:
    with connect(proxy) as connection:
        assert say(connection, b"hello") == b"hello"
        proxy.cut_after(4)
        assert say(connection, b"123") == b"123"
        with pytest.raises(ConnectionError):
            say_until_it_ends(connection)
    with connect(proxy) as connection:
        assert say(connection, b"a longer word") == b"a longer word"
