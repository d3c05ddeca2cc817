"""One role session, renewed by one thread for all that wait for it."""

import copy
import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Final

from penstock.catalog.credentials import Credentials
from penstock.errors import ConnectionNotVerified, ConnectionUnsafe, NotFound, PenstockError

REFRESH_BEFORE: Final = timedelta(minutes=10)
"""With less left than this, one thread renews the session while the others go on using it."""

WAIT_BEFORE: Final = timedelta(seconds=60)
"""With less left than this, everybody waits for the new one."""

_FIRST_BACKOFF: Final = timedelta(seconds=15)
_REFUSED: Final = (ConnectionNotVerified, ConnectionUnsafe, NotFound)
_LONGEST_BACKOFF: Final = timedelta(minutes=2)


class Dropped(Exception):
    """The session is not to be used any more; whoever asked looks again whether it may."""


class Session:
    """Credentials that `make` gives, made once for all who ask at the same time.

    Nothing runs in the background: whoever asks first when it is time makes the request.
    """

    def __init__(
        self, connection_id: str, make: Callable[[], Credentials], clock: Callable[[], datetime]
    ) -> None:
        self.connection_id = connection_id
        self._make = make
        self._clock = clock
        self._lock = threading.Lock()
        self._held: Credentials | None = None
        self._coming: Future[Credentials] | None = None
        self._dropped = False
        self._backoff = _FIRST_BACKOFF
        self._not_before: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether it has expired and nobody is renewing it."""
        with self._lock:
            over = self._held is not None and self._held.expires_at <= now
            return over and self._coming is None

    def drop(self) -> None:
        """Never give these credentials again, nor those on their way."""
        with self._lock:
            self._dropped = True
            self._held = None

    def credentials(self) -> Credentials:
        """Credentials with at least a minute left.

        Raises:
            Dropped
            PenstockError: they could not be had; all who waited get the same error.
        """
        with self._lock:
            if self._dropped:
                raise Dropped
            now = self._clock()
            held = self._held
            left = held.expires_at - now if held is not None else timedelta()
            spare = held if left >= WAIT_BEFORE else None
            if spare is not None and (left >= REFRESH_BEFORE or not self._may_renew(now)):
                return spare
            coming = self._coming
            mine = coming is None
            if coming is None:
                coming = self._coming = Future()
        if mine:
            self._renew(coming, spare)
        return self._await(coming, mine=mine)

    def _may_renew(self, now: datetime) -> bool:
        if self._coming is not None:
            return False
        return self._not_before is None or now >= self._not_before

    def _renew(self, coming: "Future[Credentials]", spare: Credentials | None) -> None:
        made: Credentials | None = None
        failed: BaseException | None = None
        try:
            made = self._make()
        except BaseException as error:
            failed = error
        with self._lock:
            self._coming = None
            if self._dropped or isinstance(failed, _REFUSED):
                # Not to be used any more, however long AWS would still take the old ones.
                self._held = made = spare = None
                failed = failed if isinstance(failed, _REFUSED) else Dropped()
            elif made is not None:
                self._held, self._backoff, self._not_before = made, _FIRST_BACKOFF, None
            else:
                self._not_before = self._clock() + self._backoff
                self._backoff = min(self._backoff * 2, _LONGEST_BACKOFF)
        if made is not None:
            coming.set_result(made)
        elif spare is not None and isinstance(failed, PenstockError):
            # What is still good is used on; the next try comes after the back-off.
            coming.set_result(spare)
        else:
            coming.set_exception(failed or Dropped())

    def _await(self, coming: "Future[Credentials]", *, mine: bool) -> Credentials:
        try:
            return coming.result()
        except PenstockError as error:
            if mine:
                raise
            # One exception object raised in many threads would collect all their tracebacks.
            raise copy.copy(error) from error
