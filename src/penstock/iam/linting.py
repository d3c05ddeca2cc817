"""What is wrong or doubtful in a policy, each at its place, with what to write instead."""

import json
from collections.abc import Mapping
from typing import Any, Final

from penstock.errors import PolicyInvalid, Problem
from penstock.iam.document import Unreadable, read_document
from penstock.iam.elements import ElementReader
from penstock.iam.kinds import PolicyKind
from penstock.iam.lint_actions import lint_actions, lint_resources
from penstock.iam.lint_conditions import lint_conditions
from penstock.iam.lint_document import lint_document
from penstock.iam.lint_principals import lint_principals
from penstock.iam.lint_subject import Finding, Severity, Subject
from penstock.iam.policy import Policy, parse_policy

__all__ = ["Finding", "Severity", "lint"]

# Problems of reading that leave the rest to be looked at; the rules below note them again.
_BESIDE: Final = frozenset({"sid_repeated"})
_RANK: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "info": 2}


def lint(
    policy: str | bytes | Mapping[str, Any] | Policy,
    kind: PolicyKind = "identity",
    *,
    account: str | None = None,
) -> tuple[Finding, ...]:
    """The findings on `policy`, errors first, then in the order of the text; never raises.

    Lines and columns are given for text only. What cannot be read at all is an error too, and
    then the only ones. A `Policy` has its own kind. `account` is the account of the role whose
    trust policy it is: its own principals need no external ID.
    """
    if isinstance(policy, Policy):
        kind, text = policy.kind, policy.text(indent=None)
    else:
        try:
            text = _text(policy)
        except (PolicyInvalid, UnicodeDecodeError, TypeError, ValueError, RecursionError):
            return _unreadable(policy, kind)
    try:
        document = read_document(text, shown=isinstance(policy, str | bytes))
    except Unreadable as unreadable:
        return (_finding(unreadable.problem),)
    reader = ElementReader(document, kind)
    version, identifier, statements = reader.policy()
    if any(problem.code not in _BESIDE for problem in reader.problems):
        return _sorted([_finding(problem) for problem in reader.problems])
    subject = Subject(Policy(statements, kind, version, identifier), document, account)
    subject.findings += [_finding(problem) for problem in reader.problems]
    for placed in subject.statements():
        lint_actions(placed)
        lint_resources(placed)
        lint_principals(placed)
        lint_conditions(placed)
    lint_document(subject, text)
    noted = {(one.code, one.pointer) for one in subject.findings if one.severity == "error"}
    return _sorted(
        [
            one
            for one in subject.findings
            if one.severity == "error" or (one.code, one.pointer) not in noted
        ]
    )


def _text(policy: str | bytes | Mapping[str, Any]) -> str:
    if isinstance(policy, str):
        return policy
    return policy.decode() if isinstance(policy, bytes) else json.dumps(policy, allow_nan=False)


def _unreadable(policy: bytes | str | Mapping[str, Any], kind: PolicyKind) -> tuple[Finding, ...]:
    try:
        found = parse_policy(policy, kind)
    except PolicyInvalid as invalid:
        return tuple(_finding(problem) for problem in invalid.problems)
    return lint(found, kind)


def _finding(problem: Problem) -> Finding:
    where = problem.where
    return Finding(
        problem.code,
        "error",
        problem.message,
        problem.pointer,
        where.line,
        where.column,
        problem.hint,
    )


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    unique = dict.fromkeys(findings)
    return tuple(
        sorted(unique, key=lambda one: (_RANK[one.severity], one.line or 0, one.column or 0))
    )
