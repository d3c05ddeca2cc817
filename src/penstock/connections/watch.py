"""Who Penstock is to AWS, for those who look often and must not wait."""

import threading
import time
from collections.abc import Callable
from typing import Final

from penstock.connections.model import PlatformPrincipal
from penstock.errors import PenstockError

HOLDS_FOR: Final = 300.0
PATIENCE: Final = 2.0


class PrincipalWatch:
    """Asks AWS at most every five minutes, in a thread of its own.

    Args:
        ask: `ConnectionService.platform`, which may take as long as AWS's timeouts.
        patience: seconds that a look waits for an answer at most.
    """

    def __init__(
        self,
        ask: Callable[[], PlatformPrincipal],
        *,
        holds_for: float = HOLDS_FOR,
        patience: float = PATIENCE,
    ) -> None:
        self._ask = ask
        self._holds_for = holds_for
        self._patience = patience
        self._changed = threading.Condition()
        self._asking = False
        self._asked_at = float("-inf")
        self._said: PlatformPrincipal | PenstockError | None = None

    def look(self) -> PlatformPrincipal | None:
        """What AWS said last; None while it has not answered yet.

        Raises:
            CredentialsUnavailable, ServiceFault: that is what it said.
        """
        with self._changed:
            if not self._asking and time.monotonic() - self._asked_at > self._holds_for:
                self._asking = True
                threading.Thread(target=self._go, name="platform-principal", daemon=True).start()
            self._changed.wait_for(lambda: not self._asking, self._patience)
            if isinstance(self._said, PenstockError):
                raise self._said
            return self._said

    def _go(self) -> None:
        said: PlatformPrincipal | PenstockError | None = None
        try:
            said = self._ask()
        except PenstockError as fault:
            said = fault
        finally:
            with self._changed:
                self._asking = False
                self._asked_at = time.monotonic()
                self._said = said
                self._changed.notify_all()
