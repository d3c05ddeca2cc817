"""What requests about policies carry, and what answers to them hold."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from penstock.iam.decision import StatementRef
from penstock.iam.kinds import PolicyKind
from penstock.server.bodies import Text

Source = Annotated[str, Field(max_length=200_000)] | dict[str, Any]
PolicyForm = Literal["json", "cloudformation", "terraform", "cli"]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PolicyDocument(_Body):
    """A policy, as JSON text (errors then have lines) or as an object; what `aws iam
    get-role-policy` and `get-policy-version` print is taken as it is."""

    document: Source
    name: Annotated[str, Field(max_length=400)] | None = None


class GivenPolicies(_Body):
    """Policies to be judged together: documents, AWS managed policies by name or ARN, and those
    that the connection's role has now."""

    documents: Annotated[list[PolicyDocument], Field(max_length=40)] = Field(default_factory=list)
    managed: Annotated[list[Name], Field(max_length=20)] = Field(default_factory=list)
    role: bool = False


class PolicyFor(_Body):
    """What a policy is asked for: flows by name, flow documents, cards with whatever inputs.

    With `connection` only the flows' cards that use it count; alone it is all its flows.
    """

    flows: Annotated[list[Name], Field(max_length=1000)] = Field(default_factory=list)
    texts: Annotated[list[Text], Field(max_length=100)] = Field(default_factory=list)
    cards: Annotated[list[Name], Field(max_length=1000)] = Field(default_factory=list)
    connection: Annotated[str, Field(max_length=200)] | None = None
    form: PolicyForm = "json"
    against: GivenPolicies | None = None


class NeededPolicy(BaseModel):
    """One policy; `characters` is the length that counts for IAM's limits."""

    name: str
    document: dict[str, Any]
    characters: int


class DecidingStatement(BaseModel):
    """A statement behind a verdict: which of which policy, counted from 0."""

    policy: str | None
    sid: str | None
    index: int
    kind: PolicyKind = "identity"

    @classmethod
    def of(cls, refs: Iterable[StatementRef]) -> list[Self]:
        """Each once."""
        return [
            cls(policy=one.policy, sid=one.sid, index=one.index, kind=one.kind)
            for one in dict.fromkeys(refs)
        ]


class PermissionVerdict(BaseModel):
    """One permission of a card, and what the policies say of it.

    `when` says with which inputs it is needed, `without` what is missed if an optional one is
    not granted.
    """

    action: str
    resource: str
    optional: bool
    verdict: Literal["allowed", "partly", "denied", "unknown"]
    reason: str
    statements: list[DecidingStatement]
    missing_keys: list[str]
    when: str | None = None
    without: str | None = None


class CardVerdict(BaseModel):
    """What becomes of a card under the policies, why, and the statements behind it."""

    card: str
    verdict: Literal["works", "partly", "fails", "unknown"]
    reason: str
    statements: list[DecidingStatement]
    permissions: list[PermissionVerdict]


class Excess(BaseModel):
    """Something that a statement allows and no card needs."""

    kind: Literal["actions", "resources", "conditions", "everything_but"]
    statement: DecidingStatement
    actions: list[str]
    resources: list[str]
    needed: list[str]
    reason: str


class PolicyComparison(BaseModel):
    """What given policies make of the cards, and what they grant beyond them."""

    just_right: bool
    cards: list[CardVerdict]
    too_much: list[Excess]
    too_little: list[PermissionVerdict]
    enough: list[PermissionVerdict]
    notes: list[str]


class NeededPolicies(BaseModel):
    """The least-privilege policies, all of which the role needs; `text` is them in one form."""

    policies: list[NeededPolicy]
    notices: list[str]
    form: PolicyForm
    text: str
    connections: list[str]
    comparison: PolicyComparison | None = None


class ExplainedPolicies(_Body):
    """What do these policies let cards do? All cards, or those of a flow.

    With `policies.role` they are those of the role of `connection`.
    """

    policies: GivenPolicies
    flow: Name | None = None
    text: Text | None = None
    connection: Annotated[str, Field(max_length=200)] | None = None


class Explanation(BaseModel):
    """Card by card."""

    cards: list[CardVerdict]
    notes: list[str]


class LintedPolicy(_Body):
    """A policy of some kind; `account` is that of the role whose trust policy it is."""

    policy: Source
    kind: PolicyKind = "identity"
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None


class LintFinding(BaseModel):
    """One thing to know about a policy, at its place; `fix` is what to write there instead."""

    code: str
    severity: Literal["error", "warning", "info"]
    message: str
    pointer: str
    line: int | None = None
    column: int | None = None
    hint: str | None = None
    fix: str | None = None


class Linted(BaseModel):
    """Errors first; `ok` if there are none."""

    ok: bool
    findings: list[LintFinding]
