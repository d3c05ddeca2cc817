"""Policies as people have them: the document itself, or what the AWS CLI printed around it.

`aws iam get-role-policy`, `get-user-policy`, `get-group-policy` and `get-policy-version` answer
with the document inside; `get-role` has the trust policy. Problems keep their place in the text
that was given.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from penstock.iam.document import Document, Unreadable, read_document, token
from penstock.iam.kinds import PolicyKind
from penstock.iam.policy import Policy, parse_policy

_PATHS: Final[tuple[tuple[str, ...], ...]] = (
    ("PolicyDocument",),
    ("PolicyVersion", "Document"),
    ("Role", "AssumeRolePolicyDocument"),
    ("AssumeRolePolicyDocument",),
    ("Document",),
    ("Policy",),
)


def given_policy(
    source: str | Mapping[str, Any], kind: PolicyKind = "identity", *, name: str | None = None
) -> Policy:
    """The policy in `source`, named as the answer names it, else `name`.

    Raises PolicyInvalid, places counted in `source`.
    """
    if not isinstance(source, str):
        return parse_policy(_inside(source), kind, name=_name(source) or name)
    document = _read(source)
    found = document.value if document is not None else None
    return parse_policy(policy_text(source), kind, name=_name(found) or name)


def policy_text(text: str) -> str:
    """The policy document in `text`, at the same lines and columns; `text` if it is one, or if
    it cannot be read at all, which whoever reads it as a policy will say."""
    document = _read(text)
    found = _path_in(document.value) if document is not None else None
    if document is None or found is None:
        return text
    path, value = found
    if isinstance(value, str):
        return _decoded(value)
    number, offset = 0, 0
    for step in path:
        number, offset = document.places[number, token(step)]
    return _alone(text, offset)


def _inside(source: Mapping[str, Any]) -> str | Mapping[str, Any]:
    found = _path_in(source)
    if found is None:
        return source
    value: str | Mapping[str, Any] = found[1]
    return _decoded(value) if isinstance(value, str) else value


def _decoded(text: str) -> str:
    """IAM's API itself answers with documents URL-encoded (RFC 3986)."""
    return unquote(text) if text.startswith("%7B") else text


def _path_in(answer: object) -> tuple[tuple[str, ...], Any] | None:
    """Where in an answer of the AWS CLI the document is, and the document; None in a policy."""
    if not isinstance(answer, Mapping) or "Statement" in answer:
        return None
    for path in _PATHS:
        found: Any = answer
        for step in path:
            found = found.get(step) if isinstance(found, Mapping) else None
        if isinstance(found, str) or (isinstance(found, Mapping) and "Statement" in found):
            return path, found
    return None


def _alone(text: str, key: int) -> str:
    """The value of the key at `key`, with blanks in place of all that is around it."""
    start = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*').match(text, key)
    assert start is not None  # the text was read, and this is a key in it
    _, end = json.JSONDecoder().raw_decode(text, start.end())
    before = re.sub(r"[^\n]", " ", text[: start.end()])
    return before + text[start.end() : end]


def _name(answer: object) -> str | None:
    if not isinstance(answer, Mapping) or "PolicyDocument" not in answer:
        return None
    name = answer.get("PolicyName")
    return name if isinstance(name, str) else None


def _read(text: str) -> Document | None:
    try:
        return read_document(text)
    except Unreadable:
        return None
