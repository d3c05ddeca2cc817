"""Taking away ended runs and old audit entries: by hand, and when their time is over.

A run leaves traces in three places: rows, a folder of files, and the durable engine's own tables.
It is hidden first, in one transaction: nobody finds it any more. Then its files go, then what the
engine keeps, then its events in batches, then its row. Wherever this is broken off, the hidden
row says what is left to do, and the next round goes on there.
"""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from time import monotonic
from typing import Final, NamedTuple

from penstock.engine.model import ENDED
from penstock.engine.port import DurableEngine
from penstock.engine.repository import FileStore, RunRepository
from penstock.engine.retention import Chores, Limits, Removable, Removals, Retention, Sweep
from penstock.engine.start_files import OWNER
from penstock.engine.uploads import UploadService
from penstock.errors import Conflict, NotFound

CHORE: Final = "sweep"

_RUNS_AT_ONCE: Final = 50
_EVENTS_AT_ONCE: Final = 2_000
_ENTRIES_AT_ONCE: Final = 1_000
_FOLDERS_AT_ONCE: Final = 500
_STARTING: Final = timedelta(hours=1)
"""Longer than the time from a file's last byte to the row of its run."""
_LEASE_SECONDS: Final = 300.0
_PREVIEW_SECONDS: Final = 1.0
_RUNS_PREVIEWED: Final = 10_000

_log: Final = logging.getLogger(__name__)


class _Step(NamedTuple):
    runs: int = 0
    audit_entries: int = 0
    uploads: int = 0
    file_bytes: int = 0


def _always() -> bool:
    return True


