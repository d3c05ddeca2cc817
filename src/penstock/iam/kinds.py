"""The kinds of policy, and what AWS calls them in its messages."""

from typing import Final, Literal

PolicyKind = Literal["identity", "session", "boundary", "resource", "trust", "scp", "rcp"]

VERSIONS: Final = ("2012-10-17", "2008-10-17")

NAMES: Final[dict[PolicyKind, str]] = {
    "identity": "identity-based policy",
    "session": "session policy",
    "boundary": "permissions boundary",
    "resource": "resource-based policy",
    "trust": "role trust policy",
    "scp": "service control policy",
    "rcp": "resource control policy",
}


def with_article(kind: PolicyKind) -> str:
    """`a session policy`, `an identity-based policy`, `the role trust policy`."""
    article = {"identity": "an", "trust": "the"}.get(kind, "a")
    return f"{article} {NAMES[kind]}"
