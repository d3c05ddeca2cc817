"""Removing what is past its time, for as long as the server runs."""

import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from penstock.engine.retention import Sweep
from penstock.errors import Conflict

FIRST_AFTER: Final = 60.0
SWEEP_EVERY: Final = 3_600.0

_log: Final = logging.getLogger(__name__)


class Sweeps(Protocol):
    """`engine.removal.RemovalService`, as far as this needs it."""

    def sweep(self, *, go_on: Callable[[], bool]) -> Sweep: ...


class Sweeper:
    """A thread that sweeps every hour, the first time a minute after the start.

    Of several workers on one database one sweeps at a time. What goes wrong is logged and tried
    again the next time; it never ends the thread.
    """

    def __init__(
        self, removal: Sweeps, *, first: float = FIRST_AFTER, every: float = SWEEP_EVERY
    ) -> None:
        self._removal = removal
        self._first = first
        self._every = every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_round, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End, once the piece that is being removed is gone."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go_round(self) -> None:
        wait = self._first
        while not self._over.wait(wait):
            wait = self._every
            try:
                done = self._removal.sweep(go_on=lambda: not self._over.is_set())
            except Conflict:
                # Another worker is at it.
                continue
            except Exception:
                _log.warning("what is past its time could not be removed", exc_info=True)
                continue
            if done.runs or done.audit_entries or done.uploads:
                _log.info(
                    "removed %d runs, %d audit entries and %d uploads",
                    done.runs,
                    done.audit_entries,
                    done.uploads,
                )
