"""What holds for every policy and every request."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.decision import Decision
from penstock.iam.evaluation import PolicySet, evaluate, evaluate_trust
from penstock.iam.policy import Policy, parse_policy
from penstock.iam.request import Principal, Request
from tests.unit.iam.documents import (
    CONTEXTS,
    KEYS,
    ROLE,
    ROOT,
    SESSION,
    USER,
    allow,
    deny,
    documents,
    policy,
    statements,
)

ACCOUNT, OTHER = "111122223333", "444455556666"
CALLERS = [
    Principal("user", USER, ACCOUNT, id="AIDAANNA"),
    Principal("role-session", SESSION, ACCOUNT, role_arn=ROLE, id="AROA:s1"),
    Principal("role", ROLE, ACCOUNT),
    Principal("root", ROOT, ACCOUNT),
    Principal("federated", f"arn:aws:sts::{ACCOUNT}:federated-user/b", ACCOUNT, user_arn=USER),
    Principal("service", "ec2.amazonaws.com", None),
    Principal("anonymous", "*", None),
]


def requests(unknown: bool = True) -> st.SearchStrategy[Request]:
    keys: st.SearchStrategy[Any] = st.frozensets(KEYS, max_size=3)
    return st.builds(
        Request,
        st.sampled_from(CALLERS),
        st.sampled_from(["s3:GetObject", "s3:PutObject", "kms:Decrypt"]),
        st.sampled_from(["arn:aws:s3:::b/key", "arn:aws:s3:::b/anna/1", "arn:aws:s3:::b", "*"]),
        CONTEXTS,
        st.sampled_from([None, ACCOUNT, OTHER]),
        (keys | st.just("*")) if unknown else st.just(frozenset()),
    )


def made(kind: Any) -> st.SearchStrategy[Policy]:
    return documents(kind).map(lambda one: parse_policy(one, kind))


def seldom(kind: Any) -> st.SearchStrategy[tuple[Policy, ...]]:
    return st.sampled_from([False, False, True]).flatmap(
        lambda there: made(kind).map(lambda one: (one,)) if there else st.just(())
    )


@st.composite
def policy_sets(draw: st.DrawFn) -> PolicySet:
    session, boundary = draw(seldom("session")), draw(seldom("boundary"))
    resource = draw(seldom("resource") | made("resource").map(lambda one: (one,)))
    return PolicySet(
        tuple(draw(st.lists(made("identity"), min_size=1, max_size=2))),
        session[0] if session else None,
        boundary[0] if boundary else None,
        resource[0] if resource else None,
        draw(seldom("scp")),
        draw(seldom("rcp")),
    )


POLICY_SETS = policy_sets()
EVERYTHING = parse_policy(policy(allow(Action="*", Resource="*")))


def with_identity(policies: PolicySet, *identity: Policy) -> PolicySet:
    return PolicySet(
        identity,
        policies.session,
        policies.boundary,
        policies.resource,
        policies.scps,
        policies.rcps,
    )


@given(requests(), POLICY_SETS, st.booleans())
def test_evaluation_never_raises_and_always_gives_a_reason(
    request: Request, policies: PolicySet, must: bool
) -> None:
    found = evaluate(request, policies, resource_must_allow=must)
    assert found.reason.endswith(".")
    assert found.allowed is (found.outcome == "allowed")
    assert bool(found.missing_keys) <= (found.outcome == "unknown")
    if found.outcome == "explicit_deny":
        assert found.statements


@given(requests(), made("trust"), POLICY_SETS)
def test_trust_evaluation_never_raises(
    request: Request, trust: Policy, policies: PolicySet
) -> None:
    assert isinstance(evaluate_trust(request, trust, policies), Decision)


@given(requests(), POLICY_SETS)
def test_a_deny_wins_over_everything(request: Request, policies: PolicySet) -> None:
    forbidden = parse_policy(policy(deny(Action="*", Resource="*", Principal="*")), "resource")
    several = PolicySet((EVERYTHING,), None, None, forbidden, policies.scps, policies.rcps)
    assert evaluate(request, several).outcome == "explicit_deny"


@given(requests(), st.lists(statements("identity"), min_size=2, max_size=4), POLICY_SETS, st.data())
def test_the_order_of_statements_does_not_matter(
    request: Request, found: list[dict[str, Any]], policies: PolicySet, data: st.DataObject
) -> None:
    other = data.draw(st.permutations(found))
    first = evaluate(request, with_identity(policies, parse_policy(policy(*found))))
    second = evaluate(request, with_identity(policies, parse_policy(policy(*other))))
    assert (first.outcome, first.policy_kind) == (second.outcome, second.policy_kind)
    assert first.missing_keys == second.missing_keys


@given(requests(), statements("identity"), POLICY_SETS)
def test_one_more_allow_never_takes_away(
    request: Request, more: dict[str, Any], policies: PolicySet
) -> None:
    if evaluate(request, policies).allowed:
        added = parse_policy(policy({**more, "Effect": "Allow"}))
        assert evaluate(request, with_identity(policies, *policies.identity, added)).allowed


@given(requests(), statements("identity"), POLICY_SETS)
def test_one_more_deny_never_gives(
    request: Request, more: dict[str, Any], policies: PolicySet
) -> None:
    added = parse_policy(policy({**more, "Effect": "Deny"}))
    if evaluate(request, with_identity(policies, *policies.identity, added)).allowed:
        assert evaluate(request, policies).allowed


@given(requests(), made("session"), POLICY_SETS)
def test_a_session_policy_never_widens(
    request: Request, session: Policy, policies: PolicySet
) -> None:
    """Not so for GetFederationToken: there a session without session policy has nothing."""
    if request.principal.kind == "federated":
        return
    narrow = PolicySet(
        policies.identity,
        session,
        policies.boundary,
        policies.resource,
        policies.scps,
        policies.rcps,
    )
    wide = PolicySet(
        policies.identity,
        None,
        policies.boundary,
        policies.resource,
        policies.scps,
        policies.rcps,
    )
    if evaluate(request, narrow).allowed:
        assert evaluate(request, wide).allowed


@given(requests(unknown=False), POLICY_SETS, st.frozensets(KEYS))
def test_what_is_decided_without_a_key_is_so_whatever_its_value(
    request: Request, policies: PolicySet, keys: frozenset[str]
) -> None:
    """A decision that is not `unknown` may not depend on any key that is unknown."""
    hidden = {key.lower() for key in keys}
    context = {key: one for key, one in request.context.items() if key.lower() not in hidden}
    blind = Request(
        request.principal,
        request.action,
        request.resource,
        context,
        request.resource_account,
        keys,
    )
    found = evaluate(blind, policies)
    told = evaluate(request, policies)
    if found.outcome in ("allowed", "explicit_deny"):
        assert found.outcome == told.outcome
    elif found.outcome == "implicit_deny":
        assert not told.allowed


@given(requests(unknown=False), POLICY_SETS)
def test_reading_a_printed_policy_decides_alike(request: Request, policies: PolicySet) -> None:
    printed = [parse_policy(one.text(None)) for one in policies.identity]
    assert evaluate(request, policies) == evaluate(request, with_identity(policies, *printed))
