"""Amazon Resource Names, and whether one is that of a role that can be connected."""

import re
from dataclasses import dataclass
from typing import Final

from penstock.errors import InvalidInput, RoleArnInvalid

_ROLE_EXAMPLE: Final = "arn:aws:iam::111122223333:role/Penstock"
_PARTITION: Final = re.compile(r"aws(?:-[a-z]+)*")
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_NAME: Final = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
_PATH: Final = re.compile(r"/|/[\x21-\x7e]{0,510}/")
_NOT_A_ROLE: Final = {
    "user": "This is the ARN of a user",
    "group": "This is the ARN of a group",
    "policy": "This is the ARN of a policy",
    "instance-profile": "This is the ARN of an instance profile",
    "saml-provider": "This is the ARN of an identity provider",
    "oidc-provider": "This is the ARN of an identity provider",
}


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN in its six parts; `region` and `account` may be empty, `resource` holds the rest."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """The ARN in `text`; raises InvalidInput if it is none."""
        parts = text.split(":", 5)
        if len(parts) != 6 or parts[0] != "arn" or not all((parts[1], parts[2], parts[5])):
            raise InvalidInput(
                f"{text!r} is not an ARN",
                hint="An ARN looks like arn:aws:s3:::bucket/key.",
            )
        return cls(*parts[1:])

    def __str__(self) -> str:
        return ":".join(
            ("arn", self.partition, self.service, self.region, self.account, self.resource)
        )


@dataclass(frozen=True, slots=True)
class RoleArn:
    """The ARN of a role. `path` begins and ends with `/`."""

    partition: str
    account_id: str
    path: str
    name: str

    def __str__(self) -> str:
        return f"arn:{self.partition}:iam::{self.account_id}:role{self.path}{self.name}"


def role_arn(text: str) -> RoleArn:
    """The role ARN in `text`; raises RoleArnInvalid, with a hint for each way to be wrong.

    Lengths and letters are those of the API model (RoleArn: 20 to 2,048) and of "IAM and AWS
    STS quotas" (a role's name: 64).
    """
    if text != text.strip() or re.search(r"\s", text):
        raise _invalid(text, "It has spaces or line breaks in it", "Copy the ARN without them.")
    if not text:
        raise _invalid(text, "It is empty", f"Enter the role's ARN, like {_ROLE_EXAMPLE}.")
    parts = text.split(":", 5)
    if parts[0] != "arn" or len(parts) != 6:
        hint = f"Copy it from the role's page in the IAM console; it looks like {_ROLE_EXAMPLE}."
        raise _invalid(text, "It is not an ARN", hint)
    _, partition, service, region, account, resource = parts
    if not _PARTITION.fullmatch(partition):
        hint = "It is aws, aws-us-gov or aws-cn."
        raise _invalid(text, f"There is no partition {partition!r}", hint)
    kind, _, rest = resource.partition("/")
    _only_a_role(text, service, account, kind, rest)
    if region:
        raise _invalid(text, "Roles have no region", f"Leave {region!r} out: iam::ACCOUNT.")
    if not _ACCOUNT.fullmatch(account):
        said = f"{account!r} is not an account ID" if account else "The account ID is missing"
        raise _invalid(text, said, "An account ID has 12 digits: arn:aws:iam::111122223333:role/…")
    path, slash, name = f"/{rest}".rpartition("/")
    if not _NAME.fullmatch(name) or not _PATH.fullmatch(f"{path}{slash}"):
        hint = "A role's name has 1 to 64 letters, digits and the characters +=,.@_-"
        raise _invalid(text, "The role's name or path is not valid", hint)
    if not 20 <= len(text) <= 2048:
        hint = "A role's ARN has 20 to 2,048 characters."
        raise _invalid(text, f"It has {len(text):,} characters", hint)
    return RoleArn(partition, account, f"{path}{slash}", name)


def _only_a_role(text: str, service: str, account: str, kind: str, rest: str) -> None:
    if service == "sts" and kind == "assumed-role":
        name = rest.partition("/")[0] or "NAME"
        hint = f"Enter the role itself: arn:aws:iam::{account}:role/{name} (with its path, if any)."
        raise _invalid(text, "This is the ARN of a session of a role", hint)
    if service != "iam":
        hint = f"A role's ARN looks like {_ROLE_EXAMPLE}."
        raise _invalid(text, f"This is an ARN of the service {service!r}", hint)
    if kind == "root":
        hint = "Penstock assumes a role in the account; create one and enter its ARN."
        raise _invalid(text, "This is the ARN of an account", hint)
    if kind != "role":
        said = _NOT_A_ROLE.get(kind, f"This is not a role but {kind!r}")
        hint = f"Enter the ARN of the role, like arn:aws:iam::{account or 'ACCOUNT'}:role/NAME."
        raise _invalid(text, said, hint)


def _invalid(text: str, why: str, hint: str) -> RoleArnInvalid:
    shown = text if len(text) <= 100 else f"{text[:100]}…"
    return RoleArnInvalid(f"{shown!r} is not the ARN of a role: {why}", hint=hint)
