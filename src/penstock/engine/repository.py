"""What the engine needs of a store."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from penstock.catalog.files import File, Files
from penstock.engine.model import Event, NewEvent, Run, RunStatus


class RunRepository(Protocol):
    """Keeps runs."""

    def add(self, run: Run) -> Run:
        """Keep it, unless an unended run has its deduplication key: then that one is returned."""
        ...

    def find(self, run_id: str) -> Run | None: ...
    def set_status(
        self,
        run_id: str,
        status: RunStatus,
        *,
        at: datetime,
        error: dict[str, Any] | None = None,
    ) -> None: ...
    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[Run]:
        """Newest first; `before` is the id of the last one of the page before."""
        ...


class EventLog(Protocol):
    """Append-only, in batches."""

    def append(self, events: Iterable[NewEvent]) -> None: ...
    def read(self, run_id: str, *, after: int = 0, limit: int = 1000) -> Sequence[Event]: ...


class FileStore(Protocol):
    """Files of all runs."""

    def of_run(self, run_id: str) -> Files: ...
    def list(self, run_id: str) -> Sequence[File]: ...
    def remove_run(self, run_id: str) -> None: ...
