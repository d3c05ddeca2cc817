"""Being the server of a data directory."""

import contextlib
import ipaddress
import os
import signal
import socket
from collections.abc import Callable, Iterable

from penstock.cli import logs
from penstock.cli.session import LOCK_WAIT, Session
from penstock.connections.reverification import Reverification
from penstock.errors import InvalidInput
from penstock.server.application import Application
from penstock.server.data_directory import Address, DataDirectory
from penstock.server.listening import Server, is_loopback, listen, url_of


def serve(
    session: Session,
    host: str,
    port: int,
    *,
    require_token: bool = False,
    allowed_hosts: Iterable[str] = (),
    trusted_proxy: str | None = None,
    ready: Callable[[Application, str], None] | None = None,
) -> None:
    """Own the data directory, serve it, and return once told to stop.

    Args:
        allowed_hosts: names, besides loopback ones, by which it may be asked.
        trusted_proxy: an address whose word counts for where a request comes from.
        ready: called, on the event loop, with the application and its address.

    Raises:
        DataDirectoryInUse: another process owns it.
        InvalidInput, Conflict: the address cannot be listened on.
    """
    from penstock.wiring import has_users, open_application  # noqa: PLC0415 - it imports all

    logs.to_stderr()
    directory = DataDirectory(session.data)
    names = frozenset(_name(each) for each in allowed_hosts)
    with contextlib.ExitStack() as opened:
        opened.enter_context(directory.own(wait=LOCK_WAIT))
        shared = (bool(names) or not is_loopback(host)) and has_users(directory.path)
        if names and not shared:
            raise InvalidInput(
                "While there are no users, Penstock answers to loopback names only.",
                hint="Make an administrator first: `penstock users add NAME --role admin`.",
            )
        listeners = _listeners(opened, host, port, shared=shared)
        application = open_application(directory.path, worker=True)
        application.require_token = require_token
        application.allowed_hosts = names | _literal(host)
        url = url_of(listeners[-1])

        def on_ready() -> None:
            directory.publish(Address(url, os.getpid(), application.instance, application.token))
            if ready is not None:
                ready(application, url)
            else:
                session.say(f"Penstock serves {directory.path} at {url} (Ctrl-C stops it)")
                _offer_sign_in(application, url)

        reverification = Reverification(application.connections)
        reverification.start()
        # uvicorn raises again the signal that stopped it, once it has; what is here must still
        # be put away then.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            Server(application, on_ready, trusted_proxy=trusted_proxy).run(listeners)
        except KeyboardInterrupt:
            return
        finally:
            reverification.close()


def _listeners(
    opened: contextlib.ExitStack, host: str, port: int, *, shared: bool
) -> list[socket.socket]:
    """What was asked for, and then what programs of this machine use, which may be the same."""
    first = opened.enter_context(listen(host, port, shared=shared))
    if is_loopback(host) or not _literal(host):
        return [first]
    return [first, opened.enter_context(listen("127.0.0.1", first.getsockname()[1]))]


def _offer_sign_in(application: Application, url: str) -> None:
    """Print the link for the first administrator, while there is none."""
    import typer  # noqa: PLC0415 - the server does without until here

    if application.access.users.any():
        return
    link = application.access.users.first_administrator_link()
    until = f"{link.link.expires_at:%H:%M} UTC"
    # Not by Rich, which would break the line where a narrow terminal ends.
    typer.echo(
        "Nobody has to sign in, for nothing but this machine can reach it. To have users, make "
        f"the first administrator here, once, until {until}:\n{url}{link.address}",
        err=True,
    )


def _literal(host: str) -> frozenset[str]:
    """The address itself as a name, unless it stands for all of them."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return frozenset() if is_loopback(host) else frozenset({host.lower()})
    return frozenset() if address.is_unspecified else frozenset({str(address)})


def _name(host: str) -> str:
    name = host.strip().lower()
    if not name or any(each in name for each in "/:@*? "):
        raise InvalidInput(
            f"{host!r} is no name of a server.",
            hint="Such as --allowed-host penstock.example.com, without https:// and port.",
        )
    return name
