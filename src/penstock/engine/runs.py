"""What a person can do with runs: start, list, follow, cancel, and get at their files."""

import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, BinaryIO, Final

from penstock.catalog.files import File
from penstock.connections.lifecycle import require_usable
from penstock.connections.repository import ConnectionRepository
from penstock.engine.context import Broker, Resources
from penstock.engine.execution import Services
from penstock.engine.foresight import Foresight
from penstock.engine.history import History, history_of
from penstock.engine.log import EventWriter
from penstock.engine.model import ENDED, Activity, CardRun, Event, ListedRun, Run, RunStatus
from penstock.engine.plan import CardSource, Plan, make_plan, segment_ids
from penstock.engine.port import DurableEngine
from penstock.engine.preflight import PolicySource, Preflight
from penstock.engine.redaction import MARK
from penstock.engine.repository import EventLog, FileStore, RunRepository
from penstock.engine.samples import Sample, samples
from penstock.engine.start_files import StartFiles, values_with
from penstock.engine.uploads import UploadService
from penstock.engine.vitals import EngineVitals
from penstock.engine.worker import Worker
from penstock.errors import Conflict, NotFound, Where
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt
from penstock.flows.starting import known_values, start_values
from penstock.iam.evaluation import PolicySet

_POLL_SECONDS: Final = 0.5
_PAGE: Final = 5_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class RunService:
    """Runs, on one durable engine. Reading works without `launch`; starting does not.

    `launch` takes up what a crash left unfinished; `close` stops what is in flight so that it
    can be taken up again, and releases everything the cards shared.

    Args:
        may_start: told of a flow's name before a new run of it; raises FlowOff if it is off.
    """

    def __init__(
        self,
        *,
        runs: RunRepository,
        events: EventLog,
        files: FileStore,
        uploads: UploadService,
        durable: DurableEngine,
        cards: CardSource,
        connections: ConnectionRepository,
        broker: Broker,
        role_policies: PolicySource | None = None,
        may_start: Callable[[str], None] = lambda _: None,
        resources: Resources | None = None,
    ) -> None:
        resources = resources or Resources()
        self._services = Services(
            runs=runs,
            events=events,
            files=files,
            writer=EventWriter(events),
            durable=durable,
            cards=cards,
            connections=connections,
            broker=broker,
            resources=resources,
            preflight=Preflight(connections, broker, resources, role_policies),
        )
        self._start_files = StartFiles(uploads=uploads, files=files, runs=runs)
        self._may_start = may_start
        self._worker = Worker(self._services)
        self._plan = lru_cache(maxsize=64)(self._make_plan)

    def launch(self) -> None:
        """Begin to execute runs; unfinished ones are gone on with (event `run.resumed`)."""
        self._worker.start()

    def close(self, grace: float = 10.0) -> None:
        """Let cards in flight end or notice, for `grace` seconds; runs stay to be resumed."""
        self._worker.stop(grace)

    def start(
        self,
        document: FlowDocument,
        *,
        version: int | None = None,
        inputs: Mapping[str, Any],
        deduplication_key: str | None = None,
        tested: str | None = None,
    ) -> Run:
        """A new run, or the unended one that has the same deduplication key.

        Args:
            tested: the id of the card that `document` is an excerpt for, if this is a test of it.

        Files among the inputs become the run's own before there is the run, so that a crash
        leaves no run without them.

        Raises:
            FlowOff: the flow of that name is off. What was started before goes on.
            InvalidInput: inputs that the start card does not take, or files that are not there.
            StorageFull: there is no room for its files.
            NotFound: a card or a connection that is not there.
            ConnectionNotVerified, ConnectionUnsafe: a connection that may not be used.
        """
        self._services.durable.require_running()
        if deduplication_key is None or not self._services.runs.has_unended(deduplication_key):
            self._may_start(document.flow)
        values = start_values(document, inputs)
        given = self._start_files.find(document, values)
        values = values_with(values, given)
        plan = self._plan(document.model_dump_json())
        secret = {name for name, asked in document.start.inputs.items() if asked.secret}
        now = datetime.now(UTC)
        run = Run(
            id=new_run_id(),
            flow=document.flow,
            version=version,
            status="queued",
            created_at=now,
            inputs={
                name: MARK if name in secret and value is not None else value
                for name, value in values.items()
            },
            document=document.model_dump(mode="json"),
            segments=segment_ids(plan),
            connections=self._usable_connections(plan, now),
            deduplication_key=deduplication_key,
            tested=tested,
        )
        secrets = {name: value for name, value in values.items() if name in secret}
        self._start_files.adopt(run.id, given)
        kept = self._services.runs.add(run, secrets=secrets)
        if kept.id == run.id:
            self._worker.submit(run, plan)
        else:
            self._start_files.drop(run.id, given)
        return kept

    def preflight(
        self,
        document: FlowDocument,
        *,
        inputs: Mapping[str, Any],
        policies: PolicySet | None = None,
    ) -> Foresight:
        """What AWS would allow a run of the document, card by card; it changes nothing.

        Args:
            inputs: what is known of them; the others may be anything. Secrets are not looked at.
            policies: taken for those of the roles, and AWS is not asked anything.

        Raises:
            InvalidInput: inputs that the start card does not take, or files that are not there.
            NotFound: a card that is not there.
        """
        values = known_values(document, inputs)
        values = values_with(values, self._start_files.find(document, values))
        known = {
            name: value for name, value in values.items() if not document.start.inputs[name].secret
        }
        plan = self._plan(document.model_dump_json())
        return self._services.preflight.look(plan, {"start": known}, policies=policies)

    def get(self, run_id: str) -> Run:
        """Raises NotFound."""
        run = self._services.runs.find(run_id)
        if run is None:
            raise NotFound(f"There is no run {run_id}.", hint="See `penstock runs list`.")
        return run

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

        The others narrow the list, see `RunRepository.list`.
        """
        return self._services.runs.list(
            flow=flow,
            status=status,
            connection=connection,
            text=text,
            since=since,
            until=until,
            tests=tests,
            limit=limit,
            before=before,
        )

    def latest(self) -> Sequence[ListedRun]:
        """The newest run of each flow that is kept and ever ran, by the flows' names; no tests."""
        return self._services.runs.latest()

    def samples(self, flow: str, excerpt: Excerpt) -> Mapping[str, Sample]:
        """What the inputs of an excerpt were in the flow's newest runs, by input."""
        return samples(self, flow, excerpt)

    def activity(self, *, since: datetime, until: datetime, step: timedelta) -> Sequence[Activity]:
        """How many started in each `step` from `since` to `until`, by their state; no tests."""
        return self._services.runs.activity(since=since, until=until, step=step)

    def vitals(self, *, seconds: float = 1.0) -> EngineVitals:
        """How runs are doing; files are looked at for so many seconds."""
        services = self._services
        try:
            services.durable.require_running()
            load = services.durable.load
        except Conflict:
            load = None
        return EngineVitals(
            queue=services.runs.queue(),
            load=load,
            backlog=services.writer.backlog(),
            files=services.files.usage(seconds=seconds),
        )

    def card_runs(self, run_id: str) -> Sequence[CardRun]:
        """What each card of the run did, in the document's order. Raises NotFound."""
        return self.history(run_id).cards

    def history(self, run_id: str) -> History:
        """What each card did, and what held the run's sessions. Raises NotFound."""
        return history_of(self.get(run_id), self._all_events(run_id))

    def events(self, run_id: str, after: int = 0, limit: int = 1000) -> Sequence[Event]:
        """The run's event log in order, from the one after number `after`. Raises NotFound."""
        self.get(run_id)
        return self._services.events.read(run_id, after=after, limit=limit)

    def follow(self, run_id: str, after: int = 0) -> Iterator[Sequence[Event]]:
        """Events as they come, until the run has ended; an empty batch each quiet second."""
        self.get(run_id)

        def ended() -> bool:
            return self._has_ended(run_id)

        return self._services.writer.follow(run_id, after=after, ended=ended)

    def wait(self, run_id: str, timeout: float | None = None) -> Run:
        """The run once it has ended, or as it is when `timeout` seconds are over."""
        until = None if timeout is None else time.monotonic() + timeout
        self.get(run_id)
        while True:
            left = _POLL_SECONDS if until is None else min(until - time.monotonic(), _POLL_SECONDS)
            # Ended by this process, it is noticed at once; by another, at the next look.
            if self._services.writer.wait_for_end(
                run_id, max(0.0, left), lambda: self._has_ended(run_id)
            ):
                break
            if left <= 0:
                break
        return self.get(run_id)

    def cancel(self, run_id: str) -> Run:
        """Stop the run before its next card, or inside a card that looks; what is done stays.

        Raises:
            NotFound
            Conflict: it has ended already.
        """
        run = self.get(run_id)
        if run.status in ENDED:
            raise Conflict(f"The run {run_id} has ended already: {run.status}.")
        self._services.runs.request_cancel(run_id, at=datetime.now(UTC))
        self._worker.cancel(run)
        return self.get(run_id)

    def files(self, run_id: str) -> Sequence[File]:
        """What the run was given and its cards made, by key. Raises NotFound."""
        self.get(run_id)
        return self._services.files.list(run_id)

    def open_file(self, run_id: str, key: str) -> BinaryIO:
        """The bytes of one of `files`. Raises NotFound."""
        for file in self.files(run_id):
            if file.key == key:
                return self._services.files.of_run(run_id).open(file)
        raise NotFound(f"The run {run_id} has no file {key}.")

    def _make_plan(self, document: str) -> Plan:
        return make_plan(FlowDocument.model_validate_json(document), self._services.cards)

    def _has_ended(self, run_id: str) -> bool:
        state = self._services.runs.state(run_id)
        return state is None or state.status in ENDED

    def _usable_connections(self, plan: Plan, now: datetime) -> dict[str, str]:
        found: dict[str, str] = {}
        for planned in plan.cards:
            nickname = planned.use.connection
            if nickname is None or nickname in found:
                continue
            connection = self._services.connections.find(nickname)
            if connection is None:
                raise NotFound(
                    f"There is no connection {nickname}.",
                    hint="See `penstock connections list`.",
                    where=Where(flow=plan.document.flow, card=planned.id, field="connection"),
                )
            require_usable(connection, now)
            found[nickname] = connection.id
        return found

    def _all_events(self, run_id: str) -> Iterator[Event]:
        after = 0
        while page := self._services.events.read(run_id, after=after, limit=_PAGE):
            yield from page
            after = page[-1].seq


def new_run_id() -> str:
    """A UUID of version 7 (RFC 9562): ids sort by the time they were made."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    number = milliseconds << 80 | 0x7 << 76 | (chance >> 68) << 64 | 0b10 << 62 | chance % (1 << 62)
    return str(uuid.UUID(int=number))


def earliest_run_id(moment: datetime) -> str:
    """No run that is made at this moment or later has a smaller id."""
    milliseconds = max(0, (moment - _EPOCH) // timedelta(milliseconds=1))
    return str(uuid.UUID(int=milliseconds << 80))
