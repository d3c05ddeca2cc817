"""What a card is given beside its inputs, during one attempt; and what cards of a process share."""

import threading
import time
from dataclasses import asdict
from typing import Any, Final, Literal, Protocol, TypeVar

from penstock.catalog.context import ConnectionHandle, RunFacts, ServiceRequest
from penstock.catalog.files import Files
from penstock.engine.model import EventType
from penstock.errors import InternalFault

T = TypeVar("T")

PROGRESS_SECONDS: Final = 1.0
REQUESTS_KEPT: Final = 200


class Broker(Protocol):
    """`connections.broker.CredentialBroker`, as far as the engine needs it."""

    def open(
        self, reference: str, /, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle:
        """Raises ConnectionNotVerified, ConnectionUnsafe, NotFound."""
        ...


class Resources:
    """One instance of each kind that cards ask for, closed in the reverse order of making."""

    def __init__(self) -> None:
        self._made: dict[type[Any], Any] = {}
        self._lock = threading.RLock()

    def get(self, kind: type[T]) -> T:
        """The instance of `kind`, made with `kind()` on first use."""
        if (made := self._made.get(kind)) is None:
            with self._lock:
                if (made := self._made.get(kind)) is None:
                    made = self._made[kind] = kind()
        found: T = made
        return found

    def close(self) -> None:
        with self._lock:
            made = list(self._made.values())
            self._made.clear()
        for one in reversed(made):
            if callable(close := getattr(one, "close", None)):
                close()


class Host(Protocol):
    """The run that attempts belong to."""

    @property
    def resources(self) -> Resources: ...
    def files(self, card_id: str, /) -> Files: ...
    def connection(self, nickname: str, /) -> ConnectionHandle: ...
    def emit(self, kind: EventType, card: str, attempt: int, data: dict[str, Any], /) -> None: ...
    def raise_if_cancelled(self) -> None: ...


class AttemptContext:
    """Implements `catalog.context.CardContext` for one attempt of one card.

    Args:
        repeats: whether the card may have run before, in a process that died: then its first
            attempt here counts as its second.
    """

    def __init__(
        self,
        *,
        host: "Host",
        run: RunFacts,
        card_id: str,
        nickname: str | None,
        attempt: int,
        repeats: bool,
    ) -> None:
        self._host = host
        self.run = run
        self.card_id = card_id
        self.attempt = attempt + 1 if repeats else attempt
        self.raise_if_cancelled = host.raise_if_cancelled
        self._nickname = nickname
        self._attempt = attempt
        self._files: Files | None = None
        self._connection: ConnectionHandle | None = None
        self._lock = threading.Lock()
        self._progress_at = 0.0
        self.requests = 0

    @property
    def connection(self) -> ConnectionHandle:
        """Raises InternalFault for a card that declared no connection."""
        if self._connection is None:
            if self._nickname is None:
                raise InternalFault(f"Card {self.card_id} uses a connection and declares none.")
            self._connection = self._host.connection(self._nickname)
        return self._connection

    @property
    def files(self) -> Files:
        with self._lock:
            if self._files is None:
                self._files = self._host.files(self.card_id)
            return self._files

    def resource(self, kind: type[T]) -> T:
        return self._host.resources.get(kind)

    def note_request(self, request: ServiceRequest) -> None:
        """Into the event log: the first 200 of an attempt, and every one that failed."""
        with self._lock:
            self.requests += 1
            kept = self.requests <= REQUESTS_KEPT or request.status >= 400
        if kept:
            said = {name: value for name, value in asdict(request).items() if value is not None}
            self._host.emit("card.request", self.card_id, self._attempt, said)

    def note_progress(self, done: int, total: int | None, unit: Literal["bytes", "items"]) -> None:
        """May be called often, is written once a second at most."""
        now = time.monotonic()
        if now - self._progress_at < PROGRESS_SECONDS:
            return
        with self._lock:
            if now - self._progress_at < PROGRESS_SECONDS:
                return
            self._progress_at = now
        said = {"done": done, "total": total, "unit": unit}
        self._host.emit("card.progress", self.card_id, self._attempt, said)
