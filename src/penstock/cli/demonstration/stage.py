"""The stage: a sandbox, a server on a data directory of its own, and the story between them."""

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from penstock.cli.client import Client
from penstock.cli.demonstration.customer import Customer
from penstock.cli.demonstration.story import tell
from penstock.cli.session import LOCK_WAIT, Session
from penstock.errors import ServiceFault
from penstock.server.data_directory import Address, DataDirectory
from penstock.server.listening import Server, listen, url_of
from penstock.wiring import open_application

_FOREIGN = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ROLE_ARN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ENDPOINT_URL_S3",
    "AWS_ENDPOINT_URL_STS",
    "AWS_CA_BUNDLE",
)
"""What would lead the demonstration, or its customer, to a real account."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A server at `url`, a client of it, and the customer of the practice AWS behind it."""

    client: Client
    customer: Customer
    url: str


def perform(session: Session, *, once: bool, port: int) -> int:
    """Tell the story; then serve until told to stop, unless `once`."""
    session.say("Starting a practice AWS with two accounts ...")
    with set_up(session.data, port) as stage:
        document, succeeded = tell(session, stage.client, stage.customer)
        if session.json:
            session.answer(document)
        if not once:
            session.say(f"\nPenstock goes on at {stage.url} (Ctrl-C stops it)")
            session.say(f"Look around from another terminal: export PENSTOCK_SERVER={stage.url}")
            _until_told()
    return 0 if succeeded else 1


@contextlib.contextmanager
def set_up(data: Path | None = None, port: int = 0) -> Iterator[Stage]:
    """A practice AWS and a server within the block, on a new data directory if none is given."""
    from penstock.sandbox.process import start_sandbox  # noqa: PLC0415 - only here

    with contextlib.ExitStack() as opened:
        sandbox = start_sandbox()
        opened.callback(sandbox.stop)
        opened.enter_context(_environment(sandbox.info.variables()))
        data = data or Path(
            opened.enter_context(tempfile.TemporaryDirectory(prefix="penstock-demo-"))
        )
        client, url = opened.enter_context(_serving(data, port))
        yield Stage(client, Customer(sandbox.info), url)


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """AWS's variables for this process alone: the platform principal's, and nobody else's."""
    before = dict(os.environ)
    for name in _FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(values)
    os.environ.update(
        AWS_CONFIG_FILE=os.devnull,
        AWS_SHARED_CREDENTIALS_FILE=os.devnull,
        AWS_EC2_METADATA_DISABLED="true",
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


@contextlib.contextmanager
def _serving(data: Path, port: int) -> Iterator[tuple[Client, str]]:
    """A server in a thread, as `penstock up` would be, and a client of it."""
    directory = DataDirectory(data)
    with contextlib.ExitStack() as opened:
        opened.enter_context(directory.own(wait=LOCK_WAIT))
        listener = opened.enter_context(listen("127.0.0.1", port))
        url = url_of(listener)
        application = open_application(directory.path, worker=True)
        ready = threading.Event()
        server = Server(application, ready.set)
        thread = threading.Thread(target=server.run, args=([listener],), name="server")
        thread.start()

        def stop() -> None:
            server.should_exit = True
            thread.join()

        opened.callback(stop)
        if not ready.wait(30):
            raise ServiceFault("The server did not start within 30 seconds.")
        directory.publish(Address(url, os.getpid(), application.instance, application.token))
        headers = {"Authorization": f"Bearer {application.token}"}
        timeout = httpx.Timeout(10.0, read=300.0)
        http = opened.enter_context(
            httpx.Client(base_url=url, headers=headers, timeout=timeout, trust_env=False)
        )
        yield Client(http, is_remote=True), url


def _until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
