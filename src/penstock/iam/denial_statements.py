"""The least that would have to be allowed for a denied request to go through, ready to paste."""

from collections.abc import Iterable
from dataclasses import replace

from penstock.iam.coverage import covers, covers_action
from penstock.iam.denied_request import DeniedRequest
from penstock.iam.generation import Need, policy_for
from penstock.iam.grants import grant
from penstock.iam.kinds import PolicyKind
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy
from penstock.iam.statement import Condition, Principals


def _matching(request: DeniedRequest, needs: Iterable[Need]) -> tuple[Need, ...]:
    """The needs that the denied request was for."""
    if request.action is None:
        return ()
    found: list[Need] = []
    for need in needs:
        one = grant(need.permission, need.card, request.partition)
        if covers_action(one.action, request.action) and (
            request.pattern == "*" or covers(one.resource, request.pattern)
        ):
            found.append(replace(need, permission=replace(need.permission, action=request.action)))
    return tuple(found)


def statement_for(request: DeniedRequest, needs: Iterable[Need], kind: PolicyKind) -> Policy | None:
    """The least policy that allows it: as the cards need it, else this request alone."""
    if request.action is None:
        return None
    found = _matching(request, needs)
    if not found:
        permission = Permission(request.action, request.pattern)
        found = (Need(permission, f"Allow {request.action}"),)
    return replace(policy_for(found, partition=request.partition), kind=kind)


def resource_statement_for(request: DeniedRequest, needs: Iterable[Need]) -> Policy | None:
    policy = statement_for(request, needs, "resource")
    if policy is None:
        return None
    who = request.role_arn or request.principal
    principals = Principals(aws=(who,)) if who and who != "anonymous" else Principals(everyone=True)
    return Policy(
        tuple(
            replace(
                one,
                principals=principals,
                # A key policy is about its own key.
                resources=("*",) if request.service == "kms" else one.resources,
            )
            for one in policy.statements
        ),
        "resource",
    )


def endpoint_statement_for(request: DeniedRequest, needs: Iterable[Need]) -> Policy | None:
    """Gateway endpoints take no other principal than everyone, with a condition."""
    policy = statement_for(request, needs, "resource")
    if policy is None:
        return None
    only = Condition(
        "ArnEquals", "aws:PrincipalArn", (request.role_arn or request.principal or "*",)
    )
    return Policy(
        tuple(
            replace(one, principals=Principals(everyone=True), conditions=(*one.conditions, only))
            for one in policy.statements
        ),
        "resource",
    )
