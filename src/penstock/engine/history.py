"""Card runs and sessions, put together from a run's event log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from penstock.engine.model import ENDED, CardRun, CardRunStatus, Event, Run, RunSession


class History(NamedTuple):
    """What became of a run: its cards in the document's order, and its sessions."""

    cards: tuple[CardRun, ...]
    sessions: tuple[RunSession, ...]


@dataclass(slots=True)
class _Seen:
    status: CardRunStatus = "waiting"
    before: int = 0
    attempts: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    inputs: Any = None
    outputs: Any = None
    error: dict[str, Any] | None = None
    seconds: float | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)


def history_of(run: Run, events: Iterable[Event]) -> History:
    """Each card of the run's document, in order, those inside others after them, as the events
    leave it; each session as last opened.

    A card that a crash interrupted has started twice: its attempts add up. A card that failed
    and was gone on from with values has `failed`, an error and outputs.
    """
    cards = dict(_every(run.document["cards"]))
    seen = {card_id: _Seen() for card_id in cards}
    sessions: dict[str, RunSession] = {}
    for event in events:
        if event.card in seen:
            _take(seen[event.card], event)
        elif event.type == "session.narrowed":
            session = RunSession.model_validate(event.data)
            sessions[session.connection] = session
    if run.status in ENDED:
        for one in seen.values():
            _end(one, run)
    made = tuple(_card_run(card_id, cards[card_id], one) for card_id, one in seen.items())
    return History(made, tuple(sessions.values()))


def _every(uses: Iterable[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Id and card of each use."""
    for use in uses:
        yield use["id"], use["card"]
        for inner in (use.get("blocks") or {}).values():
            yield from _every(inner)


def _take(one: _Seen, event: Event) -> None:
    kind, data = event.type, event.data
    if kind == "card.request":
        one.requests.append(data)
        return
    if kind == "card.progress":
        return
    if kind == "card.started" or one.status != "running":
        one.before = one.attempts
        one.started_at = event.at - timedelta(seconds=data.get("seconds", 0))
        one.ended_at = one.seconds = one.outputs = one.error = None
        one.status = "running"
    one.attempts = one.before + (event.attempt or 1)
    one.inputs = data.get("inputs", one.inputs)
    one.error = data.get("error")
    if kind in ("card.succeeded", "card.failed"):
        one.status = "succeeded" if kind == "card.succeeded" else "failed"
        one.ended_at = event.at
        one.seconds = data.get("seconds")
        one.outputs = data.get("outputs")


def _end(one: _Seen, run: Run) -> None:
    """What an ended run's cards are that no event has ended."""
    if one.status == "waiting":
        one.status = "skipped"
    elif one.status == "running":
        one.status = "cancelled" if run.status == "cancelled" else "failed"
        one.ended_at = run.ended_at
        one.error = one.error or run.error


def _card_run(card_id: str, card: str, one: _Seen) -> CardRun:
    return CardRun(
        id=card_id,
        card=card,
        status=one.status,
        attempts=one.attempts,
        started_at=one.started_at,
        ended_at=one.ended_at,
        seconds=one.seconds,
        inputs=one.inputs,
        outputs=one.outputs,
        error=one.error,
        requests=tuple(one.requests),
    )
