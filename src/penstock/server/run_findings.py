"""How runs are: where they are executed, what waits, what they left, and what is swept away."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from penstock.engine.model import Usage
from penstock.engine.port import Load
from penstock.engine.vitals import Backlog, Queue
from penstock.server.application import Application
from penstock.server.settings_bodies import Finding, State
from penstock.server.wording import counted, size, span

_FILES_SECONDS: Final = 1.0
_WAITS_LONG: Final = timedelta(minutes=10)
_WRITES_LATE: Final = timedelta(seconds=10)
_SWEEP_IS_LATE: Final = timedelta(hours=3)


def engine(served: Application, now: datetime) -> Iterator[Finding]:
    """Worker, queue, event log, files."""
    vitals = served.runs.vitals(seconds=_FILES_SECONDS)
    yield _worker(vitals.load, vitals.queue)
    yield _queue(vitals.queue, now)
    yield _event_log(vitals.backlog, now)
    yield _files(vitals.files)


def _files(files: Usage) -> Finding:
    at_least = "" if files.complete else "At least "
    return Finding(
        name="files",
        title="Files of runs",
        state="ok",
        says=f"{at_least}{counted(files.files, 'file')}, {size(files.size)}.",
        facts={"bytes": files.size, "files": files.files, "complete": int(files.complete)},
    )


def _worker(load: Load | None, queue: Queue) -> Finding:
    if load is None:
        return Finding(
            name="worker",
            title="Worker",
            state="warn",
            says="This process executes no runs.",
            hint="`penstock up` starts a server that does.",
            facts={"active": 0, "most": 0},
        )
    is_full = load.active >= load.most and queue.queued > 0
    return Finding(
        name="worker",
        title="Worker",
        state="warn" if is_full else "ok",
        says=f"This process executes {counted(load.active, 'run')} now, and up to {load.most}.",
        hint="Further runs wait until one of these ends." if is_full else None,
        facts={"active": load.active, "most": load.most},
    )


def _queue(queue: Queue, now: datetime) -> Finding:
    waits = None if queue.oldest_queued is None else now - queue.oldest_queued
    is_slow = waits is not None and waits > _WAITS_LONG
    says = f"{counted(queue.running, 'run')} under way, "
    says += (
        f"{queue.queued:,} waiting, the first of them for {span(waits)}."
        if waits
        else "none waiting."
    )
    return Finding(
        name="queue",
        title="Queue",
        state="warn" if is_slow else "ok",
        says=says,
        hint="Look at what is under way: a run that hangs can be cancelled." if is_slow else None,
        facts={
            "queued": queue.queued,
            "running": queue.running,
            "oldest_queued_seconds": None if waits is None else round(waits.total_seconds()),
        },
    )


def _event_log(backlog: Backlog, now: datetime) -> Finding:
    lag = timedelta(0) if backlog.oldest is None else now - backlog.oldest
    state: State = "warn" if lag > _WRITES_LATE else "ok"
    says = "Everything that happened is written down."
    if backlog.events:
        says = f"{counted(backlog.events, 'event')} not written yet, the oldest for {span(lag)}."
    if backlog.fault is not None:
        state, says = "bad", f"The history of runs cannot be written: {backlog.fault}"
    return Finding(
        name="event_log",
        title="Event log",
        state=state,
        says=says,
        hint=None if state == "ok" else "Is the disk full, or very slow? Nothing is lost yet.",
        facts={"events": backlog.events, "lag_seconds": max(0.0, lag.total_seconds())},
    )


def sweep(served: Application, now: datetime) -> Iterator[Finding]:
    last, waiting = served.removal.last_sweep(), served.removal.waiting()
    late = now - (served.started_at if last is None else max(last.ended_at, served.started_at))
    state: State = "ok"
    hint = None
    if last is None:
        says = "None yet: the first comes a minute after the start, then one every hour."
    else:
        says = (
            f"The last one ended {span(now - last.ended_at)} ago and removed "
            f"{counted(last.runs, 'run')} and {counted(last.audit_entries, 'audit entry')}"
            + ("." if last.complete else "; it was not through.")
        )
    if late > _SWEEP_IS_LATE and served.worker:
        state, hint = "warn", "One is due every hour. The server's log says what is in the way."
    if last is not None and last.fault is not None:
        state, says = "bad", f"{says} It failed: {last.fault}"
        hint = "It is tried again every hour; the server's log has the details."
    if waiting:
        says += f" {counted(waiting, 'removed run')} not cleared away yet."
    yield Finding(
        name="sweep",
        title="Sweep",
        state=state,
        says=says,
        hint=hint,
        facts={
            "ended_at": last and last.ended_at.isoformat(),
            "runs": last and last.runs,
            "audit_entries": last and last.audit_entries,
            "waiting": waiting,
        },
    )
