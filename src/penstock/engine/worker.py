"""Executes runs in this process, and takes up again what a crash left unfinished."""

import logging
import threading
from datetime import UTC, datetime
from typing import Final

from penstock.engine.execution import Execution, Services
from penstock.engine.interruption import Interruption
from penstock.engine.model import ENDED, NewEvent, Run
from penstock.engine.plan import Plan, make_plan
from penstock.engine.port import Suspended
from penstock.errors import InternalFault, PenstockError
from penstock.flows.document import FlowDocument

_PLANS_KEPT: Final = 1_000

_log = logging.getLogger(__name__)


class Worker:
    """The durable engine's workflow, and the runs that are executed just now."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._active: dict[str, Interruption] = {}
        # Of runs just started: what was made to check them serves to run them.
        self._plans: dict[str, Plan] = {}
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to execute runs; unfinished ones are gone on with (event `run.resumed`)."""
        left = self._services.runs.unended()
        self._services.writer.start()
        try:
            self._services.durable.start(self._execute)
            for run_id in left:
                self._take_up(run_id)
        except BaseException:
            self.stop(grace=0)
            raise

    def stop(self, grace: float) -> None:
        """Let cards in flight end or notice, for `grace` seconds, and release what they shared."""
        self._services.durable.stop(grace)
        self._services.writer.close()
        self._services.resources.close()

    def submit(self, run: Run, plan: Plan) -> None:
        """Execute it as soon as there is room."""
        if len(self._plans) < _PLANS_KEPT:
            self._plans[run.id] = plan
        self._services.durable.submit(run.id)

    def cancel(self, run: Run) -> None:
        """Stop the run if it is executed here, or end it if it still waits for a place."""
        with self._lock:
            interruption = self._active.get(run.id)
            if interruption is not None:
                interruption.cancel()
                return
            if run.status != "queued":
                # Executed elsewhere, or not taken up yet: that it is to stop is in the store.
                return
            # Under the lock, so that it is not begun meanwhile.
            self._append(NewEvent(run.id, datetime.now(UTC), "run.cancelled"))
        self._services.durable.cancel(run.id)

    def _execute(self, run_id: str) -> None:
        """The workflow: called by the durable engine, again after a crash."""
        services = self._services
        interruption = Interruption(run_id, services.runs, lambda: services.durable.stopping)
        with self._lock:
            self._active[run_id] = interruption
        try:
            run = services.runs.find(run_id)
            if run is None or run.status in ENDED:
                return
            if run.cancel_requested_at is not None:
                interruption.cancel()
            plan = self._plans.get(run_id)
            secrets = services.runs.secrets(run_id)
            execution = Execution(
                services,
                run,
                self._planned(run) if plan is None else plan,
                interruption=interruption,
                start_values=run.inputs | secrets,
                secrets=secrets,
            )
            execution()
        except Exception as fault:
            self._fail(run_id, fault)
        finally:
            self._plans.pop(run_id, None)
            with self._lock:
                del self._active[run_id]

    def _planned(self, run: Run) -> Plan:
        document = FlowDocument.model_validate(run.document)
        return make_plan(document, self._services.cards, run.segments)

    def _take_up(self, run_id: str) -> None:
        """A run that had not ended at the start: the engine goes on with it, or never knew it."""
        status = self._services.durable.status(run_id)
        if status is None:
            self._services.durable.submit(run_id)
            return
        run = self._services.runs.find(run_id)
        if not status["in_flight"] and run is not None and run.status not in ENDED:
            fault = InternalFault(
                "The run was interrupted and cannot be taken up again.",
                hint="Start it anew. What its cards have done so far is in its history.",
                details={"engine": status["status"]},
            )
            self._append_failure(run_id, fault)

    def _fail(self, run_id: str, fault: Exception) -> None:
        """End a run that cannot be executed. If not even that can be kept, it is for later."""
        if not isinstance(fault, PenstockError):
            _log.error("run %s cannot go on", run_id, exc_info=fault)
            fault = InternalFault(
                f"The run cannot go on: {type(fault).__name__}.",
                hint="Please report this; the server's log has the details.",
            )
        try:
            self._append_failure(run_id, fault)
        except PenstockError as again:
            raise Suspended(str(again)) from fault

    def _append_failure(self, run_id: str, fault: PenstockError) -> None:
        data = {"error": fault.as_dict()}
        self._append(NewEvent(run_id, datetime.now(UTC), "run.failed", data=data))

    def _append(self, event: NewEvent) -> None:
        self._services.writer.emit(event)
        self._services.writer.flush()
