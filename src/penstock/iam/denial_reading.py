"""What AWS's messages of denied access say: who, what, on what, and which kind of policy said no.

The forms are those of "Troubleshoot access denied error messages" (IAM user guide), "Troubleshoot
access denied (403 Forbidden) errors in Amazon S3" (Amazon S3 user guide), the KMS developer
guide, and of STS. S3 names the policy only to callers of the bucket's own account or
organization; others hear "Access Denied".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from penstock.iam.actions import find_action
from penstock.iam.kinds import NAMES, PolicyKind

DenyingKind = PolicyKind | Literal["vpc_endpoint"]
Form = Literal[
    "policy",  # names the kind of policy
    "plain",  # who may not do what, but not why
    "bare",  # "Access Denied", or the 403 of a HEAD request
    "encoded",  # only a coded message
    "kms_resource",  # KMS: no such key here, or its policy
    "kms_ciphertext",  # KMS: the key of the object
    "public_access",  # S3 Block Public Access
    "object_lock",  # S3 Object Lock
    "root",  # STS: the root user assumes no roles
    "duration",  # STS: longer than the role allows
    "role_chaining",  # STS: longer than an hour, by a role
]

KIND_NAMES: Final[Mapping[DenyingKind, str]] = dict(
    [*NAMES.items(), ("vpc_endpoint", "VPC endpoint policy")]
)


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial as AWS tells it; what it does not tell is None.

    `explicit`: a Deny statement applied, else no statement allowed it. `policy_arn` is the
    policy that denies. `through`: a VPC endpoint hands on what this kind of policy denied.
    `setting` is the one of S3 Block Public Access. `encoded` is for
    `aws sts decode-authorization-message`. `operation` is the API operation, if the text has it.
    """

    form: Form
    message: str
    principal: str | None = None
    action: str | None = None
    resource: str | None = None
    policy_kind: DenyingKind | None = None
    explicit: bool | None = None
    policy_arn: str | None = None
    through: DenyingKind | None = None
    setting: str | None = None
    encoded: str | None = None
    operation: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the API: what is known."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in pairs if value is not None}


_LONGEST: Final = 20_000  # a key has 1,024 bytes, an encoded message a few thousand
_CALLED: Final = re.compile(
    r"\s*An error occurred \([^)]*\) when calling the (?P<operation>\w+) operation"
    r"(?: \([^)]*\))?:\s*"
)
_ENCODED: Final = re.compile(r"\.?\s*Encoded authorization failure message:\s*(?P<encoded>\S+)")
_WHO: Final = re.compile(
    r"(?:(?:User|Principal):?\s+(?P<user>\S+)\s+is|Entity\s+is|User\s+is)\s+not\s+authorized\s+"
    r"to\s+perform:?\s+(?P<action>[A-Za-z0-9-]+:[A-Za-z0-9*]+)",
)
_NOT_AUTHORIZED: Final = re.compile(
    r"Not authorized to perform:?\s+(?P<action>[a-z0-9-]+:\w+)", re.I
)
_QUOTED: Final = re.compile(r'\s+on\s+resource:?\s+"(?P<resource>.*)"', re.DOTALL)
_UNQUOTED: Final = re.compile(r"\s+on\s+resource:?\s+(?P<resource>\S+)")
_IMPLICIT: Final = re.compile(
    r"\s+because\s+no\s+(?P<kind>[A-Za-z][A-Za-z -]*?)\s+allows\s+the\s+(?P<action>\S+)\s+action"
)
_EXPLICIT: Final = re.compile(
    r"\s+with\s+an\s+explicit\s+deny\s+in\s+(?:an?|the)\s+"
    r"(?P<kind>[A-Za-z][A-Za-z -]*?(?:policy|boundary))"
    r"(?:\s+transitively\s+through\s+(?:an?|the)\s+(?P<through>[A-Za-z -]*?(?:policy|boundary)))?"
    r"(?::\s*(?P<arn>arn:\S+))?"
)
_EXPLICIT_ONLY: Final = re.compile(r"\s+with\s+an\s+explicit\s+deny\b")
_PUBLIC: Final = re.compile(
    r"by\s+the\s+(?P<setting>\w+)\s+setting\s+in\s+S3\s+Block\s+Public\s+Access"
)
_KMS_RESOURCE: Final = re.compile(
    r"\s+on\s+this\s+resource\s+because\s+the\s+resource\s+does\s+not"
)
_CIPHERTEXT: Final = re.compile(
    r"The ciphertext refers to a (?:customer master|KMS) key that does not"
)
_KINDS: Final[dict[str, DenyingKind]] = {
    name.lower(): kind for kind, name in KIND_NAMES.items()
} | {
    "sessions policy": "session",  # so in an example of AWS's
    "permission boundary": "boundary",
    "permissions boundary policy": "boundary",
    "trust policy": "trust",
}


