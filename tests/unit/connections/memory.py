"""Connections kept in memory, for tests of whoever uses connections."""

import threading
from collections.abc import Sequence
from datetime import datetime

from penstock.connections.model import Connection
from penstock.connections.nickname import nickname_key
from penstock.errors import InternalFault, NicknameTaken, NotFound


class MemoryConnectionRepository:
    """ConnectionRepository of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, Connection] = {}
        self._external_ids: set[str] = set()
        self._lock = threading.Lock()
        self.finds = 0
        self.touches: list[tuple[str, datetime]] = []

    def add(self, connection: Connection) -> None:
        with self._lock:
            self._require_free(connection)
            if connection.external_id in self._external_ids:
                raise InternalFault("An external ID was used before.")
            self._external_ids.add(connection.external_id)
            self._kept[connection.id] = connection

    def replace(self, connection: Connection) -> None:
        with self._lock:
            if connection.id not in self._kept:
                raise NotFound
            self._require_free(connection)
            self._kept[connection.id] = connection

    def touch(self, connection_id: str, used_at: datetime) -> None:
        with self._lock:
            self.touches.append((connection_id, used_at))
            if found := self._kept.get(connection_id):
                self._kept[connection_id] = found.model_copy(update={"last_used_at": used_at})

    def remove(self, connection_id: str) -> None:
        with self._lock:
            self._kept.pop(connection_id, None)

    def find(self, reference: str) -> Connection | None:
        with self._lock:
            self.finds += 1
            if reference in self._kept:
                return self._kept[reference]
            return self._named(reference)

    def all(self) -> Sequence[Connection]:
        with self._lock:
            return sorted(self._kept.values(), key=lambda kept: nickname_key(kept.nickname))

    def _named(self, nickname: str) -> Connection | None:
        key = nickname_key(nickname)
        found = (kept for kept in self._kept.values() if nickname_key(kept.nickname) == key)
        return next(found, None)

    def _require_free(self, connection: Connection) -> None:
        other = self._named(connection.nickname)
        if other is not None and other.id != connection.id:
            raise NicknameTaken


class MemoryUsage:
    """UsageLookup: flow -> the nicknames it uses."""

    def __init__(self, **flows: list[str]) -> None:
        self.flows = flows
        self.fails: Exception | None = None

    def flows_using(self, nickname: str) -> Sequence[str]:
        key = nickname_key(nickname)
        return sorted(flow for flow, used in self.flows.items() if key in map(nickname_key, used))

    def rename_connection(
        self, old: str, new: str, *, saved_by: str | None = None
    ) -> Sequence[str]:
        if self.fails:
            raise self.fails
        changed = self.flows_using(old)
        for flow in changed:
            key = nickname_key(old)
            self.flows[flow] = [
                new if nickname_key(used) == key else used for used in self.flows[flow]
            ]
        return changed
