"""Which connections there are, for whoever checks a flow."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from penstock.connections.lifecycle import as_of
from penstock.connections.nickname import nickname_key
from penstock.connections.repository import ConnectionRepository


class ConnectionDirectory:
    """Nicknames and statuses (`flows.signature.ConnectionLookup`), read from the repository."""

    def __init__(
        self,
        repository: ConnectionRepository,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._repository = repository
        self._clock = clock

    def status(self, nickname: str) -> str | None:
        """The connection's status now; None if no connection has this nickname."""
        found = self._repository.find(nickname)
        if found is None or nickname_key(found.nickname) != nickname_key(nickname):
            return None
        return as_of(found, self._clock()).status

    def nicknames(self) -> Iterable[str]:
        """All of them, in order."""
        return [connection.nickname for connection in self._repository.all()]
