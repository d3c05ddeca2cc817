"""Serving an application on an address until told to stop."""

import ipaddress
import logging
import socket
from collections.abc import Callable
from typing import Final

import uvicorn

from penstock.errors import Conflict, InvalidInput
from penstock.server.app import create_app
from penstock.server.application import Application

_MOST_CONNECTIONS: Final = 1000


def listen(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Args:
        shared: whether who uses it has to sign in. Without, only loopback is listened on.

    Raises:
        InvalidInput: no such address, or one that is not for this.
        Conflict: something else listens there.
    """
    if not shared and not is_loopback(host):
        raise InvalidInput(
            f"While there are no users, Penstock listens on loopback addresses only, not on "
            f"{host}.",
            hint="Make an administrator first: `penstock users add NAME --role admin`, or with "
            "the link that `penstock up` prints. Or forward the port with ssh -L.",
        )
    address = "127.0.0.1" if host == "localhost" else host
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # Said in full: asyncio switches Nagle's algorithm off only where the protocol is, and with it
    # an answer's body waits 40 ms for the other side to have acknowledged the head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(128)
    except socket.gaierror as error:
        listener.close()
        raise InvalidInput(f"{host} is no address of this machine.") from error
    except OSError as error:
        listener.close()
        raise Conflict(
            f"Port {port} of {address} cannot be listened on: {error.strerror}.",
            hint="Choose another with --port; --port 0 takes a free one.",
        ) from error
    except OverflowError as error:
        listener.close()
        raise InvalidInput(f"{port} is no port: they go from 0 to 65535.") from error
    return listener


def url_of(listener: socket.socket) -> str:
    """Its address, as programs on this machine use it."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """A uvicorn server that says when it answers."""

    def __init__(
        self,
        application: Application,
        on_ready: Callable[[], None] | None = None,
        *,
        trusted_proxy: str | None = None,
    ) -> None:
        # No access log: a path or query string may hold what a log should not.
        config = uvicorn.Config(
            create_app(application),
            access_log=False,
            log_level=logging.WARNING,
            server_header=False,
            # Who is not the proxy could call itself by any address, and try passwords for ever.
            proxy_headers=trusted_proxy is not None,
            forwarded_allow_ips=trusted_proxy or "",
            # The parser that bounds a request's head, at 64 KiB; there are no web sockets here.
            http="h11",
            ws="none",
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=5,
            lifespan="on",
        )
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
