"""`/policies`: what a role has to allow, and what the policies it has make of that."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from penstock.catalog.verdicts import ANY_ROLE, card_verdicts
from penstock.connections.permission_forms import permission_policies, policy_names
from penstock.iam.comparison import CardComparison, Comparison, compare
from penstock.iam.downloads import policy_text
from penstock.iam.flow_policy import policy_size
from penstock.iam.linting import lint
from penstock.server.application import Application
from penstock.server.authority import needs
from penstock.server.dependencies import Served, problems
from penstock.server.policies import Given, given, needed, written
from penstock.server.policy_bodies import (
    CardVerdict,
    DecidingStatement,
    Excess,
    ExplainedPolicies,
    Explanation,
    Linted,
    LintedPolicy,
    LintFinding,
    NeededPolicies,
    NeededPolicy,
    PermissionVerdict,
    PolicyComparison,
    PolicyFor,
    PolicyForm,
)

router = APIRouter(tags=["policies"])

Form = Annotated[PolicyForm, Query(description="In which form `text` is.")]


@router.post(
    "/policies/for",
    summary="The policies that flows, documents or cards need",
    responses=problems(403, 404, 502),
)
@needs("read")
def policies_needed(body: PolicyFor, served: Served) -> NeededPolicies:
    """The least that lets their cards work: literals as they are, mapped parts as wildcards.

    With `against`, also what those policies grant too much, too little and just right.
    """
    return _needed(served, body)


@router.get(
    "/flows/{name}/policy", summary="The policies that a flow needs", responses=problems(404)
)
@needs("read")
def of_flow(
    name: str,
    served: Served,
    connection: Annotated[str | None, Query(description="Only its cards with this one.")] = None,
    form: Form = "json",
) -> NeededPolicies:
    """For the current version's cards."""
    return _needed(served, PolicyFor(flows=[name], connection=connection, form=form))


@router.get(
    "/connections/{reference}/policy",
    summary="The policies that a connection's role needs",
    responses=problems(404),
)
@needs("read")
def of_connection(reference: str, served: Served, form: Form = "json") -> NeededPolicies:
    """For the cards of all flows that use it."""
    return _needed(served, PolicyFor(connection=reference, form=form))


@router.post(
    "/iam/explain",
    summary="Which cards policies let work, and why",
    responses=problems(403, 404, 502),
)
@needs("read")
def explain(body: ExplainedPolicies, served: Served) -> Explanation:
    """All cards with whatever inputs, or those of a flow with theirs."""
    connection = served.connections.get(body.connection) if body.connection else None
    if body.flow is None and body.text is None:
        found = given(served, body.policies, connection)
        role = (connection and connection.role_arn) or ANY_ROLE
        verdicts = card_verdicts(served.catalog.cards(), found.policies, role_arn=role)
        cards = [_verdict(each.as_dict()) for each in verdicts]
        return Explanation(cards=cards, notes=list(found.notes))
    flows = [body.flow] if body.flow else []
    texts = [body.text] if body.text else []
    asked = PolicyFor(flows=flows, texts=texts, connection=body.connection)
    what = needed(served, asked)
    found = given(served, body.policies, connection or what.connection)
    compared = compare(what.needs, found.policies, role_arn=what.role_arn)
    return Explanation(cards=[_compared(each) for each in compared.cards], notes=list(found.notes))


@router.post("/iam/lint", summary="Find what is wrong in a policy", responses=problems())
@needs("read")
def lint_policy(body: LintedPolicy) -> Linted:
    """Each finding at its place, with what to write instead."""
    policy = policy_text(body.policy) if isinstance(body.policy, str) else body.policy
    found = [
        LintFinding.model_validate(each.as_dict())
        for each in lint(policy, body.kind, account=body.account)
    ]
    return Linted(ok=all(each.severity != "error" for each in found), findings=found)


def _needed(served: Application, asked: PolicyFor) -> NeededPolicies:
    what = needed(served, asked)
    policies, notices = written(served, what)
    names = policy_names(what.name, len(policies))
    comparison = None
    if asked.against is not None:
        judged = given(served, asked.against, what.connection)
        compared = compare(what.needs, judged.policies, role_arn=what.role_arn)
        comparison = _comparison(compared, judged)
    return NeededPolicies(
        policies=[
            NeededPolicy(name=name, document=each.as_dict(), characters=policy_size(each))
            for name, each in zip(names, policies, strict=True)
        ],
        notices=list(notices),
        form=asked.form,
        text=permission_policies(policies, asked.form, name=what.name, role_name=what.role_name),
        connections=list(what.connections),
        comparison=comparison,
    )


def _comparison(compared: Comparison, judged: Given) -> PolicyComparison:
    return PolicyComparison(
        just_right=compared.just_right,
        cards=[_compared(each) for each in compared.cards],
        too_much=[Excess.model_validate(each.as_dict()) for each in compared.too_much],
        too_little=[
            PermissionVerdict.model_validate(each.as_dict()) for each in compared.too_little
        ],
        enough=[PermissionVerdict.model_validate(each.as_dict()) for each in compared.enough],
        notes=list(judged.notes),
    )


def _compared(card: CardComparison) -> CardVerdict:
    lacking = [each for each in card.permissions if each.judgement.verdict != "allowed"]
    behind = [ref for each in lacking for ref in each.judgement.statements]
    if not behind and card.verdict != "fails":
        behind = [ref for each in card.permissions for ref in each.judgement.statements]
    return CardVerdict(**card.as_dict(), statements=DecidingStatement.of(behind))


def _verdict(said: dict[str, Any]) -> CardVerdict:
    return CardVerdict.model_validate(said)
