"""What to tell a role's owner about its trust policy, which Penstock cannot read."""

import json
from typing import Any

from penstock.connections.model import PlatformPrincipal
from penstock.connections.trust_statement import trust_statement
from penstock.errors import AccessDenied, AwsFault
from penstock.iam.arn import RoleArn
from penstock.iam.denial_reading import read_denial
from penstock.iam.request import Principal, PrincipalKind
from penstock.iam.trust_denials import explain_trust


def required_statement(platform: PlatformPrincipal, external_id: str) -> str:
    """The statement that the trust policy must have, on one line, to be shown in a hint."""
    return json.dumps(trust_statement(platform.arn, external_id))


def trust_denial(
    error: AccessDenied, role: str, platform: PlatformPrincipal, external_id: str
) -> dict[str, Any]:
    """Why STS did not let Penstock in, as far as its answer tells, with the statement that the
    trust policy, or Penstock's own identity, needs: `iam.denials` as JSON."""
    told = read_denial(error.aws.message if error.aws else error.message)
    found = explain_trust(told, role_arn=role, caller=_caller(platform), external_id=external_id)
    return {"action": told.action or "sts:AssumeRole", "resource": role, **found.as_dict()}


def _caller(platform: PlatformPrincipal) -> Principal:
    resource = platform.arn.split(":", 5)[5]
    kind: PrincipalKind = (
        "root" if resource == "root" else "user" if resource.startswith("user/") else "role"
    )
    return Principal(kind, platform.arn, platform.account_id)


def let_in_without_id(platform: PlatformPrincipal, external_id: str) -> str:
    """Why a role can be assumed with no external ID, and what to change."""
    return (
        "Some statement of the role's trust policy lets Penstock in without looking at the "
        "external ID: it has no condition, or one on another key than sts:ExternalId, or one "
        "that a missing key satisfies (an operator ending in IfExists, Null, a negated operator, "
        "ForAllValues). Every statement with Effect Allow that Penstock's account can match, "
        "a Principal of * included, must carry the condition below; if there are several "
        "statements, look for the one without it. "
        f"It must be: {required_statement(platform, external_id)}"
    )


def let_in_with_other_id(
    platform: PlatformPrincipal, external_id: str, *, also_without_id: bool
) -> str:
    """Why a role can be assumed with a foreign external ID, and what to change."""
    if also_without_id:
        return let_in_without_id(platform, external_id)
    return (
        "The trust policy asks for an external ID but takes others than this connection's: "
        "look for StringLike with * or ?, for a negated operator such as StringNotEquals, or "
        "for further values in the list under sts:ExternalId. Use StringEquals with this one "
        f"value. It must be: {required_statement(platform, external_id)}"
    )


def kept_out(
    role: RoleArn, platform: PlatformPrincipal, external_id: str, aws: AwsFault | None
) -> str:
    """What to check when the role cannot be assumed with the right ID.

    AWS gives one and the same AccessDenied for all of these.
    """
    own_side = (
        f"that {platform.arn} is itself allowed sts:AssumeRole on this role by the policies in "
        f"its own account {platform.account_id} (across accounts both sides must allow)"
    )
    checks = [
        f"that account {role.account_id} has a role {role.name}, with path {role.path}",
        f"that its trust policy names the principal {platform.arn} with the action sts:AssumeRole",
        f"that the condition is StringEquals on sts:ExternalId with exactly {external_id}",
        "that nothing else in the trust policy (multi-factor, network, organization) and no "
        "service control policy stands against it",
    ]
    if aws is not None and "identity-based policy" in aws.message:
        checks.insert(0, own_side)
    else:
        checks.append(own_side)
    listed = "; ".join(f"({number}) {check}" for number, check in enumerate(checks, start=1))
    return (
        "AWS gives the same answer for each possible cause, so check in turn: "
        f"{listed}. A change to a role may take a minute to count. "
        f"The trust policy needs: {required_statement(platform, external_id)}"
    )
