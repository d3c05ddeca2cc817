"""Being the server of a data directory."""

import os
import threading
from collections.abc import Callable

from penstock.cli.session import LOCK_WAIT, Session
from penstock.errors import PenstockError
from penstock.server.application import Application
from penstock.server.data_directory import Address, DataDirectory
from penstock.server.listening import Server, listen, url_of

REVERIFY_EVERY = 600.0
"""Seconds between looks for connections whose proof is a day old."""


def serve(
    session: Session,
    host: str,
    port: int,
    *,
    require_token: bool = False,
    ready: Callable[[Application, str], None] | None = None,
) -> None:
    """Own the data directory, serve it, and return once told to stop.

    Args:
        ready: called, on the event loop, with the application and its address.

    Raises:
        DataDirectoryInUse: another process owns it.
        InvalidInput, Conflict: the address cannot be listened on.
    """
    from penstock.wiring import open_application  # noqa: PLC0415 - it imports everything

    directory = DataDirectory(session.data)
    with directory.own(wait=LOCK_WAIT), listen(host, port) as listener:
        application = open_application(directory.path, worker=True)
        application.require_token = require_token
        url = url_of(listener)

        def on_ready() -> None:
            directory.publish(Address(url, os.getpid(), application.instance, application.token))
            if ready is not None:
                ready(application, url)
            else:
                session.say(f"Penstock serves {directory.path} at {url} (Ctrl-C stops it)")

        stopped = threading.Event()
        watch = threading.Thread(target=_reverify, args=(application, stopped), daemon=True)
        watch.start()
        try:
            Server(application, on_ready).run([listener])
        finally:
            stopped.set()


def _reverify(application: Application, stopped: threading.Event) -> None:
    """Trust policies drift without anybody telling: probe again what was proved a day ago."""
    while not stopped.wait(REVERIFY_EVERY):
        try:
            application.connections.reverify_due()
        except PenstockError:
            # Without AWS there is nothing to be learnt; the connections go stale by themselves.
            continue
