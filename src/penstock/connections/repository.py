"""What connections need of a store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from penstock.connections.model import Connection


class ConnectionRepository(Protocol):
    """Keeps connections. Nicknames compare without case; external IDs are never used again."""

    def add(self, connection: Connection) -> None:
        """Raises NicknameTaken. An external ID that was ever used raises InternalFault."""
        ...

    def replace(self, connection: Connection) -> None:
        """Raises NotFound, NicknameTaken."""
        ...

    def touch(self, connection_id: str, used_at: datetime) -> None:
        """Set `last_used_at` only."""
        ...

    def remove(self, connection_id: str) -> None: ...
    def find(self, reference: str) -> Connection | None:
        """By nickname (without case) or id."""
        ...

    def all(self) -> Sequence[Connection]:
        """By nickname."""
        ...


class UsageLookup(Protocol):
    """Which flows use a connection."""

    def flows_using(self, nickname: str) -> Sequence[str]:
        """Names of flows whose current version has a card with this connection."""
        ...

    def rename_connection(
        self, old: str, new: str, *, saved_by: str | None = None
    ) -> Sequence[str]:
        """Let those flows follow a rename, each as a new version; gives their names."""
        ...
