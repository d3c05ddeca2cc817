"""For each kind of policy that says no: what to add, to what, and whom to ask."""

from dataclasses import dataclass, replace
from typing import Final

from penstock.iam.denial_explanation import Cause, Place
from penstock.iam.denial_reading import Denial, DenyingKind
from penstock.iam.denial_statements import (
    endpoint_statement_for,
    resource_statement_for,
    statement_for,
)
from penstock.iam.denied_request import Asked, DeniedRequest
from penstock.iam.generation import Need
from penstock.iam.policy import Policy

_READS_OBJECT: Final = frozenset({"s3:GetObject", "s3:GetObjectVersion"})
_ORGANIZATION: Final = (
    "Ask whoever administers the AWS organization (its management account): nobody inside the "
    "account can change that policy."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """`happened` replaces the usual sentence; `{said}` in it is who may not do what.

    `certain`: the message leaves no doubt, although it names no kind of policy.
    """

    cause: Cause
    place: Place
    where: str
    statement: Policy | None = None
    hints: tuple[str, ...] = ()
    happened: str | None = None
    certain: bool = False


def advise(
    denial: Denial,
    request: DeniedRequest,
    kind: DenyingKind | None,
    needs: tuple[Need, ...],
    *,
    explicit: bool,
) -> Advice:
    """What to do about a denial by a policy of `kind`."""
    if denial.form == "public_access":
        return _public_access(denial)
    if denial.form == "object_lock":
        return _object_lock()
    if denial.form in ("kms_resource", "kms_ciphertext"):
        return _key(denial, request, needs)
    if explicit:
        hint = "Adding an Allow does not help: a Deny wins."
        place, where = _remove_from(kind, request, denial.policy_arn)
        return Advice("denied", place, where, hints=(hint,))
    return _allow_in(kind, request, needs)


def _allow_in(kind: DenyingKind | None, request: DeniedRequest, needs: tuple[Need, ...]) -> Advice:
    role = request.role_name or "that was used"
    if kind == "resource":
        return _in_resource(request, needs)
    if kind == "session":
        where = (
            "Nothing is to be added to the role for this: the session policy follows from what "
            "the flow's cards declare. Give the card the inputs it declares the permission "
            "for, or switch narrowing off for the connection."
        )
        return Advice("not_allowed", "session", where, statement_for(request, needs, "session"))
    if kind == "boundary":
        where = (
            f"Add it to the permissions boundary of the role {role}; whoever set the boundary can. "
            "The role's own policies have to allow it too."
        )
        return Advice("not_allowed", "boundary", where, statement_for(request, needs, "boundary"))
    if kind == "scp":
        statement = statement_for(request, needs, "scp")
        return Advice("not_allowed", "organization", _ORGANIZATION, statement)
    if kind == "rcp":
        return Advice("denied", "organization", _ORGANIZATION)
    if kind == "vpc_endpoint":
        where = "Add it to the policy of the VPC endpoint; whoever runs the network can."
        return Advice("not_allowed", "vpc_endpoint", where, endpoint_statement_for(request, needs))
    where = f"Add it to a policy of the role {role}; whoever administers its account can."
    statement = statement_for(request, needs, "identity")
    if kind == "identity":
        return Advice("not_allowed", "role", where, statement)
    where = f"If the role {role} lacks it, add it to a policy of the role."
    return Advice("not_told", "role" if statement else "unknown", where, statement)


def _remove_from(
    kind: DenyingKind | None, request: DeniedRequest, policy_arn: str | None
) -> tuple[Place, str]:
    which = f" {policy_arn}" if policy_arn else ""
    role = request.role_name or "that was used"
    if kind == "identity":
        return "role", f"Narrow the Deny in the policy{which} of the role {role}, or leave it out."
    if kind == "session":
        return "session", f"The session was made with a session policy{which} that denies it."
    if kind == "boundary":
        return "boundary", f"Narrow the Deny in the permissions boundary{which} of the role {role}."
    if kind == "vpc_endpoint":
        return "vpc_endpoint", "Ask whoever runs the network: the VPC endpoint's policy has a Deny."
    if kind in ("scp", "rcp"):
        return "organization", f"{_ORGANIZATION}{f' It is{which}.' if which else ''}"
    if kind is None:
        return "unknown", "Look for the Deny in the role's policies first, then in the resource's."
    place, name = _resource_place(request)
    return place, f"Ask the owner of the {name}: its policy has a Deny that applies to this role."


def _resource_place(request: DeniedRequest) -> tuple[Place, str]:
    if request.service == "s3":
        return "bucket", "bucket"
    return ("key", "KMS key") if request.service == "kms" else ("resource", "resource")


def _in_resource(request: DeniedRequest, needs: tuple[Need, ...]) -> Advice:
    place, name = _resource_place(request)
    where = f"Add it to the policy of the {name}; its owner can."
    hints = ["If the role is of another account, its own policies have to allow it as well."]
    if place == "key":
        hints.append(
            "A key policy may instead let its account decide (Principal: the account's root); "
            "then a policy of the role is enough."
        )
    return Advice("not_allowed", place, where, resource_statement_for(request, needs), tuple(hints))


def _key(denial: Denial, request: DeniedRequest, needs: tuple[Need, ...]) -> Advice:
    if denial.form == "kms_resource":
        happened = (
            "{said}: the KMS key is not in this region or was deleted, or its key policy does not "
            "let the role use it. KMS does not say which."
        )
    else:
        happened = (
            "The object is encrypted with a KMS key that was deleted, is in another region, or "
            "that the role may not use for kms:Decrypt. KMS does not say which."
        )
    where = (
        "Look whether the key exists in the bucket's region. If so, add this to its key policy; "
        "the key's administrator can."
    )
    hints = (
        "A key of another account has to be given by its ARN, and the role's own policies have "
        "to allow it too.",
    )
    found = resource_statement_for(replace(request, action=request.action or "kms:Decrypt"), needs)
    return Advice("key_unusable", "key", where, found, hints, happened)


def _public_access(denial: Denial) -> Advice:
    happened = f"{{said}}: the setting {denial.setting} of S3 Block Public Access forbids it."
    where = (
        "No policy helps. If it is meant to be public, the owner of the bucket can switch "
        f"{denial.setting} off, for the bucket and for the account."
    )
    if "acl" in (denial.setting or "").lower():
        where += " Better use no public ACL: canned ACL private."
    return Advice("public_access_blocked", "settings", where, None, (), happened, certain=True)


def _object_lock() -> Advice:
    happened = "The object version is protected by Object Lock: by retention or by a legal hold."
    where = (
        "Wait until its retention ends, or take the legal hold off (s3:PutObjectLegalHold). "
        "Retention in compliance mode cannot be shortened by anyone."
    )
    hint = (
        "Retention in governance mode can be bypassed: with the card's bypass input and "
        "s3:BypassGovernanceRetention."
    )
    return Advice("object_locked", "settings", where, None, (hint,), happened, certain=True)


def bare_hints(denial: Denial, request: DeniedRequest, asked: Asked | None) -> list[str]:
    """What else it may be where AWS does not say."""
    found: list[str] = []
    if request.service == "sts":
        return found
    if denial.form == "bare" and request.action in _READS_OBJECT and request.resource:
        bucket = request.resource.partition("/")[0]
        found.append(
            "It may also be that there is no such key: who lacks s3:ListBucket on "
            f"{bucket} hears 403 where others hear 404."
        )
    if denial.form == "bare":
        found.append(
            "AWS names the policy only to callers of the bucket's own account or organization; "
            "a bucket of another account has to let the role in by its bucket policy too."
        )
        if asked and (asked.operation or "").startswith("Head"):
            found.append("A HEAD request has no message; reading the object would tell more.")
    if request.service in ("s3", None):
        found.append(
            "Other places that can say no: the bucket policy, the KMS key of the object, a VPC "
            "endpoint policy, a policy of the organization, object ownership."
        )
    return found
