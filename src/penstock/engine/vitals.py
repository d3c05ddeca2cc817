"""How the engine is doing just now."""

from datetime import datetime
from typing import NamedTuple

from penstock.engine.model import Usage
from penstock.engine.port import Load


class Backlog(NamedTuple):
    """Events that are not in the log yet, since when, and what keeps them from it."""

    events: int
    oldest: datetime | None
    fault: str | None


class Queue(NamedTuple):
    """Runs that have not ended, wherever they are executed."""

    queued: int
    running: int
    oldest_queued: datetime | None


class EngineVitals(NamedTuple):
    """`load` is None where no runs are executed."""

    queue: Queue
    load: Load | None
    backlog: Backlog
    files: Usage
