"""What the engine needs of a store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, BinaryIO, Protocol

from penstock.catalog.files import File, Files, FileWriter
from penstock.engine.model import (
    Activity,
    Event,
    ListedRun,
    NewEvent,
    Run,
    RunState,
    RunStatus,
    StoredUpload,
    Usage,
)
from penstock.engine.vitals import Queue


class RunRepository(Protocol):
    """Keeps runs. A run's status follows its `run.*` events, see `EventLog.append`."""

    def add(self, run: Run, *, secrets: Mapping[str, Any] | None = None) -> Run:
        """Keep it, unless an unended run has its deduplication key: then that one is returned.

        `secrets` are the values of inputs declared secret: sealed, out of every history, and
        gone when the run has ended. `run.inputs` holds a mark in their place.
        """
        ...

    def has_unended(self, deduplication_key: str) -> bool:
        """Whether a run of this key has not ended."""
        ...

    def known(self, run_ids: Sequence[str]) -> set[str]:
        """Those of them that there is a row of, hidden ones too."""
        ...

    def find(self, run_id: str) -> Run | None: ...
    def state(self, run_id: str) -> RunState | None:
        """A cheap look at the run."""
        ...

    def secrets(self, run_id: str) -> dict[str, Any]:
        """What `add` was given, until the run has ended."""
        ...

    def set_status(
        self,
        run_id: str,
        status: RunStatus,
        *,
        at: datetime,
        error: dict[str, Any] | None = None,
    ) -> None:
        """Without an event; an ended run stays as it ended."""
        ...

    def request_cancel(self, run_id: str, *, at: datetime) -> None:
        """Remember that the run is to stop, wherever it is executed."""
        ...

    def unended(self) -> Sequence[str]:
        """Ids of runs that have not ended, oldest first."""
        ...

    def queue(self) -> Queue:
        """What has not ended, counted."""
        ...

    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        connection: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tests: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[ListedRun]:
        """Newest first; `before` is the id of the last one of the page before.

        `connection` is the id of one that they use, or the nickname that it had. `text` is
        searched for, whatever its case, in flow, title, inputs and error (the first 4,000
        characters of them), and ids begin with it.
        `since` (included) and `until` (not included) hold the moment when they were started.
        `tests`: only tests of one card, or only runs of whole flows.
        """
        ...

    def latest(self) -> Sequence[ListedRun]:
        """The newest run of each flow that is kept and ever ran, by the flows' names; no tests."""
        ...

    def activity(self, *, since: datetime, until: datetime, step: timedelta) -> Sequence[Activity]:
        """What was started from `since` on, before `until`, counted in steps from `since`.

        Steps without a run are left out, and so are tests of one card.
        """
        ...


class EventLog(Protocol):
    """Append-only, in batches, numbered per run from 1 without gaps."""

    def append(self, events: Iterable[NewEvent]) -> None:
        """Keep them in order, in one transaction; all of them or none.

        The run's row follows in the same transaction: `run.started` makes it running, and
        `run.succeeded`, `run.failed` and `run.cancelled` end it, with `data["error"]` as its
        error. An event of a run that has ended already is dropped.
        """
        ...

    def read(self, run_id: str, *, after: int = 0, limit: int = 1000) -> Sequence[Event]: ...
    def last(self, run_id: str) -> int:
        """The newest event's number; 0 if there is none."""
        ...


class FileStore(Protocol):
    """Files of all runs."""

    def of_run(self, run_id: str, owner: str = "file") -> Files:
        """The run's files. What is created here belongs to `owner` (a card's id).

        Keys are counted per owner, so that a card that is run again after a crash puts its
        files in the place of those it had made before.
        """
        ...

    def adopt(self, run_id: str, key: str, file: File, source: BinaryIO) -> File:
        """Have what is in `source`, of which `file` says all but the key, as a file of the run.

        It is there for good once this returns: a power cut does not undo it.

        Raises:
            StorageFull
        """
        ...

    def list(self, run_id: str) -> Sequence[File]:
        """What the run was given and cards have committed, by key."""
        ...

    def find(self, run_id: str, key: str) -> File | None: ...
    def remove_run(self, run_id: str) -> int:
        """Remove all of the run's files; the bytes that they had.

        Raises:
            OSError: something of them cannot be removed.
        """
        ...

    def run_ids(self) -> Iterator[str]:
        """Ids of runs that have files, also of such as are not there any more."""
        ...

    def remove_given(self, run_id: str, owner: str, *, before: datetime) -> bool:
        """Remove the run's files if all are the owner's and older than that; whether they were.

        Raises:
            OSError: something of them cannot be removed.
        """
        ...

    def usage(self, run_ids: Iterable[str] | None = None, *, seconds: float) -> Usage:
        """What the files of these runs, or of all, take; it looks for so long at most."""
        ...


class UploadStore(Protocol):
    """Files that wait for the run that takes them."""

    def create(self, name: str, *, content_type: str | None, size: int | None) -> FileWriter:
        """Begin one. The key of the file that `commit` gives is its id, which nobody can guess.

        `size`, if known, is checked against the room that is left.
        """
        ...

    def find(self, upload_id: str) -> StoredUpload | None:
        """What was committed under that id, and when."""
        ...

    def open(self, upload_id: str) -> BinaryIO:
        """Its bytes. Raises NotFound."""
        ...

    def drop(self, *, before: datetime) -> Iterator[int]:
        """Remove, one by one, what got its last byte before then, whole or not; the bytes that
        each gave back."""
        ...
