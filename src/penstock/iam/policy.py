"""A policy document: read, checked for what kind of policy it is, printed one way."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from penstock.errors import PolicyInvalid, Problem, Where
from penstock.iam.document import Unreadable, read_document
from penstock.iam.elements import ElementReader
from penstock.iam.kinds import PolicyKind
from penstock.iam.statement import Condition, Principals, Statement

if TYPE_CHECKING:
    from penstock.iam.compiled import CompiledPolicy

__all__ = ["Condition", "Policy", "PolicyKind", "Principals", "Statement", "parse_policy"]


@dataclass(frozen=True)
class Policy:
    """A policy. `id` is the document's own Id; `name` is what the reasons of decisions call it."""

    statements: tuple[Statement, ...]
    kind: PolicyKind = "identity"
    version: str = "2012-10-17"
    id: str | None = None
    name: str | None = field(default=None, compare=False)

    def named(self, name: str) -> "Policy":
        """The same policy, called `name` in reasons."""
        return replace(self, name=name)

    def as_dict(self) -> dict[str, Any]:
        """The document as JSON has it; lists of one are written without the list."""
        found: dict[str, Any] = {"Version": self.version}
        if self.id is not None:
            found["Id"] = self.id
        found["Statement"] = [statement.as_dict() for statement in self.statements]
        return found

    def text(self, indent: int | None = 2) -> str:
        """The document as ASCII JSON; `indent=None` is the shortest form.

        Reading it again gives an equal policy. What is not ASCII is escaped, because IAM takes
        no characters past U+00FF as they are.
        """
        if indent is None:
            return json.dumps(self.as_dict(), separators=(",", ":"))
        return json.dumps(self.as_dict(), indent=indent)

    @cached_property
    def compiled(self) -> "CompiledPolicy":
        """The policy made ready for evaluation, once."""
        from penstock.iam.compiled import CompiledPolicy  # noqa: PLC0415 - it needs Policy

        return CompiledPolicy(self)


def parse_policy(
    source: str | bytes | Mapping[str, Any],
    kind: PolicyKind = "identity",
    *,
    name: str | None = None,
) -> Policy:
    """The policy in `source`: JSON text (UTF-8 if bytes) or a mapping of the same shape.

    Raises PolicyInvalid, and nothing else, with every problem found: a JSON pointer each, and
    for text the line and column. Unknown condition operators are no problem here; evaluation
    calls what depends on them unknown.
    """
    text = _text(source)
    try:
        document = read_document(text, shown=isinstance(source, str | bytes | bytearray))
    except Unreadable as unreadable:
        raise _invalid([unreadable.problem]) from None
    reader = ElementReader(document, kind)
    version, identifier, statements = reader.policy()
    if reader.problems:
        raise _invalid(reader.problems)
    return Policy(statements, kind, version, identifier, name)


def _text(source: object) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, bytes | bytearray):
        try:
            return source.decode()
        except UnicodeDecodeError as error:
            message = f"The policy is not UTF-8 text: byte {error.start + 1} is wrong"
            raise _invalid([Problem("", "not_utf8", message)]) from None
    if isinstance(source, Mapping):
        try:
            return json.dumps(source, default=_plain, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            message = "The policy holds something that JSON cannot"
            raise _invalid([Problem("", "not_json", message)]) from None
    message = f"A policy is JSON text or a mapping, not {type(source).__name__}"
    raise _invalid([Problem("", "not_json", message)])


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError


def _invalid(problems: list[Problem]) -> PolicyInvalid:
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    place = str(first.where) or first.pointer
    message = f"{first.message}{f', at {place}' if place else ''}{more}"
    where = Where(line=first.where.line, column=first.where.column)
    return PolicyInvalid(
        f"The policy cannot be read: {message}",
        hint=first.hint or "Correct the document at that place.",
        where=where,
        problems=tuple(problems),
    )
