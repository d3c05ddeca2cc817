"""The durable engine, as far as Penstock uses it. `engine.durable` implements it with DBOS."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

Workflow = Callable[[str], None]
"""Called with the run's id; called again with the same id after a crash."""


class Suspended(BaseException):
    """The run stops here and nothing is recorded: it is taken up again from its last step.

    Raised when the engine stops, or when the run is no longer this process's. Not an Exception,
    so that no card takes it for a failure.
    """


class Load(NamedTuple):
    """Runs executed in this process, and how many there can be."""

    active: int
    most: int


class DurableEngine(Protocol):
    """A dozen verbs. A workflow's steps are positional: replay must ask for the same ones."""

    def start(self, workflow: Workflow) -> None:
        """Launch, and take up again what a crash of this executor left unfinished.

        Each run is executed by calling `workflow`, in a bounded pool of threads. It may raise
        Suspended; whatever else it raises is a defect, and ends the run for the engine.
        """
        ...

    def stop(self, grace: float = 10.0) -> None:
        """Take no more work, wait up to `grace` seconds for steps in flight, release everything.

        A card in flight sees `stopping`; a step that has ended by then is remembered.
        """
        ...

    @property
    def stopping(self) -> bool: ...
    def require_running(self) -> None:
        """Raises Conflict, unless the engine has been started and does not stop."""
        ...

    def submit(self, run_id: str) -> None:
        """Execute the run as soon as there is room; a run that is known is left alone."""
        ...

    def step(self, name: str, function: Callable[[], T]) -> T:
        """Inside a workflow: run `function` once and remember its JSON result.

        On replay the remembered result is returned. `function` may raise only Suspended: what a
        card's failure means is decided, and recorded, by whoever calls.

        Raises:
            Suspended: the engine stops, or another process has this run by now.
        """
        ...

    def cancel(self, run_id: str) -> None:
        """Drop the run from the queue, or suspend it at its next step."""
        ...

    def unfinished(self) -> list[str]:
        """Ids of runs that are queued or running."""
        ...

    def sleep(self, seconds: float) -> None:
        """Inside a workflow: a durable wait."""
        ...

    def status(self, run_id: str) -> dict[str, Any] | None:
        """What the engine itself knows of a run, for `runs show --engine`."""
        ...

    def forget(self, run_ids: Sequence[str]) -> Sequence[str]:
        """Remove all that the engine keeps of these runs; those that it knows no more.

        A run that it still has in flight is left out: its end is recorded a moment after that
        of its history.
        """
        ...

    @property
    def load(self) -> Load:
        """How many runs are executed here just now."""
        ...
