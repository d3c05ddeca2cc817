"""What a card is given beside its inputs. The engine implements it; tests may fake it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeVar

from penstock.catalog.credentials import Credentials
from penstock.catalog.files import Files

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run a card is in. Cards take time and identifiers from here, never from the host."""

    id: str
    flow: str
    version: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """One request to AWS, for history: no header, no body, no query string, no credential."""

    service: str
    operation: str
    method: str
    status: int
    request_id: str | None
    host_id: str | None
    seconds: float
    bytes_sent: int = 0
    bytes_received: int = 0
    facts: Mapping[str, str | int] = field(default_factory=dict)


class ConnectionHandle(Protocol):
    """A verified connection, as a card may use it."""

    @property
    def id(self) -> str: ...
    @property
    def nickname(self) -> str: ...
    @property
    def account_id(self) -> str:
        """The role's account, proved by GetCallerIdentity: the expected bucket owner."""
        ...

    @property
    def partition(self) -> Literal["aws", "aws-us-gov", "aws-cn"]: ...
    @property
    def role_arn(self) -> str | None:
        """The role, with its path; None if it is not known."""
        ...

    @property
    def session_policy(self) -> str | None:
        """The session policy that narrows it, as JSON; None if there is none."""
        ...

    @property
    def scope(self) -> str:
        """Key of the (connection, session policy) pair; equal scopes may share clients."""
        ...

    def credentials(self) -> Credentials:
        """The session's credentials now; asked for before each use, cached by the broker.

        Raises:
            ConnectionNotVerified, ConnectionUnsafe: the connection may not be used (any more).
            AccessDenied, CredentialsUnavailable: STS said no, or did not answer.
        """
        ...


class CardContext(Protocol):
    """The second thing a card knows: where it runs and with whose permission."""

    @property
    def run(self) -> RunFacts: ...
    @property
    def card_id(self) -> str: ...
    @property
    def attempt(self) -> int:
        """1 for the first try of this card in this process."""
        ...

    @property
    def connection(self) -> ConnectionHandle:
        """Raises InternalFault for a card that declared no connection."""
        ...

    @property
    def files(self) -> Files: ...
    def resource(self, kind: type[T]) -> T:
        """The process-wide instance of `kind` (a client pool, say): `kind()` on first use.

        If it has a `close` method, that is called when the engine stops.
        """
        ...

    def note_request(self, request: ServiceRequest) -> None:
        """Put a request to AWS into the run's event log."""
        ...

    def note_progress(self, done: int, total: int | None, unit: Literal["bytes", "items"]) -> None:
        """Say how far the card is; may be called often, is written seldom."""
        ...

    def raise_if_cancelled(self) -> None:
        """Raises RunCancelled; long cards call it between pieces of work."""
        ...
