"""The document as a whole: version, variables, Sids, length, and what is said twice.

Lengths: "IAM and AWS STS quotas", "Quotas and service limits for AWS Organizations", and Amazon
S3's for bucket policies.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from penstock.iam.coverage import covers, covers_action
from penstock.iam.kinds import PolicyKind, with_article
from penstock.iam.lint_subject import Placed, Subject, shown
from penstock.iam.statement import Statement
from penstock.iam.variables import template

_LIMITS: Final[dict[PolicyKind, int]] = {
    "identity": 10_240,
    "boundary": 6_144,
    "session": 2_048,
    "trust": 4_096,
    "resource": 20_480,
    "scp": 10_240,
    "rcp": 5_120,
}
_SOFT_LIMITS: Final[dict[PolicyKind, tuple[int, str]]] = {
    "identity": (6_144, "it fits only as inline policy of a role, not as managed policy"),
    "trust": (2_048, "the account's quota has to be raised for it"),
}
_VARIABLE: Final = re.compile(r"\$\{([^}]*)(\}?)")
_MOST: Final = 100  # statements, actions or resources; AWS takes no policy that has so many


def lint_document(subject: Subject, text: str) -> None:
    """Notes what is wrong with the document that is not one statement's."""
    _version(subject)
    _length(subject, text)
    _sids(subject)
    several = list(subject.statements())
    for placed in several:
        _variables(placed)
        _repeated_values(placed)
    if len(several) <= _MOST:
        _redundant_statements(several)


def _version(subject: Subject) -> None:
    root = subject.document.value
    if isinstance(root, dict) and "Version" not in root:
        message = "Without Version the policy is read as of 2008: variables are plain text in it"
        hint = 'Begin it with "Version": "2012-10-17".'
        subject.note("warning", "version_missing", "", message, hint)
    elif subject.policy.version == "2008-10-17":
        message = "Version 2008-10-17 is out of date"
        hint = 'Write "2012-10-17".'
        subject.note("info", "version_old", "/Version", message, hint, fix="2012-10-17")


def _length(subject: Subject, text: str) -> None:
    kind = subject.policy.kind
    # AssumeRole counts every character of a session policy, IAM none that is white space.
    length = len(text) if kind == "session" else len("".join(text.split()))
    limit = _LIMITS[kind]
    if length > limit:
        message = f"It has {length:,} characters, and {with_article(kind)} at most {limit:,}"
        hint = "Use wildcards, or split it into several policies."
        subject.note("error", "too_long", "", message, hint)
    elif kind in _SOFT_LIMITS and length > _SOFT_LIMITS[kind][0]:
        soft, why = _SOFT_LIMITS[kind]
        message = f"It has {length:,} characters, more than {soft:,}: {why}"
        subject.note("warning", "long", "", message)


def _sids(subject: Subject) -> None:
    seen: set[str] = set()
    for placed in subject.statements():
        sid = placed.statement.sid
        if sid and sid in seen:
            message = f"Two statements have the Sid {shown(sid)}"
            subject.note("warning", "sid_repeated", f"{placed.pointer}/Sid", message)
        seen.add(sid or "")


def _variables(placed: Placed) -> None:
    current = placed.subject.policy.version == "2012-10-17"
    for pointer, text in _texts(placed):
        for found in _VARIABLE.finditer(text):
            if not found[2]:
                message = f"The variable that begins in {shown(text)} has no end"
                placed.note("error", "variable_unclosed", pointer, message, 'Close it with "}".')
                break
            whole = template(found[0], variables=True)
            if not whole.variable and whole.fixed == (found[0],):
                message = f"{shown(found[0])} is not a variable, so it stands for itself"
                hint = "A variable is like ${aws:username} or ${aws:PrincipalTag/team, 'none'}."
                placed.note("error", "variable_malformed", pointer, message, hint)
            elif not current:
                message = f"{shown(found[0])} is plain text in a policy of version 2008-10-17"
                hint = 'Write "Version": "2012-10-17".'
                placed.note("error", "variable_in_old_version", pointer, message, hint)


def _texts(placed: Placed) -> Iterator[tuple[str, str]]:
    yield from placed.resources()
    for pointer, one in placed.conditions():
        for value in one.values:
            yield pointer, value


def _repeated_values(placed: Placed) -> None:
    """An action or resource that another one of the same statement covers."""
    statement = placed.statement
    actions, resources = list(placed.actions()), list(placed.resources())
    if len(actions) > _MOST or len(resources) > _MOST:
        return
    for index, (pointer, one) in enumerate(actions):
        if by := _covering(index, [a for _, a in actions], covers_action):
            message = f"{shown(one)} is covered by {shown(by)}"
            placed.note("info", "redundant_action", pointer, message, "Leave it out.")
    if statement.not_resource:
        return
    for index, (pointer, one) in enumerate(resources):
        if by := _covering(index, [r for _, r in resources], covers):
            message = f"{shown(one)} is covered by {shown(by)}"
            placed.note("info", "redundant_resource", pointer, message, "Leave it out.")


def _covering(index: int, values: list[str], test: Callable[[str, str], bool]) -> str | None:
    """Another value that covers the one at `index`; of two that are the same the first stays."""
    one = values[index]
    for other, value in enumerate(values):
        if other != index and test(value, one) and not (test(one, value) and index < other):
            return value
    return None


def _redundant_statements(several: list[Placed]) -> None:
    for placed in several:
        for other in several:
            if other.index == placed.index or not _within(placed.statement, other.statement):
                continue
            if _within(other.statement, placed.statement) and placed.index < other.index:
                continue
            sid = other.statement.sid
            which = f'"{sid}"' if sid else f"{other.index + 1}"
            message = f"Statement {which} says all that this one says"
            placed.note("info", "redundant_statement", placed.pointer, message, "Leave it out.")
            break


def _within(one: Statement, other: Statement) -> bool:
    """Whether `other` has the same effect on all that `one` is about."""
    if (one.effect, one.principals, one.not_principal) != (
        other.effect,
        other.principals,
        other.not_principal,
    ):
        return False
    if one.not_action or other.not_action or one.not_resource or other.not_resource:
        return False
    if not set(other.conditions) <= set(one.conditions):
        return False
    if max(len(one.actions), len(other.actions)) > _MOST:
        return False
    theirs = other.resources or ("*",)
    return all(any(covers_action(b, a) for b in other.actions) for a in one.actions) and all(
        any(covers(b, a) for b in theirs[:_MOST]) for a in one.resources or ("*",)
    )
