"""Being the server of a data directory."""

import os
import signal
from collections.abc import Callable

from penstock.cli import logs
from penstock.cli.session import LOCK_WAIT, Session
from penstock.connections.reverification import Reverification
from penstock.server.application import Application
from penstock.server.data_directory import Address, DataDirectory
from penstock.server.listening import Server, listen, url_of


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

    logs.to_stderr()
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

        reverification = Reverification(application.connections)
        reverification.start()
        # uvicorn raises again the signal that stopped it, once it has; what is here must still
        # be put away then.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            Server(application, on_ready).run([listener])
        except KeyboardInterrupt:
            return
        finally:
            reverification.close()
