"""Probing verified connections again, for as long as the server runs."""

import logging
import threading
from collections.abc import Sequence
from typing import Final, Protocol

from penstock.connections.model import Connection

LOOK_EVERY: Final = 600.0

_log: Final = logging.getLogger(__name__)


class Due(Protocol):
    """`connections.service.ConnectionService`, as far as this needs it."""

    def reverify_due(self) -> Sequence[Connection]: ...


class Reverification:
    """A thread that looks every ten minutes for connections that are due, and probes them.

    Each is due once a day, at a time of its own (`lifecycle.due`). What goes wrong is logged and
    tried again the next time; it never ends the thread.
    """

    def __init__(self, connections: Due, *, every: float = LOOK_EVERY) -> None:
        self._connections = connections
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="reverification", daemon=True)

    def start(self) -> None:
        """Begin; the first look is at once."""
        self._thread.start()

    def close(self) -> None:
        """End. A probe under way is not waited for: it changes nothing but its connection."""
        self._over.set()

    def _go_round(self) -> None:
        while not self._over.is_set():
            try:
                for connection in self._connections.reverify_due():
                    if connection.status != "verified":
                        _log.warning(
                            "connection %s is now %s", connection.nickname, connection.status
                        )
            except Exception:
                _log.warning("connections could not be probed again", exc_info=True)
            self._over.wait(self._every)
