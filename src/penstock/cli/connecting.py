"""Finding the server to talk to, or being it."""

import contextlib
import os
import ssl
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


_LONGEST_TOKEN = 4096


@contextlib.contextmanager
def connect(
    data: Path | None, server: str | None, *, token_file: Path | None = None, worker: bool
) -> Iterator[Client]:
    """See `Session.client`."""
    directory = DataDirectory(data)
    if server:
        with _remote(server, _token_for(server, directory, token_file)) as client:
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
            hint="Name it by https://, or forward its port with ssh -L and name it as "
            "http://127.0.0.1:PORT.",
        )
    headers = {"Authorization": f"Bearer {token}"} if token else None
    # The system's authorities, or those of SSL_CERT_FILE: many companies have one of their own.
    # In plain HTTP there is nothing to verify, and no redirect is followed to where there is.
    trusted = ssl.create_default_context() if urlsplit(url).scheme == "https" else False
    # Without the environment's proxies, to which a server in plain HTTP is on this machine.
    with httpx.Client(
        base_url=url, headers=headers, timeout=_TIMEOUT, trust_env=False, verify=trusted
    ) as http:
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


def _token_for(url: str, directory: DataDirectory, file: Path | None) -> str | None:
    if file is not None:
        return _read_token(file)
    if token := os.environ.get("PENSTOCK_TOKEN"):
        return token
    address: Address | None = directory.server()
    # Only to the very server that wrote it down.
    return address.token if address and address.url == url.rstrip("/") else None


def _read_token(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            token = opened.read(_LONGEST_TOKEN).decode("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"No token can be read from {file}.") from error
    if not token or any(each.isspace() for each in token):
        raise InvalidInput(f"{file} has to hold a token and nothing else.")
    return token
