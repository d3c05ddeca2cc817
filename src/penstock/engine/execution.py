"""Executes one run: segment by segment, each remembered by the durable engine when it is done."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from penstock.catalog.context import CardContext, ConnectionHandle, RunFacts
from penstock.catalog.files import Files
from penstock.connections.repository import ConnectionRepository
from penstock.connections.session_name import flow_session_name
from penstock.engine.attempts import compute, run_card
from penstock.engine.context import AttemptContext, Broker, Resources
from penstock.engine.interruption import Interruption
from penstock.engine.log import EventWriter
from penstock.engine.model import EventType, NewEvent, Run
from penstock.engine.narrowing import narrow, needs_by_connection
from penstock.engine.plan import CardSource, Plan, PlannedCard, Segment
from penstock.engine.port import DurableEngine
from penstock.engine.preflight import Preflight
from penstock.engine.record import (
    Ending,
    Outputs,
    Record,
    is_spilled,
    packed_events,
    shortened,
    spilled_size,
    unpacked_events,
)
from penstock.engine.redaction import Redactor, values_at
from penstock.engine.repository import EventLog, FileStore, RunRepository
from penstock.errors import AccessDenied, NotFound, RunCancelled, Where
from penstock.flows.starting import run_values


@dataclass(frozen=True, slots=True)
class Services:
    """What executions of all runs share."""

    runs: RunRepository
    events: EventLog
    files: FileStore
    writer: EventWriter
    durable: DurableEngine
    cards: CardSource
    connections: ConnectionRepository
    broker: Broker
    resources: Resources
    preflight: Preflight


class Execution:
    """One run, from its first segment or from the one that a crash interrupted."""

    def __init__(
        self,
        services: Services,
        run: Run,
        plan: Plan,
        *,
        interruption: Interruption,
        start_values: Mapping[str, Any],
        secrets: Mapping[str, Any],
    ) -> None:
        self._services = services
        self._run = run
        self._plan = plan
        self._interruption = interruption
        self.raise_if_cancelled = interruption.check
        self._redact = Redactor(secrets.values())
        self._saves = plan.document.settings.save_values
        self._outputs = Outputs(run.id, services.files)
        self._emitting = threading.Lock()
        self._resumed = run.status != "queued"
        self._seq = services.events.last(run.id) if self._resumed else 0
        self._handles: dict[str, ConnectionHandle] = {}
        self._announced = False
        # Set for the segment that a crash interrupted: its cards may have run before.
        self._repeats = False
        self.scope: dict[str, Any] = {"start": dict(start_values)}
        self._facts = self._begun(run.started_at or datetime.now(UTC))

    def __call__(self) -> None:
        """To the end of the run, which is in the log when this returns.

        Raises:
            Suspended: it is to be taken up again later.
        """
        if (ending := self._look_ahead()) is not None:
            self._end(ending)
            return
        self._keep_start()
        for index, segment in enumerate(self._plan.segments):
            record = self._step(index, segment) if segment.checkpointed else self._go_on(segment)
            if record["ending"] is not None:
                self._end(record["ending"])
                return
        self._end(None)

    def _look_ahead(self) -> Ending | None:
        """Why the run ends before its first card: AWS would surely deny one. Asked once."""
        if self._resumed or not self._plan.document.settings.preflight:
            return None
        self._announce()
        seen = self._services.preflight.look(self._plan, {"start": self.scope["start"]})
        self._emit("run.preflight", at=datetime.now(UTC), data=seen.model_dump(mode="json"))
        tolerated = {
            planned.id
            for planned in self._plan.cards
            if planned.use.on_error is not None and planned.use.on_error.then == "continue"
        }
        denied = [one for one in seen.cards if one.sure and one.id not in tolerated]
        if not denied:
            return None
        error = AccessDenied(
            f"The preflight found that {denied[0].id} would be denied: {denied[0].reason}",
            hint="Nothing was done. `penstock flows preflight` shows all cards; `penstock flows "
            "policy` writes the policy that the role needs.",
            where=Where(flow=seen.flow, card=denied[0].id),
            details={"denied": [one.id for one in denied]},
        )
        return {"status": "failed", "error": self._redact(error.as_dict())}

    def _keep_start(self) -> None:
        """Have the log say that the run started before a card writes: who is killed in that card,
        with nothing in the log yet, would begin anew and not know that it may have run."""
        writes = any(card.card.effect in {"write", "destroy"} for card in self._plan.cards)
        if writes and not self._resumed:
            self._announce()
            self._services.writer.flush()

    def _step(self, index: int, segment: Segment) -> Record:
        ran = False

        def run() -> Record:
            nonlocal ran
            ran = True
            return self._go_on(segment)

        record = self._services.durable.step(f"segment {index + 1}", run)
        if not ran:
            self._replay(segment, record)
        return record

    def _go_on(self, segment: Segment) -> Record:
        self._repeats = self._resumed and not self._announced
        before = self._seq
        self._announce()
        kept, ending = self._run_segment(segment)
        # Earlier events are in the records of earlier segments.
        unwritten = self._services.writer.unwritten(self._run.id, self._seq - before)
        return {
            "started_at": self._facts.started_at.isoformat(),
            "outputs": kept,
            "first": self._seq - len(unwritten) + 1,
            "events": packed_events(unwritten),
            "ending": ending,
        }

    def _announce(self) -> None:
        """Say that the run starts, or goes on, before the first thing it does."""
        if self._announced:
            return
        self._announced = True
        if self._resumed:
            self._emit("run.resumed", at=datetime.now(UTC))
        else:
            self._emit("run.started", at=self._facts.started_at)

    def _run_segment(self, segment: Segment) -> tuple[dict[str, Any], Ending | None]:
        kept: dict[str, Any] = {}
        ending: Ending | None = None
        for planned in segment.cards:
            try:
                self.raise_if_cancelled()
                outcome = run_card(planned, self)
            except RunCancelled as said:
                ending = {"status": "cancelled", "error": said.as_dict()}
                break
            if outcome.error is not None:
                ending = {"status": "failed", "error": self._redact(outcome.error.as_dict())}
                break
            self.scope[planned.id] = outcome.outputs
            if planned.wanted and (planned.card.effect != "pure" or outcome.replaced):
                kept[planned.id] = outcome.kept
        return kept, ending

    def _replay(self, segment: Segment, record: Record) -> None:
        """Take over what a finished segment left: outputs, and events the log has not."""
        self._resumed = True
        self._facts = self._begun(datetime.fromisoformat(record["started_at"]))
        for at, event in enumerate(unpacked_events(self._run.id, record["events"])):
            if record["first"] + at > self._seq:
                self._services.writer.emit(event)
                self._seq += 1
        for planned in segment.cards:
            if planned.id in record["outputs"]:
                self.scope[planned.id] = self._outputs.fetched(record["outputs"][planned.id])
            elif planned.wanted and planned.card.effect == "pure" and record["ending"] is None:
                context = self.context(planned, 1)
                self.scope[planned.id] = compute(planned, self.scope, context)

    def _end(self, ending: Ending | None) -> None:
        self._announce()
        status = "succeeded" if ending is None else ending["status"]
        kinds: dict[str, EventType] = {
            "succeeded": "run.succeeded",
            "failed": "run.failed",
            "cancelled": "run.cancelled",
        }
        data = {} if ending is None else {"error": ending["error"]}
        self._emit(kinds[status], at=datetime.now(UTC), data=data)
        self._services.writer.flush()

    # What the attempts of a card need (engine.attempts.Surroundings).

    def context(self, planned: PlannedCard, attempt: int) -> CardContext:
        return AttemptContext(
            host=self,
            run=self._facts,
            card_id=planned.id,
            nickname=planned.use.connection,
            attempt=attempt,
            repeats=self._repeats,
        )

    def emit(self, kind: EventType, card: str, attempt: int, data: dict[str, Any], /) -> None:
        self._emit(kind, at=datetime.now(UTC), card=card, attempt=attempt, data=data)

    def shown_inputs(self, planned: PlannedCard, inputs: Any) -> dict[str, Any]:
        if planned.secrets:
            self._redact.add(values_at(inputs, planned.secrets))
        return {"inputs": shortened(inputs)} if self._saves else {}

    def shown_outputs(self, kept: Any) -> dict[str, Any]:
        if not self._saves:
            return {}
        return {"spilled": spilled_size(kept)} if is_spilled(kept) else {"outputs": kept}

    def kept(self, planned: PlannedCard, outputs: Any) -> Any:
        return self._outputs.kept(planned.id, outputs)

    def pause(self, seconds: float) -> None:
        self._interruption.pause(seconds)

    # What an attempt's context needs besides (engine.context.Host).

    @property
    def resources(self) -> Resources:
        return self._services.resources

    def files(self, card_id: str, /) -> Files:
        return self._services.files.of_run(self._run.id, card_id)

    def _emit(
        self,
        kind: EventType,
        *,
        at: datetime,
        card: str | None = None,
        attempt: int | None = None,
        data: dict[str, Any] | None = None,
    ) -> None:
        event = NewEvent(self._run.id, at, kind, card, attempt, self._redact(data or {}))
        # Cards note requests from their own threads.
        with self._emitting:
            self._seq += 1
            self._services.writer.emit(event)

    def connection(self, nickname: str, /) -> ConnectionHandle:
        if (handle := self._handles.get(nickname)) is not None:
            return handle
        connection = self._services.connections.find(self._run.connections.get(nickname, nickname))
        if connection is None:
            raise NotFound(f"The connection {nickname} is not there any more.")
        said: dict[str, Any] = {"connection": nickname, "narrowed": connection.narrowing}
        policy = None
        if connection.narrowing:
            needs = needs_by_connection(self._plan).get(nickname, [])
            narrowing = narrow(needs, connection.partition or "aws")
            policy = narrowing.text
            said |= {"characters": len(policy), "coarsened": list(narrowing.coarsened)}
        handle = self._services.broker.open(
            connection.id,
            session_policy=policy,
            session_name=flow_session_name(self._run.flow),
        )
        self._emit("session.narrowed", at=datetime.now(UTC), data=said)
        self._handles[nickname] = handle
        return handle

    def _begun(self, started_at: datetime) -> RunFacts:
        facts = RunFacts(self._run.id, self._run.flow, self._run.version or 0, started_at)
        self.scope["run"] = run_values(facts.id, facts.flow, self._run.version, started_at)
        return facts
