"""Reads the elements of a policy document into values, and notes every problem at its place.

What must and must not be there is of the IAM user guide, "IAM JSON policy element reference"
and "Grammar of the IAM JSON policy language".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, cast

from penstock.errors import Problem
from penstock.iam.document import Document, Number, Value, token
from penstock.iam.kinds import VERSIONS, PolicyKind, with_article
from penstock.iam.statement import Condition, Effect, Principals, Statement

_MOST_PROBLEMS: Final = 50  # further ones tell their reader nothing new
_NAMES_PRINCIPALS: Final = frozenset({"resource", "trust", "rcp"})
_PLAIN_SIDS: Final = frozenset({"identity", "session", "boundary", "scp", "rcp"})
_POLICY_ELEMENTS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_ELEMENTS: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction"}
    | {"Resource", "NotResource", "Condition"}
)
_ACTION: Final = re.compile(r"\*|\*:\*|[A-Za-z0-9-]+:[A-Za-z0-9_*?-]+")
_SID: Final = re.compile(r"[A-Za-z0-9]*")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_KINDS_OF_PRINCIPAL: Final = {
    "AWS": "aws",
    "Service": "service",
    "Federated": "federated",
    "CanonicalUser": "canonical_user",
}


class ElementReader:
    """Reads one document of one kind; `problems` grows as it goes."""

    def __init__(self, document: Document, kind: PolicyKind) -> None:
        self.document = document
        self.kind = kind
        self.problems: list[Problem] = []

    def note(self, pointer: str, code: str, message: str, hint: str | None = None) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(self.document.problem(pointer, code, message, hint))

    def policy(self) -> tuple[str, str | None, tuple[Statement, ...]]:
        """Version, Id and statements; meaningful only if no problem was noted."""
        root = self.document.value
        if not isinstance(root, dict):
            self.note("", "not_an_object", "A policy is a JSON object", 'Begin it with "{".')
            return VERSIONS[0], None, ()
        self.names("", root, _POLICY_ELEMENTS, "a policy")
        version = root.get("Version", "2008-10-17")
        if version not in VERSIONS:
            hint = 'Write "Version": "2012-10-17".'
            self.note("/Version", "version", "This policy version does not exist", hint)
        name = root.get("Id")
        if name is not None and not isinstance(name, str):
            self.note("/Id", "not_text", "The Id of a policy is text")
        found = root.get("Statement")
        if "Statement" not in root:
            self.note("", "no_statement", "The policy has no Statement")
        elif isinstance(found, list):
            statements = [self.statement(f"/Statement/{i}", one) for i, one in enumerate(found)]
            self.unique_sids(statements)
            return str(version), cast("str | None", name), tuple(statements)
        else:
            return str(version), cast("str | None", name), (self.statement("/Statement", found),)
        return VERSIONS[0], None, ()

    def names(
        self, pointer: str, given: Mapping[str, Value], known: frozenset[str], of: str
    ) -> None:
        """Notes elements that do not exist, with the spelling that was probably meant."""
        meant = {name.lower(): name for name in known}
        for name in given:
            if name not in known:
                right = meant.get(name.lower()) or meant.get(name.lower().removesuffix("s"))
                hint = f"Did you mean {right!r}?" if right else f"There are {_listed(known)}."
                message = f"{_shown(name)} is not an element of {of}"
                self.note(f"{pointer}/{token(name)}", "unknown_element", message, hint)

    def unique_sids(self, statements: Iterable[Statement]) -> None:
        if self.kind not in _PLAIN_SIDS:
            return
        seen: set[str] = set()
        for index, statement in enumerate(statements):
            if statement.sid and statement.sid in seen:
                message = f"Two statements have the Sid {_shown(statement.sid)}"
                self.note(f"/Statement/{index}/Sid", "sid_repeated", message)
            seen.add(statement.sid or "")

    def statement(self, pointer: str, given: Value) -> Statement:
        if not isinstance(given, dict):
            self.note(pointer, "not_an_object", "A statement is a JSON object")
            return Statement("Deny", ())
        self.names(pointer, given, _STATEMENT_ELEMENTS, "a statement")
        effect = given.get("Effect")
        if effect not in ("Allow", "Deny"):
            hint = 'It is "Allow" or "Deny", spelt so.'
            place = f"{pointer}/Effect" if "Effect" in given else pointer
            self.note(place, "effect", "The statement has no valid Effect", hint)
        action = self.one_of(pointer, given, "Action", "NotAction")
        resource = self.one_of(
            pointer, given, "Resource", "NotResource", allowed=self.kind != "trust"
        )
        principal = self.one_of(
            pointer, given, "Principal", "NotPrincipal", allowed=self.kind in _NAMES_PRINCIPALS
        )
        statement = Statement(
            effect=cast("Effect", effect if effect in ("Allow", "Deny") else "Deny"),
            actions=self.actions(pointer, action, given),
            resources=self.resources(pointer, resource, given),
            principals=self.principals(pointer, principal, given),
            conditions=self.conditions(f"{pointer}/Condition", given.get("Condition", {})),
            sid=self.sid(pointer, given),
            not_action=action == "NotAction",
            not_resource=resource == "NotResource",
            not_principal=principal == "NotPrincipal",
        )
        if self.kind == "rcp":
            self.control_of_resources(pointer, statement)
        return statement

    def one_of(
        self,
        pointer: str,
        given: Mapping[str, Value],
        plain: str,
        negated: str,
        *,
        allowed: bool = True,
    ) -> str | None:
        """Which of the two elements is there; notes if both, none, or one too many."""
        there = [name for name in (plain, negated) if name in given]
        if not allowed:
            for name in there:
                message = f"{name} does not belong in {with_article(self.kind)}"
                self.note(f"{pointer}/{name}", "misplaced_element", message)
            return None
        if len(there) == 2:
            message = f"{plain} and {negated} cannot be in the same statement"
            self.note(f"{pointer}/{negated}", "both_elements", message)
        if not there:
            message = f"The statement has neither {plain} nor {negated}"
            self.note(pointer, f"no_{plain.lower()}", message)
            return None
        return there[0]

    def sid(self, pointer: str, given: Mapping[str, Value]) -> str | None:
        sid = given.get("Sid")
        if "Sid" not in given:
            return None
        if not isinstance(sid, str) or isinstance(sid, Number):
            self.note(f"{pointer}/Sid", "not_text", "The Sid of a statement is text")
            return None
        if self.kind in _PLAIN_SIDS and not _SID.fullmatch(sid):
            hint = "Only the letters A-Z and a-z and digits may be in it."
            self.note(f"{pointer}/Sid", "sid", f"{_shown(sid)} is not a valid Sid", hint)
        return sid

    def texts(self, pointer: str, given: Value, what: str) -> list[tuple[str, str]]:
        """Pointer and text of each value of a text or a list of texts."""
        several = given if isinstance(given, list) else [given]
        places = [f"{pointer}/{i}" for i in range(len(several))]
        found: list[tuple[str, str]] = []
        for place, one in zip(
            places if isinstance(given, list) else [pointer], several, strict=True
        ):
            if isinstance(one, str) and not isinstance(one, Number):
                found.append((place, one))
            else:
                self.note(place, "not_text", f"{what} is text in double quotes, or a list of them")
        if not several:
            self.note(pointer, "empty_list", f"The list is empty: {what} is missing")
        return found

    def actions(
        self, pointer: str, name: str | None, given: Mapping[str, Value]
    ) -> tuple[str, ...]:
        if name is None:
            return ()
        found = self.texts(f"{pointer}/{name}", given[name], "An action")
        for place, action in found:
            if not _ACTION.fullmatch(action):
                hint = 'Write it like "s3:GetObject", "s3:Get*" or "*".'
                self.note(place, "action", f"{_shown(action)} is not an action", hint)
        return tuple(action for _, action in found)

    def resources(
        self, pointer: str, name: str | None, given: Mapping[str, Value]
    ) -> tuple[str, ...] | None:
        if name is None:
            return None
        found = self.texts(f"{pointer}/{name}", given[name], "A resource")
        for place, resource in found:
            if resource != "*" and not resource.startswith("arn:"):
                hint = 'Write an ARN like "arn:aws:s3:::bucket/*", or "*".'
                self.note(place, "resource", f"{_shown(resource)} is not an ARN", hint)
        return tuple(resource for _, resource in found)

    def principals(
        self, pointer: str, name: str | None, given: Mapping[str, Value]
    ) -> Principals | None:
        if name is None:
            return None
        pointer, element = f"{pointer}/{name}", given[name]
        if element == "*":
            return Principals(everyone=True)
        if not isinstance(element, dict):
            hint = 'Write "*" or an object like {"AWS": "arn:aws:iam::111122223333:root"}.'
            self.note(pointer, "principal", f"{name} is neither * nor an object", hint)
            return None
        if not element:
            self.note(pointer, "principal", f"{name} names nobody")
        self.names(pointer, element, frozenset(_KINDS_OF_PRINCIPAL), name)
        named: dict[str, tuple[str, ...]] = {}
        for kind, field in _KINDS_OF_PRINCIPAL.items():
            if kind not in element:
                continue
            found = self.texts(f"{pointer}/{kind}", element[kind], "A principal")
            for place, who in found:
                self.principal(place, kind, who)
            named[field] = tuple(who for _, who in found)
        return Principals(False, *(named.get(field, ()) for field in _KINDS_OF_PRINCIPAL.values()))

    def principal(self, pointer: str, kind: str, who: str) -> None:
        """Notes a principal that AWS would refuse; unique IDs of deleted principals pass."""
        if kind != "AWS" or who == "*" or _ACCOUNT.fullmatch(who):
            return
        if "*" in who or "?" in who:
            message = "A wildcard cannot stand for part of a principal"
            hint = 'Name the account and use the condition key "aws:PrincipalArn".'
            self.note(pointer, "principal_wildcard", message, hint)
        elif not who.startswith("arn:") and not who.isalnum():
            hint = "Name an account ID, or the ARN of an account, role, session or user."
            self.note(pointer, "principal", f"{_shown(who)} is not a principal", hint)

    def conditions(self, pointer: str, given: Value) -> tuple[Condition, ...]:
        if not isinstance(given, dict):
            self.note(pointer, "not_an_object", "Condition is a JSON object")
            return ()
        found: list[Condition] = []
        for operator, tests in given.items():
            place = f"{pointer}/{token(operator)}"
            if not isinstance(tests, dict):
                hint = 'Write {"StringEquals": {"key": "value"}}.'
                self.note(
                    place, "not_an_object", f"{_shown(operator)} holds no object of keys", hint
                )
                continue
            for key, values in tests.items():
                below = f"{place}/{token(key)}"
                found.append(Condition(operator, key, self.values(below, values)))
        return tuple(found)

    def values(self, pointer: str, given: Value) -> tuple[str, ...]:
        """Condition values as texts: numbers as written, Booleans as `true` and `false`."""
        several = given if isinstance(given, list) else [given]
        found: list[str] = []
        for one in several:
            if isinstance(one, bool):
                found.append("true" if one else "false")
            elif isinstance(one, str):
                found.append(str(one))
            else:
                message = "A condition's value is text, a number, true or false, or a list of them"
                self.note(pointer, "condition_value", message)
        return tuple(found)

    def control_of_resources(self, pointer: str, statement: Statement) -> None:
        """What "Resource control policies (RCPs)" asks: Deny only, and everyone as Principal."""
        everything = statement.actions == ("*",) and statement.resources == ("*",)
        if statement.effect == "Allow" and not everything:
            message = "Only RCPFullAWSAccess allows; other resource control policies deny"
            self.note(f"{pointer}/Effect", "rcp_allow", message)
        named = statement.principals
        if (named and not (named.everyone or named.aws == ("*",))) or statement.not_principal:
            message = 'The Principal of a resource control policy is "*"'
            self.note(pointer, "rcp_principal", message)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))


def _shown(text: str) -> str:
    return repr(text if len(text) <= 100 else f"{text[:100]}…")
