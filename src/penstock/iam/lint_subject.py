"""The policy that is linted, with the place of everything in it, and what is found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from penstock.iam.document import Document, token
from penstock.iam.policy import Policy
from penstock.iam.statement import Condition, Statement

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a policy, at its place.

    `pointer` is a JSON pointer (RFC 6901); `line` and `column` count from 1 and are None if the
    policy was not given as text. `error`: AWS refuses it, or it does not do what it says;
    `warning`: probably not meant, or unsafe; `info`: could be simpler. `fix` is what to write in
    place of the value there.
    """

    code: str
    severity: Severity
    message: str
    pointer: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    fix: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API: what is known."""
        return {
            name: value
            for name in ("code", "severity", "message", "pointer", "line", "column", "hint", "fix")
            if (value := getattr(self, name)) is not None
        }


@dataclass(slots=True)
class Subject:
    """One policy. `account` is the account it belongs to, if that is known."""

    policy: Policy
    document: Document
    account: str | None = None
    findings: list[Finding] = field(default_factory=list)

    def note(
        self,
        severity: Severity,
        code: str,
        pointer: str,
        message: str,
        hint: str | None = None,
        *,
        fix: str | None = None,
    ) -> None:
        """Adds a finding at `pointer`."""
        where = self.document.problem(pointer, code, message).where
        found = Finding(code, severity, message, pointer, where.line, where.column, hint, fix)
        self.findings.append(found)

    def statements(self) -> Iterator["Placed"]:
        """Each statement with its place."""
        root = self.document.value
        given = root.get("Statement") if isinstance(root, dict) else None
        for index, statement in enumerate(self.policy.statements):
            if isinstance(given, list):
                raw = given[index] if index < len(given) else None
                pointer = f"/Statement/{index}"
            else:
                raw, pointer = given, "/Statement"
            yield Placed(self, index, statement, pointer, raw if isinstance(raw, dict) else {})


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement and where it stands."""

    subject: Subject
    index: int
    statement: Statement
    pointer: str
    raw: dict[str, Any]

    def note(
        self,
        severity: Severity,
        code: str,
        pointer: str,
        message: str,
        hint: str | None = None,
        *,
        fix: str | None = None,
    ) -> None:
        """Adds a finding."""
        self.subject.note(severity, code, pointer, message, hint, fix=fix)

    @property
    def allows(self) -> bool:
        """Whether its effect is Allow."""
        return self.statement.effect == "Allow"

    def actions(self) -> Iterator[tuple[str, str]]:
        """Pointer and text of each action."""
        name = "NotAction" if self.statement.not_action else "Action"
        yield from self._each(name, self.statement.actions)

    def resources(self) -> Iterator[tuple[str, str]]:
        """Pointer and text of each resource."""
        name = "NotResource" if self.statement.not_resource else "Resource"
        yield from self._each(name, self.statement.resources or ())

    def conditions(self) -> Iterator[tuple[str, Condition]]:
        """Pointer and value of each condition."""
        for one in self.statement.conditions:
            yield f"{self.pointer}/Condition/{token(one.operator)}/{token(one.key)}", one

    def principal(self) -> str:
        """Pointer of the Principal or NotPrincipal element."""
        return f"{self.pointer}/{'NotPrincipal' if self.statement.not_principal else 'Principal'}"

    def _each(self, name: str, values: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        several = isinstance(self.raw.get(name), list)
        for index, value in enumerate(values):
            yield f"{self.pointer}/{name}{f'/{index}' if several else ''}", value


def shown(text: str) -> str:
    """A text of the policy as messages show it."""
    return repr(text if len(text) <= 80 else f"{text[:80]}…")
