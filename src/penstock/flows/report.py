"""The problems of a flow as they are found, each with its place."""

from penstock.errors import Problem, Severity
from penstock.flows.assignment import Mismatch
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource
from penstock.flows.types import Path


class Report:
    """Collects problems and finds out where they are."""

    def __init__(self, source: FlowSource) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def note(
        self,
        path: Path,
        code: str,
        message: str,
        hint: str | None = None,
        *,
        severity: Severity = "error",
        key: bool = False,
    ) -> None:
        at = pointer(path)
        where = self.source.where(at, key=key)
        self.problems.append(Problem(at, code, message, hint, where, severity))

    def note_inside(self, path: Path, text: str, offset: int, found: Mismatch) -> None:
        at = pointer(path)
        where = self.source.where_inside(at, text, offset)
        self.problems.append(
            Problem(at, found.code, found.message, found.hint, where, found.severity)
        )
