"""`/iam`: ask whether policies allow a request, and why."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from penstock.errors import InvalidInput
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.policy import Policy, PolicyKind, parse_policy
from penstock.iam.request import Principal, PrincipalKind, Request
from penstock.server.authority import needs
from penstock.server.dependencies import problems

router = APIRouter(prefix="/iam", tags=["iam"])

Source = Annotated[str, Field(max_length=200_000)] | dict[str, Any]
Sources = Annotated[list[Source], Field(max_length=20)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Caller(_Body):
    """Who asks; by its ARN alone, what kind of principal it is follows from that."""

    arn: Annotated[str, Field(max_length=2048)]
    kind: PrincipalKind | None = None
    account_id: str | None = None
    role_arn: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class Policies(_Body):
    """Policies that count, each as JSON text (errors then have lines) or as an object."""

    identity: Sources = Field(default_factory=list)
    session: Source | None = None
    boundary: Source | None = None
    resource: Source | None = None
    scps: Sources = Field(default_factory=list)
    rcps: Sources = Field(default_factory=list)


class Question(_Body):
    """May `principal` do `action` on `resource`, under `policies`?"""

    principal: Caller
    action: Annotated[str, Field(max_length=200)]
    resource: Annotated[str, Field(max_length=2048)]
    policies: Policies
    context: dict[str, str | list[str]] = Field(default_factory=dict)
    resource_account: str | None = None
    unknown_keys: list[str] | Literal["*"] = Field(default_factory=list)


class DecidingStatement(BaseModel):
    """A statement that decided."""

    policy_kind: str
    policy: str | None
    index: int
    sid: str | None


class Verdict(BaseModel):
    """The decision and its reason."""

    allowed: bool
    outcome: Literal["allowed", "explicit_deny", "implicit_deny", "unknown"]
    policy_kind: PolicyKind | None
    statements: list[DecidingStatement]
    missing_keys: list[str]
    reason: str


@router.post("/evaluate", summary="Ask whether policies allow a request", responses=problems())
@needs("read")
def evaluate_request(question: Question) -> Verdict:
    """As AWS evaluates it; nothing is asked of AWS."""
    given = question.policies
    policies = PolicySet(
        identity=tuple(
            _policy(source, "identity", f"identity policy {number}")
            for number, source in enumerate(given.identity, 1)
        ),
        session=_optional(given.session, "session"),
        boundary=_optional(given.boundary, "boundary"),
        resource=_optional(given.resource, "resource"),
        scps=tuple(_policy(source, "scp", "SCP") for source in given.scps),
        rcps=tuple(_policy(source, "rcp", "RCP") for source in given.rcps),
    )
    decision = evaluate(
        Request(
            principal=_principal(question.principal),
            action=question.action,
            resource=question.resource,
            context={
                key: (value,) if isinstance(value, str) else tuple(value)
                for key, value in question.context.items()
            },
            resource_account=question.resource_account,
            unknown_keys="*" if question.unknown_keys == "*" else frozenset(question.unknown_keys),
        ),
        policies,
    )
    return Verdict(
        allowed=decision.allowed,
        outcome=decision.outcome,
        policy_kind=decision.policy_kind,
        statements=[
            DecidingStatement(
                policy_kind=each.kind, policy=each.policy, index=each.index, sid=each.sid
            )
            for each in decision.statements
        ],
        missing_keys=list(decision.missing_keys),
        reason=decision.reason,
    )


def _policy(source: str | dict[str, Any], kind: PolicyKind, name: str) -> Policy:
    return parse_policy(source, kind, name=name)


def _optional(source: str | dict[str, Any] | None, kind: PolicyKind) -> Policy | None:
    return None if source is None else _policy(source, kind, f"{kind} policy")


def _principal(caller: Caller) -> Principal:
    parts = caller.arn.split(":", 5)
    if caller.arn != "*" and (len(parts) < 6 or parts[0] != "arn"):
        raise InvalidInput(
            f"{caller.arn!r} is no principal's ARN.",
            hint="Such as arn:aws:iam::111122223333:role/NAME, or * for an anonymous caller.",
        )
    return Principal(
        kind=caller.kind or _kind(caller.arn),
        arn=caller.arn,
        account_id=caller.account_id or (parts[4] if len(parts) == 6 and parts[4] else None),
        role_arn=caller.role_arn,
        tags=caller.tags,
    )


def _kind(arn: str) -> PrincipalKind:
    if arn == "*":
        return "anonymous"
    resource = arn.split(":", 5)[5]
    kinds: dict[str, PrincipalKind] = {
        "root": "root",
        "user": "user",
        "role": "role",
        "assumed-role": "role-session",
        "federated-user": "federated",
    }
    head = resource.split("/", 1)[0]
    if head not in kinds:
        raise InvalidInput(
            f"The principal {arn} is none of root, user, role, assumed role, federated user.",
            hint="Say which with `kind`.",
        )
    return kinds[head]
