"""Writes events in batches, in the order they came, and wakes those who follow a run."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from penstock.engine.model import LAST_EVENTS, Event, NewEvent
from penstock.engine.repository import EventLog
from penstock.engine.vitals import Backlog
from penstock.errors import StorageFull

BATCH_SECONDS: Final = 0.05
BATCH_EVENTS: Final = 500
PENDING_LIMIT: Final = 2_000
_LONGEST_PAUSE: Final = 2.0

_log = logging.getLogger(__name__)


class EventWriter:
    """One thread that writes what `emit` is given, every 50 ms or 500 events.

    What is not written yet when the process dies is not lost: a segment's record carries the
    events that were `unwritten` when it ended (`engine.execution`).
    """

    def __init__(self, events: EventLog) -> None:
        self._events = events
        self._changed = threading.Condition(threading.Lock())
        self._pending: list[NewEvent] = []
        self._writing: list[NewEvent] = []
        self._awaited: list[str] = []
        self._ended: set[str] = set()
        self._emitted = 0
        self._written = 0
        self._hurry = False
        self._closing = False
        self._fault: Exception | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._write_batches, name="penstock-events")
        self._thread.start()

    def emit(self, event: NewEvent) -> None:
        """Keep the event, soon. Waits while too many wait already."""
        with self._changed:
            while len(self._pending) >= PENDING_LIMIT and not self._closing:
                self._changed.wait()
            self._pending.append(event)
            self._emitted += 1
            if len(self._pending) in (1, BATCH_EVENTS):
                self._changed.notify_all()

    def unwritten(self, run_id: str, most: int) -> list[NewEvent]:
        """The newest `most` of the run's events, as far as they are not in the log yet."""
        found: list[NewEvent] = []
        with self._changed:
            for events in (self._pending, self._writing):
                for event in reversed(events):
                    if len(found) == most:
                        break
                    if event.run_id == run_id:
                        found.append(event)
        found.reverse()
        return found

    def backlog(self) -> Backlog:
        """What has been emitted and is not written yet."""
        with self._changed:
            waiting = [*self._writing, *self._pending]
            oldest = min((event.at for event in waiting), default=None)
            return Backlog(len(waiting), oldest, None if self._fault is None else str(self._fault))

    def flush(self, timeout: float = 30.0) -> None:
        """Return when all that was emitted before is in the log.

        Raises:
            StorageFull: it could not be written in time; it is still tried.
        """
        with self._changed:
            upto = self._emitted
            self._hurry = True
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: self._written >= upto, timeout):
                raise StorageFull(
                    "The run's history cannot be written.",
                    hint="Make room on the disk that holds the data directory.",
                ) from self._fault

    def wait_for_end(self, run_id: str, timeout: float, has_ended: Callable[[], bool]) -> bool:
        """Whether the run has ended: seen at once if this process writes its last event.

        `has_ended` is asked once, when its end can no longer be missed.
        """
        with self._changed:
            self._awaited.append(run_id)
        try:
            if has_ended():
                return True
            with self._changed:
                return self._changed.wait_for(lambda: run_id in self._ended, timeout)
        finally:
            with self._changed:
                self._awaited.remove(run_id)
                if run_id not in self._awaited:
                    self._ended.discard(run_id)

    def follow(
        self, run_id: str, *, after: int, ended: Callable[[], bool], poll: float = 1.0
    ) -> Iterator[Sequence[Event]]:
        """Batches of the run's events as they are written, until it has `ended`.

        An empty batch says that nothing came for `poll` seconds. Events that another process
        writes are found at that interval.
        """
        while True:
            over = ended()
            with self._changed:
                written = self._written
            if found := self._events.read(run_id, after=after):
                after = found[-1].seq
                yield found
            elif over:
                return
            else:
                with self._changed:
                    moved = self._moved_from(written, poll)
                    closing = self._closing
                if not moved or closing:
                    yield ()
                if closing:
                    return

    def close(self) -> None:
        """Write what is there and stop the thread."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _write_batches(self) -> None:
        pause = 0.0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending or self._writing or self._closing)
                if not self._pending and not self._writing:
                    return
                self._changed.wait_for(self._is_due, BATCH_SECONDS)
                if not self._writing:
                    self._writing, self._pending = self._pending, []
                    self._hurry = False
                batch = self._writing
            if (fault := self._append(batch)) is None:
                pause = 0.0
                continue
            pause = min(max(0.1, pause * 2), _LONGEST_PAUSE)
            with self._changed:
                if self._closing:
                    _log.error("%d events of runs were not written: %s", len(batch), fault)
                    return
            time.sleep(pause)

    def _append(self, batch: list[NewEvent]) -> Exception | None:
        try:
            self._events.append(batch)
        except Exception as fault:
            if self._fault is None:
                _log.warning("events of runs cannot be written, and are tried again: %s", fault)
            self._fault = fault
            return fault
        with self._changed:
            self._fault = None
            self._written += len(batch)
            self._writing = []
            if self._awaited:
                ended = {event.run_id for event in batch if event.type in LAST_EVENTS}
                self._ended |= ended.intersection(self._awaited)
            self._changed.notify_all()
        return None

    def _moved_from(self, written: int, timeout: float) -> bool:
        return self._changed.wait_for(lambda: self._written != written or self._closing, timeout)

    def _is_due(self) -> bool:
        return self._hurry or self._closing or len(self._pending) >= BATCH_EVENTS


@contextmanager
def running(writer: EventWriter) -> Iterator[EventWriter]:
    """The writer's thread for as long as the block."""
    writer.start()
    try:
        yield writer
    finally:
        writer.close()
