"""The web server's port: is it free, and does something answer on it?"""

import errno
import http.client
import socket
from urllib.parse import urlsplit


class PortError(Exception):
    """Say in one sentence why a port cannot be used and what to type instead."""


def require_free_port(port: int, host: str = "127.0.0.1") -> None:
    """Return if a server can listen on the port, else raise PortError."""
    if not 1 <= port <= 65535:
        raise PortError(
            f"{port} is not a port. Choose a number from 1024 to 65535, for example PORT=8000."
        )
    reason = _why_not(port, host)
    if reason is None:
        return
    candidates = range(max(port, 1023) + 1, 65536)
    free = next((other for other in candidates[:50] if _why_not(other, host) is None), 8000)
    raise PortError(f"Port {port} {reason}. Choose another one, for example PORT={free}.")


def answers_http(address: str, timeout: float = 2.0) -> bool:
    """Tell whether a web server answers at the address with anything but a server error."""
    parts = urlsplit(address)
    # Not urllib: it would ask the proxy that the environment names for a loopback address.
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=timeout)
    try:
        connection.request("GET", parts.path or "/", headers={"Connection": "close"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _why_not(port: int, host: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does, so that connections of an earlier run that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return "needs an administrator"
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return "is already taken by another program"
    # macOS lets this address be bound while another program listens on all of them.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        if probe.connect_ex((host, port)) == 0:
            return "is already taken by another program"
    return None