def read_denial(message: str) -> Denial:
    """The denial that `message` tells of; never raises, and takes any text for at least `bare`."""
    text = message[:_LONGEST]
    operation = None
    if called := _CALLED.match(text):
        operation = called["operation"]
        text = text[called.end() :]
    encoded = None
    if coded := _ENCODED.search(text):
        encoded = coded["encoded"]
        text = text[: coded.start()]
    found = _read(text)
    return Denial(
        **{
            **found,
            "form": "encoded" if encoded and found["form"] == "bare" else found["form"],
            "message": message,
            "encoded": encoded,
            "operation": operation,
        }
    )


def _read(text: str) -> dict[str, Any]:
    if who := _WHO.search(text):
        return {"principal": who["user"], **_why(text[who.end() :], _named(who["action"]))}
    if _CIPHERTEXT.search(text):
        return {"form": "kms_ciphertext", "action": "kms:Decrypt"}
    if "protected by object lock" in text:
        return {"form": "object_lock"}
    if public := _PUBLIC.search(text):
        return {"form": "public_access", "setting": public["setting"]}
    if "may not be assumed by root" in text:
        return {"form": "root", "action": "sts:AssumeRole"}
    if "DurationSeconds exceeds" in text:
        form = "role_chaining" if "role chaining" in text else "duration"
        return {"form": form, "action": "sts:AssumeRole"}
    if bare := _NOT_AUTHORIZED.search(text):
        return _why(text[bare.end() :], _named(bare["action"]))
    return {"form": "bare"}


def _why(rest: str, action: str) -> dict[str, Any]:
    """The resource and the reason, of what follows the action."""
    found: dict[str, Any] = {"form": "plain", "action": action}
    if _KMS_RESOURCE.match(rest):
        return {**found, "form": "kms_resource", "policy_kind": "resource"}
    if quoted := _QUOTED.match(rest):
        found["resource"] = quoted["resource"]
        rest = rest[quoted.end() :]
    elif plain := _UNQUOTED.match(rest):
        found["resource"] = plain["resource"].rstrip(".")
        rest = rest[plain.end() :]
    if public := _PUBLIC.search(rest):
        return {**found, "form": "public_access", "setting": public["setting"]}
    if implicit := _IMPLICIT.match(rest):
        kind = _kind(implicit["kind"])
        return {
            **found,
            "form": "policy" if kind else "plain",
            "policy_kind": kind,
            "explicit": False,
        }
    if explicit := _EXPLICIT.match(rest):
        kind = _kind(explicit["kind"])
        return {
            **found,
            "form": "policy" if kind else "plain",
            "policy_kind": kind,
            "explicit": True,
            "through": _kind(explicit["through"] or ""),
            "policy_arn": (explicit["arn"] or "").rstrip(".") or None,
        }
    if _EXPLICIT_ONLY.match(rest):
        found["explicit"] = True
    return found


def _kind(name: str) -> DenyingKind | None:
    return _KINDS.get(" ".join(name.split()).lower())


def _named(action: str) -> str:
    """The action in AWS's own spelling: some services write `SNS:Publish`, `s3:PutObjectACL`."""
    found = find_action(action)
    if found:
        return found.name
    service, _, name = action.partition(":")
    return f"{service.lower()}:{name}"
