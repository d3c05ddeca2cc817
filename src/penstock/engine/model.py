"""Runs, card runs and events, as history shows them."""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from penstock.catalog.files import File

RunStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
CardRunStatus = Literal["waiting", "running", "succeeded", "failed", "skipped", "cancelled"]
EventType = Literal[
    "run.started",
    "run.resumed",
    "run.succeeded",
    "run.failed",
    "run.cancelled",
    "card.started",
    "card.retrying",
    "card.progress",
    "card.request",
    "card.succeeded",
    "card.failed",
    "session.narrowed",
    "run.preflight",
]
LAST_EVENTS: frozenset[EventType] = frozenset({"run.succeeded", "run.failed", "run.cancelled"})
ENDED: frozenset[RunStatus] = frozenset({"succeeded", "failed", "cancelled"})


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Event(_Value):
    """One line of a run's event log. `seq` counts from 1 within the run and has no gaps."""

    run_id: str
    seq: int
    at: datetime
    type: EventType
    card: str | None = None
    attempt: int | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class NewEvent(NamedTuple):
    """An event before the log has numbered it. Cheap to make: every pure card makes one."""

    run_id: str
    at: datetime
    type: EventType
    card: str | None = None
    attempt: int | None = None
    data: dict[str, Any] = {}  # noqa: RUF012 - never changed in place


class ListedRun(_Value):
    """A run as lists show it: without its document and inputs, which may be large.

    `tested` is the card that was run by itself, if it was a test of one.
    """

    id: str
    flow: str
    title: str | None
    version: int | None
    status: RunStatus
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: dict[str, Any] | None = None
    connections: dict[str, str] = Field(default_factory=dict)
    tested: str | None = None


class Usage(NamedTuple):
    """Room that files take; `complete` is false if there was no time to look at all of them."""

    size: int
    files: int
    complete: bool = True


class Upload(_Value):
    """A file that was given before the run that takes it. `size` is in bytes.

    Who knows `id` can start runs with it until it expires.
    """

    id: str
    name: str
    size: int
    content_type: str | None
    sha256: str
    expires_at: datetime


class StoredUpload(NamedTuple):
    """A file that was uploaded, under its upload's id, and when its last byte came."""

    file: File
    at: datetime


class RunState(NamedTuple):
    """What there is to ask often of a run."""

    status: RunStatus
    cancel_requested: bool


class Activity(_Value):
    """How many runs were started in a stretch of time that begins at `start`, and their state.

    `unended` are those that are queued or running still.
    """

    start: datetime
    succeeded: int = 0
    failed: int = 0
    cancelled: int = 0
    unended: int = 0


class CardRun(_Value):
    """One card in one run, put together from the event log."""

    id: str
    card: str
    status: CardRunStatus
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    inputs: Any = None
    outputs: Any = None
    error: dict[str, Any] | None = None
    requests: tuple[dict[str, Any], ...] = ()


class RunSession(_Value):
    """What held the run's session of a connection: the flow's own policy, or the role alone.

    `coarsened` says in sentences what of the policy had to be made broader to fit.
    """

    connection: str
    narrowed: bool = True
    coarsened: tuple[str, ...] = ()


class Run(_Value):
    """One execution of one version of a flow. `document` is the flow as it was started.

    `segments` are the cards' ids as they were cut into segments at the start: a later version of
    a card may have another effect, and a replay must cut where the first execution did.
    `connections` are nickname -> id of the connections that its cards use: a connection may be
    renamed while the run is under way, and another may take its nickname.
    `tested` is the id of a card that is run by itself, for a test: then `document` is an excerpt.
    """

    id: str
    flow: str
    version: int | None
    status: RunStatus
    created_at: datetime
    inputs: dict[str, Any]
    document: dict[str, Any] = Field(repr=False)
    segments: tuple[tuple[str, ...], ...] = Field(default=(), repr=False)
    connections: dict[str, str] = Field(default_factory=dict, repr=False)
    started_at: datetime | None = None
    ended_at: datetime | None = None
    error: dict[str, Any] | None = None
    deduplication_key: str | None = None
    cancel_requested_at: datetime | None = None
    tested: str | None = None
