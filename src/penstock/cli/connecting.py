"""Finding the server to talk to, or being it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from penstock.cli.client import Client
from penstock.cli.session import LOCK_WAIT
from penstock.errors import InvalidInput
from penstock.server.data_directory import Address, DataDirectory, is_loopback

_TIMEOUT = httpx.Timeout(10.0, read=None)
"""No limit on reading: a probe waits for IAM, a run for its cards."""


@contextlib.contextmanager
def connect(data: Path | None, server: str | None, *, worker: bool) -> Iterator[Client]:
    """See `Session.client`."""
    directory = DataDirectory(data)
    if server:
        with _remote(server, _token_for(server, directory)) as client:
            yield client
        return
    with directory.own(wait=LOCK_WAIT, meanwhile=lambda: directory.server() is not None) as mine:
        if mine:
            with _in_process(directory, worker=worker) as client:
                yield client
            return
    address = directory.server()
    assert address is not None
    with _remote(address.url, address.token) as client:
        yield client


@contextlib.contextmanager
def _remote(url: str, token: str | None) -> Iterator[Client]:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise InvalidInput(
            f"{url} is no address of a server.", hint="Such as --server http://127.0.0.1:8420."
        )
    if token and urlsplit(url).scheme == "http" and not is_loopback(url):
        raise InvalidInput(
            f"The token would be sent to {url} for anyone on the way to read.",
            hint="Forward the server's port with ssh -L and name it as http://127.0.0.1:PORT.",
        )
    headers = {"Authorization": f"Bearer {token}"} if token else None
    # Without the environment's proxies: the server is on this machine.
    with httpx.Client(base_url=url, headers=headers, timeout=_TIMEOUT, trust_env=False) as http:
        yield Client(http, is_remote=True)


@contextlib.contextmanager
def _in_process(directory: DataDirectory, *, worker: bool) -> Iterator[Client]:
    from penstock.cli.asgi import Transport  # noqa: PLC0415 - FastAPI is not needed for a server
    from penstock.server.app import create_app  # noqa: PLC0415
    from penstock.wiring import open_application  # noqa: PLC0415

    application = open_application(directory.path, worker=worker)
    # Whoever can open the data directory may do all of it.
    owner = {"Authorization": f"Bearer {application.token}"}
    with (
        Transport(create_app(application)) as transport,
        httpx.Client(
            base_url="http://localhost", transport=transport, headers=owner, timeout=_TIMEOUT
        ) as http,
    ):
        yield Client(http, is_remote=False)


def _token_for(url: str, directory: DataDirectory) -> str | None:
    if token := os.environ.get("PENSTOCK_TOKEN"):
        return token
    address: Address | None = directory.server()
    # Only to the very server that wrote it down.
    return address.token if address and address.url == url.rstrip("/") else None
