"""The durable engine, as far as Penstock uses it. `engine.durable` implements it with DBOS."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

Workflow = Callable[[str], None]
"""Called with the run's id; called again with the same id after a crash."""


class DurableEngine(Protocol):
    """A dozen verbs. A workflow's steps are positional: replay must ask for the same ones."""

    def start(self) -> None:
        """Launch, and take up again what a crash of this executor left unfinished."""
        ...

    def stop(self) -> None:
        """Take no more work, wait for steps in flight, release everything."""
        ...

    def submit(self, run_id: str) -> None:
        """Enqueue the run; a run that is already known is left alone."""
        ...

    def step(self, name: str, function: Callable[[], T]) -> T:
        """Inside a workflow: run `function` once and remember its JSON result.

        On replay the remembered result is returned (or the remembered error raised).
        """
        ...

    def cancel(self, run_id: str) -> None:
        """Take effect at the next step."""
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
