"""The durable engine on DBOS Transact: the only module that knows it.

DBOS is one per process, and so is this. It is imported when started: that takes a second.
What is worked around here, and why, is in docs/adr/0001-engine.md.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, TypeVar

from pydantic_core import from_json, to_json

from penstock.engine.port import Load, Suspended, Workflow
from penstock.errors import Conflict, InternalFault, StorageFull

if TYPE_CHECKING:
    from dbos import DBOSConfig

T = TypeVar("T")

VERSION: Final = "1"
"""DBOS recovers only runs of its own application version. Ours changes when replaying changes,
not with every release: a run holds its own document."""

_WORKFLOW: Final = "penstock.run"
_QUEUE: Final = "penstock"
_POLL_SECONDS: Final = 0.5
_IN_FLIGHT: Final = frozenset({"PENDING", "ENQUEUED", "DELAYED"})

_only_one: Final = threading.Lock()
_log = logging.getLogger(__name__)


class EngineDatabase(Protocol):
    """A database that the durable engine has for itself."""

    @property
    def engine(self) -> Any:
        """An SQLAlchemy engine."""
        ...

    def close(self) -> None: ...


class DbosEngine:
    """Implements `engine.port.DurableEngine`.

    Args:
        database: one made for this (`store.engine_database`); closed by `stop`.
        executor_id: of this data directory, or of this worker; what it left is recovered by it.
        concurrency: how many runs are executed at once.
    """

    def __init__(
        self, database: EngineDatabase, *, executor_id: str, concurrency: int = 16
    ) -> None:
        self._database = database
        self._executor_id = executor_id
        self._concurrency = concurrency
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._active = 0
        self._dbos: ModuleType | None = None
        self._workflow: Any = None

    def start(self, workflow: Workflow) -> None:
        """Launch, and take up again what a crash of this executor left unfinished."""
        dbos = _import_dbos()
        if not _only_one.acquire(blocking=False):
            raise InternalFault("Another engine is running in this process.")
        self._dbos = dbos
        try:
            dbos.DBOS(config=self._config())
            self._workflow = dbos.DBOS.workflow(name=_WORKFLOW)(self._guarded(workflow))
            dbos.DBOS.launch()
            dbos.DBOS.register_queue(
                _QUEUE,
                worker_concurrency=self._concurrency,
                polling_interval_sec=_POLL_SECONDS,
                on_conflict="always_update",
            )
        except BaseException:
            self.stop(grace=0)
            raise

    def stop(self, grace: float = 10.0) -> None:
        """Take no more work, wait up to `grace` seconds for steps in flight, release everything."""
        self._stopping.set()
        dbos, self._dbos = self._dbos, None
        if dbos is None:
            return
        # Emptied first: what waits in its pool would otherwise start while the rest stops.
        with self._changed:
            if not self._changed.wait_for(lambda: self._active == 0, timeout=grace):
                _log.warning("%d runs did not stop in %s seconds", self._active, grace)
        dbos.DBOS.destroy(destroy_registry=True)
        # Threads of DBOS may still be at it.
        self._database.close()
        _only_one.release()

    def require_running(self) -> None:
        """Raises Conflict, unless the engine has been started and does not stop."""
        self._launched()

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def submit(self, run_id: str) -> None:
        """Execute the run as soon as there is room; a run that is known is left alone."""
        dbos = self._launched()
        with self._changed:
            room = self._active < self._concurrency
        with dbos.SetWorkflowID(run_id):
            if room:
                # At once: the queue is only looked at every so often.
                dbos.DBOS.start_workflow(self._workflow, run_id)
            else:
                dbos.DBOS.enqueue_workflow(_QUEUE, self._workflow, run_id)

    def step(self, name: str, function: Callable[[], T]) -> T:
        """Inside a workflow: run `function` once and remember its JSON result."""
        dbos = self._dbos
        if dbos is None or self.stopping:
            raise Suspended
        try:
            result: T = dbos.DBOS.run_step({"name": name}, function)
        except dbos.error.DBOSBaseException as said:
            # Cancelled, or another process has it by now.
            raise Suspended(str(said)) from said
        except Exception as fault:
            # The function raises none: it is what was to be remembered that could not be kept.
            if "disk is full" in str(fault) or "No space left" in str(fault):
                raise StorageFull(
                    "What the run has done so far cannot be kept.",
                    hint="Make room on the disk that holds the data directory.",
                ) from fault
            raise
        return result

    def cancel(self, run_id: str) -> None:
        """Drop the run from the queue, or suspend it at its next step."""
        self._launched().DBOS.cancel_workflow(run_id)

    def unfinished(self) -> list[str]:
        """Ids of runs that are queued or running."""
        found = self._launched().DBOS.list_workflows(
            status=sorted(_IN_FLIGHT), name=_WORKFLOW, load_input=False, load_output=False
        )
        return [one.workflow_id for one in found]

    def sleep(self, seconds: float) -> None:
        """Inside a workflow: a durable wait."""
        until = self.step("penstock.sleep", lambda: time.time() + seconds)
        while (left := until - time.time()) > 0:
            if self._stopping.wait(left):
                raise Suspended

    def status(self, run_id: str) -> dict[str, Any] | None:
        """What the engine itself knows of a run: `status`, `recovery_attempts`, `executor_id`."""
        found = self._launched().DBOS.get_workflow_status(run_id)
        if found is None:
            return None
        return {
            "status": found.status,
            "in_flight": found.status in _IN_FLIGHT,
            "recovery_attempts": found.recovery_attempts,
            "executor_id": found.executor_id,
            "application_version": found.app_version,
        }

    def forget(self, run_ids: Sequence[str]) -> Sequence[str]:
        """Remove all that the engine keeps of these runs; those that it knows no more."""
        known = self._launched().DBOS.list_workflows(
            workflow_ids=list(run_ids), load_input=False, load_output=False
        )
        in_flight = {one.workflow_id for one in known if one.status in _IN_FLIGHT}
        gone = [run_id for run_id in run_ids if run_id not in in_flight]
        if found := [one.workflow_id for one in known if one.workflow_id not in in_flight]:
            self._launched().DBOS.delete_workflows(found, delete_children=True)
        return gone

    @property
    def load(self) -> Load:
        """How many runs are executed here just now."""
        return Load(self._active, self._concurrency)

    def _launched(self) -> ModuleType:
        if self._dbos is None:
            raise Conflict(
                "Runs are not executed here just now: the engine is not running.",
                hint="Try again when Penstock has been started.",
            )
        return self._dbos

    def _guarded(self, workflow: Workflow) -> Callable[[str], None]:
        def execute(run_id: str) -> None:
            with self._changed:
                if self.stopping:
                    raise Suspended
                self._active += 1
            try:
                workflow(run_id)
            finally:
                with self._changed:
                    self._active -= 1
                    self._changed.notify_all()

        return execute

    def _config(self) -> "DBOSConfig":
        return {
            "name": "penstock",
            "system_database_engine": self._database.engine,
            "application_version": VERSION,
            "executor_id": self._executor_id,
            # One more: recovery at launch takes a thread of the same pool for a moment.
            "max_executor_threads": self._concurrency + 1,
            "serializer": _serializer(),
            "enable_otlp": False,
            "log_level": "WARNING",
            "notification_listener_polling_interval_sec": 0.2,
            "scheduler_polling_interval_sec": 3600.0,
        }


def _import_dbos() -> ModuleType:
    # DBOS gives its logger a console handler unless there is one.
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    import dbos  # noqa: PLC0415 - a second, and 60 MB
    from dbos import _serialization  # noqa: PLC0415

    # Each row names what it was written with, and DBOS opens a pickle whatever serializer it was
    # given: whoever can write the database could run code. Nothing of ours is ever a pickle.
    _serialization.DefaultSerializer.deserialize = _refuse_pickle  # type: ignore[assignment]  # a method

    return dbos


def _refuse_pickle(_: object, serialized_data: str) -> NoReturn:
    raise TypeError(f"A pickle of {len(serialized_data):,} characters is not opened.")


def _serializer() -> Any:
    from dbos import Serializer  # noqa: PLC0415

    class Json(Serializer):
        """JSON and not pickle: whoever can write the database could otherwise run code."""

        def serialize(self, data: Any) -> str:
            if isinstance(data, BaseException):
                data = {_ERROR: f"{type(data).__name__}: {data}"}
            return to_json(data, inf_nan_mode="null").decode()

        def deserialize(self, serialized_data: str) -> Any:
            data = from_json(serialized_data)
            if isinstance(data, dict) and data.keys() == {_ERROR}:
                return InternalFault(data[_ERROR])
            return data

        def name(self) -> str:
            return "penstock_json"

    return Json()


_ERROR: Final = "$penstock.error"