class RemovalService:
    """How long things are kept, what would go, and letting it go."""

    def __init__(
        self,
        *,
        kept: Removals,
        chores: Chores,
        runs: RunRepository,
        files: FileStore,
        uploads: UploadService,
        durable: DurableEngine,
    ) -> None:
        self._kept = kept
        self._chores = chores
        self._runs = runs
        self._files = files
        self._uploads = uploads
        self._durable = durable

    def retention(self) -> Retention:
        """What is set, or the defaults."""
        return self._kept.retention()

    def set_retention(self, retention: Retention) -> Retention:
        """From the next sweep on."""
        self._kept.set_retention(retention, at=datetime.now(UTC))
        return retention

    def preview(self, retention: Retention | None = None) -> Removable:
        """What a sweep would remove now, by what is set or by `retention` instead."""
        limits = (retention or self.retention()).limits(datetime.now(UTC))
        due = self._kept.count_due(limits)
        looked_at = self._kept.due(limits, most=_RUNS_PREVIEWED)
        usage = self._files.usage(looked_at, seconds=_PREVIEW_SECONDS)
        return Removable(
            runs=due.runs,
            failed_runs=due.failed_runs,
            audit_entries=0 if limits.audit is None else self._kept.count_audit(limits.audit),
            row_bytes=due.row_bytes,
            file_bytes=usage.size,
            all_files_seen=usage.complete and len(looked_at) == due.runs + due.failed_runs,
            oldest_run=due.oldest,
        )

    def last_sweep(self) -> Sweep | None:
        """What the last one did, wherever it ran; None before the first."""
        report = self._chores.look(CHORE).report
        return None if report is None else Sweep.model_validate(report)

    def waiting(self) -> int:
        """Runs that were removed and whose traces are not all gone yet, counted up to 1,000."""
        return len(self._kept.hidden(most=1_000))

    def remove(self, run_id: str) -> None:
        """Remove a run and all that it left, for good.

        What cannot go at once, because the engine has not let go of it or a file is in the way,
        goes with a later sweep; the run is gone for every reader from here on.

        Raises:
            NotFound
            Conflict: it has not ended.
        """
        self._durable.require_running()
        state = self._runs.state(run_id)
        if state is None:
            raise NotFound(f"There is no run {run_id}.", hint="See `penstock runs list`.")
        if state.status not in ENDED:
            raise Conflict(
                f"The run {run_id} has not ended: it is {state.status}.",
                hint=f"Cancel it first: `penstock runs cancel {run_id}`.",
            )
        self._kept.hide([run_id], at=datetime.now(UTC))
        self._clear([run_id], _always)

    def sweep(self, *, go_on: Callable[[], bool] = _always, seconds: float | None = None) -> Sweep:
        """Remove what is past its time, in small pieces.

        Args:
            go_on: asked between pieces; false ends it.
            seconds: after which it ends, and is not `complete`.

        Raises:
            Conflict: another worker is at it.
        """
        self._durable.require_running()
        holder = uuid.uuid4().hex

        def claim() -> bool:
            return self._chores.claim(CHORE, holder, seconds=_LEASE_SECONDS)

        if not claim():
            raise Conflict(
                "What is past its time is being removed just now.",
                hint="Ask again in a few minutes.",
            )
        until = None if seconds is None else monotonic() + seconds

        def may_go_on() -> bool:
            in_time = until is None or monotonic() < until
            # Claimed again for each piece: it is ours for as long as it takes.
            return in_time and go_on() and claim()

        done = Sweep(begun_at=(now := datetime.now(UTC)), ended_at=now, complete=False)
        try:
            for step in self._steps(now, may_go_on):
                done = done.model_copy(
                    update={
                        "runs": done.runs + step.runs,
                        "audit_entries": done.audit_entries + step.audit_entries,
                        "uploads": done.uploads + step.uploads,
                        "file_bytes": done.file_bytes + step.file_bytes,
                    }
                )
            done = done.model_copy(update={"complete": may_go_on()})
        except Exception as fault:
            done = done.model_copy(update={"fault": f"{type(fault).__name__}: {fault}"})
            raise
        finally:
            done = done.model_copy(update={"ended_at": datetime.now(UTC)})
            self._chores.release(CHORE, holder, done.model_dump(mode="json"))
        return done

    def _steps(self, now: datetime, may_go_on: Callable[[], bool]) -> Iterator[_Step]:
        """What each piece of a sweep took away, until there is no more or it may not go on."""
        for freed in self._uploads.sweep(now):
            yield _Step(uploads=1, file_bytes=freed)
            if not may_go_on():
                return
        self._clear_orphans(now, may_go_on)
        limits = self.retention().limits(now)
        for run_ids in self._batches(limits, now):
            if not may_go_on():
                return
            runs, freed = self._clear(run_ids, may_go_on)
            yield _Step(runs=runs, file_bytes=freed)
        while limits.audit is not None and may_go_on():
            entries = self._kept.drop_audit(limits.audit, most=_ENTRIES_AT_ONCE)
            yield _Step(audit_entries=entries)
            if entries < _ENTRIES_AT_ONCE:
                return

    def _clear_orphans(self, now: datetime, go_on: Callable[[], bool]) -> None:
        """Remove what was given to runs that never were."""
        folders = self._files.run_ids()
        while run_ids := list(islice(folders, _FOLDERS_AT_ONCE)):
            if not go_on():
                return
            for run_id in set(run_ids) - self._runs.known(run_ids):
                try:
                    self._files.remove_given(run_id, OWNER, before=now - _STARTING)
                except OSError as fault:
                    _log.warning("the files of a run that never began stay for now: %s", fault)

    def _batches(self, limits: Limits, now: datetime) -> Iterator[Sequence[str]]:
        """Hidden runs: those of rounds that were broken off, then those whose time is over."""
        after = ""
        while page := self._kept.hidden(most=_RUNS_AT_ONCE, after=after):
            yield page
            after = page[-1]
        while page := self._kept.due(limits, most=_RUNS_AT_ONCE):
            yield self._kept.hide(page, at=now)

    def _clear(self, run_ids: Sequence[str], go_on: Callable[[], bool]) -> tuple[int, int]:
        """Take away what hidden runs left; how many runs are gone, and the bytes of their files."""
        freed = 0
        emptied = []
        for run_id in run_ids:
            try:
                freed += self._files.remove_run(run_id)
            except OSError as fault:
                _log.warning("the files of the removed run %s stay for now: %s", run_id, fault)
            else:
                emptied.append(run_id)
        gone = 0
        for run_id in self._durable.forget(emptied) if emptied else ():
            while self._kept.drop_events(run_id, most=_EVENTS_AT_ONCE) == _EVENTS_AT_ONCE:
                if not go_on():
                    return gone, freed
            self._kept.drop(run_id)
            gone += 1
        return gone, freed
