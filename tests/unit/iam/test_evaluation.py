"""Decisions, after "Policy evaluation logic" and "Cross-account policy evaluation logic"."""

from typing import Any

import pytest

from penstock.iam.decision import Decision
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.kinds import PolicyKind
from penstock.iam.policy import Policy, Statement, parse_policy
from penstock.iam.request import Principal, Request
from tests.unit.iam.documents import ROLE, ROOT, SESSION, USER, allow, deny, policy

ACCOUNT, OTHER = "111122223333", "444455556666"
ANNA = Principal("user", USER, ACCOUNT, id="AIDAANNA")
READER = Principal("role-session", SESSION, ACCOUNT, role_arn=ROLE, id="AROAREADER:s1")
FEDERATED = Principal(
    "federated", f"arn:aws:sts::{ACCOUNT}:federated-user/bob", ACCOUNT, user_arn=USER
)
OWNER = Principal("root", ROOT, ACCOUNT)
SERVICE = Principal("service", "cloudtrail.amazonaws.com", None)
ANYONE = Principal("anonymous", "*", None)
KEY = "arn:aws:s3:::b/key"

READ = policy(allow())
OTHERS = policy(allow(Action="s3:PutObject"))
FORBID = policy(deny(Sid="No"))


def made(kind: PolicyKind, document: dict[str, Any] | None) -> Policy | None:
    return None if document is None else parse_policy(document, kind)


def decide(
    principal: Principal,
    *,
    identity: dict[str, Any] | None = None,
    session: dict[str, Any] | None = None,
    boundary: dict[str, Any] | None = None,
    resource: dict[str, Any] | None = None,
    scps: tuple[dict[str, Any], ...] = (),
    rcps: tuple[dict[str, Any], ...] = (),
    owner: str | None = ACCOUNT,
    resource_must_allow: bool = False,
    action: str = "s3:GetObject",
    arn: str = KEY,
) -> Decision:
    own = made("identity", identity)
    policies = PolicySet(
        (own,) if own else (),
        made("session", session),
        made("boundary", boundary),
        made("resource", resource),
        tuple(parse_policy(one, "scp") for one in scps),
        tuple(parse_policy(one, "rcp") for one in rcps),
    )
    request = Request(principal, action, arn, resource_account=owner)
    return evaluate(request, policies, resource_must_allow=resource_must_allow)


def to(who: Any, **elements: Any) -> dict[str, Any]:
    """A bucket policy that allows `who`."""
    return policy(allow(Principal=who, **elements))


def outcome(decision: Decision) -> tuple[str, str | None]:
    return decision.outcome, decision.policy_kind


def test_nothing_is_allowed_by_default() -> None:
    assert outcome(decide(ANNA)) == ("implicit_deny", "identity")
    assert outcome(decide(ANNA, identity=OTHERS)) == ("implicit_deny", "identity")


def test_an_allow_is_enough_and_says_which() -> None:
    found = decide(ANNA, identity=policy(deny(Action="s3:Put*"), allow(Sid="Read")))
    assert found.allowed
    assert [(one.kind, one.sid, one.index) for one in found.statements] == [("identity", "Read", 1)]
    assert 'statement "Read" of the identity-based policy' in found.reason


def test_a_deny_wins_and_says_which() -> None:
    found = decide(ANNA, identity=policy(allow(), deny(Sid="No", Action="s3:*")))
    assert outcome(found) == ("explicit_deny", "identity")
    assert [one.sid for one in found.statements] == ["No"]
    assert "explicitly denied" in found.reason


@pytest.mark.parametrize(
    ("statement", "action", "arn", "expected"),
    [
        (allow(Action="S3:getOBJECT"), "s3:GetObject", KEY, True),
        (allow(Action="*", Resource="*"), "kms:Decrypt", "arn:aws:kms:x:1:key/1", True),
        (allow(Action="s3:*"), "s3:GetObject", "arn:aws:s3:::c/key", False),
        ({"Effect": "Allow", "NotAction": "s3:Put*", "Resource": "*"}, "s3:GetObject", KEY, True),
        ({"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}, "s3:GetObject", KEY, False),
        (
            {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::c/*"},
            "s3:GetObject",
            KEY,
            True,
        ),
        (
            {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::b*"},
            "s3:GetObject",
            KEY,
            False,
        ),
        (
            allow(Resource="arn:aws:s3:::b/${aws:username}/*"),
            "s3:GetObject",
            "arn:aws:s3:::b/anna/1",
            True,
        ),
        (
            allow(Resource="arn:aws:s3:::b/${aws:username}/*"),
            "s3:GetObject",
            "arn:aws:s3:::b/bob/1",
            False,
        ),
        (
            allow(Resource="arn:aws:s3:::b/${aws:nobody}/*"),
            "s3:GetObject",
            "arn:aws:s3:::b//1",
            False,
        ),
        (
            allow(Resource="arn:aws:s3:::b/${aws:nobody, 'all'}/*"),
            "s3:GetObject",
            "arn:aws:s3:::b/all/1",
            True,
        ),
    ],
)
def test_elements(statement: dict[str, Any], action: str, arn: str, expected: bool) -> None:
    assert decide(ANNA, identity=policy(statement), action=action, arn=arn).allowed is expected


def test_the_guides_example_of_carlos() -> None:
    """ "Example identity-based and resource-based policy evaluation"."""
    carlos = Principal("user", f"arn:aws:iam::{ACCOUNT}:user/carlossalazar", ACCOUNT)
    own = policy(
        allow(Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::*"),
        allow(
            Action="s3:*", Resource=["arn:aws:s3:::carlossalazar/*", "arn:aws:s3:::carlossalazar"]
        ),
        deny(Sid="DenyS3Logs", Action="s3:*", Resource="arn:aws:s3:::*log*"),
    )
    bucket = to({"AWS": carlos.arn}, Action="s3:*", Resource="arn:aws:s3:::carlossalazar/*")
    logs = decide(
        carlos, identity=own, action="s3:PutObject", arn="arn:aws:s3:::carlossalazar-logs/f"
    )
    assert outcome(logs) == ("explicit_deny", "identity")
    mine = "arn:aws:s3:::carlossalazar/f"
    assert decide(carlos, identity=own, resource=bucket, action="s3:PutObject", arn=mine).allowed
    assert decide(carlos, resource=bucket, action="s3:PutObject", arn=mine).allowed


# Who asks; whom the bucket policy names; whether it is allowed although an implicit deny is in
# the identity-based policy, in the boundary, in the session policy (None: there can be none).
# The table "Resource-based policies and implicit denies in other policy types (same account)".
TABLE = [
    (ANNA, {"AWS": USER}, True, True, None),
    (READER, {"AWS": ROLE}, True, False, False),
    (READER, {"AWS": SESSION}, True, True, True),
    (FEDERATED, {"AWS": USER}, True, False, False),
    (FEDERATED, {"AWS": FEDERATED.arn}, True, True, True),
    (ANNA, {"AWS": ROOT}, False, False, None),
    (READER, {"AWS": ACCOUNT}, False, False, False),
    (READER, "*", True, True, True),
    (READER, {"AWS": "*"}, True, True, True),
    (ANNA, {"AWS": "AIDAANNA"}, True, True, None),
    (READER, {"AWS": "AROAREADER"}, True, False, False),
]


@pytest.mark.parametrize(("who", "named", "identity", "boundary", "session"), TABLE)
def test_what_a_bucket_policy_overrides_in_its_account(
    who: Principal, named: Any, identity: bool, boundary: bool, session: bool | None
) -> None:
    full: dict[str, Any] = {"session": READ} if who is FEDERATED else {}
    bucket = to(named)
    assert decide(who, resource=bucket, **full).allowed is identity
    # What the account's own policies allow as well is limited by them if that is all there is.
    bounded = decide(who, identity=READ, boundary=OTHERS, resource=bucket, **full)
    assert bounded.allowed is boundary
    if session is not None:
        narrowed = decide(who, identity=READ, session=OTHERS, resource=bucket)
        assert narrowed.allowed is session


@pytest.mark.parametrize("kind", ["identity", "session", "boundary", "resource", "scps", "rcps"])
def test_a_deny_in_any_policy_wins(kind: str) -> None:
    everything: dict[str, Any] = {
        "identity": READ,
        "session": READ,
        "boundary": READ,
        "resource": to("*"),
        "scps": (READ,),
    }
    assert decide(READER, **everything).allowed
    forbidding: Any = FORBID
    if kind in ("resource", "rcps"):
        forbidding = policy(deny(Principal="*"))
    several = {**everything, kind: (forbidding,) if kind in ("scps", "rcps") else forbidding}
    expected = kind.removesuffix("s") if kind in ("scps", "rcps") else kind
    assert outcome(decide(READER, **several)) == ("explicit_deny", expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"identity": READ}, ("allowed", "identity")),
        ({"identity": READ, "session": READ}, ("allowed", "identity")),
        ({"identity": READ, "session": OTHERS}, ("implicit_deny", "session")),
        ({"identity": OTHERS, "session": READ}, ("implicit_deny", "identity")),
        ({"identity": READ, "boundary": OTHERS}, ("implicit_deny", "boundary")),
        ({"identity": READ, "boundary": OTHERS, "session": OTHERS}, ("implicit_deny", "boundary")),
        ({"identity": READ, "scps": (READ, OTHERS)}, ("implicit_deny", "scp")),
        ({"identity": READ, "scps": (READ, READ)}, ("allowed", "identity")),
        ({"boundary": READ, "session": READ, "scps": (READ,)}, ("implicit_deny", "identity")),
        ({"resource": to({"AWS": ROLE}), "session": OTHERS}, ("implicit_deny", "session")),
        ({"resource": to({"AWS": ROLE})}, ("allowed", "resource")),
    ],
)
def test_who_limits_has_to_allow(given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert outcome(decide(READER, **given)) == expected


@pytest.mark.parametrize(
    ("who", "given", "expected"),
    [
        # Another account's resource: the caller's account and the resource's both have to allow.
        (ANNA, {"identity": READ}, ("implicit_deny", "resource")),
        (ANNA, {"resource": to({"AWS": USER})}, ("implicit_deny", "identity")),
        (ANNA, {"identity": READ, "resource": to({"AWS": USER})}, ("allowed", "identity")),
        (ANNA, {"identity": READ, "resource": to({"AWS": ROOT})}, ("allowed", "identity")),
        (ANNA, {"identity": READ, "resource": to({"AWS": OTHER})}, ("implicit_deny", "resource")),
        (ANNA, {"resource": to("*")}, ("implicit_deny", "identity")),
        (READER, {"resource": to({"AWS": SESSION})}, ("implicit_deny", "identity")),
        (
            READER,
            {"identity": READ, "session": OTHERS, "resource": to({"AWS": SESSION})},
            ("implicit_deny", "session"),
        ),
        (
            READER,
            {"identity": READ, "boundary": OTHERS, "resource": to({"AWS": SESSION})},
            ("implicit_deny", "boundary"),
        ),
        (OWNER, {"resource": to({"AWS": ROOT})}, ("allowed", "resource")),
        (OWNER, {}, ("implicit_deny", "resource")),
    ],
)
def test_across_accounts(who: Principal, given: dict[str, Any], expected: tuple[str, str]) -> None:
    assert outcome(decide(who, owner=OTHER, **given)) == expected


def test_the_root_user_has_its_account_but_for_denials_and_controls() -> None:
    assert decide(OWNER).allowed
    assert not decide(OWNER, resource=policy(deny(Principal="*"))).allowed
    assert outcome(decide(OWNER, scps=(OTHERS,))) == ("implicit_deny", "scp")


def test_a_federated_session_without_session_policy_has_only_what_resources_give_it() -> None:
    assert outcome(decide(FEDERATED, identity=READ)) == ("implicit_deny", "session")
    assert decide(FEDERATED, identity=READ, session=READ).allowed


@pytest.mark.parametrize("who", [SERVICE, ANYONE])
def test_services_and_anonymous_callers_have_the_resource_policy_only(who: Principal) -> None:
    assert outcome(decide(who, identity=READ)) == ("implicit_deny", "resource")
    assert decide(who, resource=to("*"), scps=(OTHERS,)).allowed
    assert not decide(who, resource=to({"AWS": ROOT})).allowed


def test_a_service_is_named_as_a_service() -> None:
    assert decide(SERVICE, resource=to({"Service": "cloudtrail.amazonaws.com"})).allowed
    assert not decide(SERVICE, resource=to({"Service": "sns.amazonaws.com"})).allowed
    assert not decide(
        SERVICE, resource=to({"AWS": "cloudtrail.amazonaws.com".replace(".", "")})
    ).allowed


def test_service_linked_roles_are_exempt_from_control_policies() -> None:
    linked = Principal(
        "role-session",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/AWSServiceRoleForX/s",
        ACCOUNT,
        role_arn=f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
    )
    forbidden = policy(deny(Principal="*"))
    assert decide(linked, identity=READ, scps=(FORBID,), rcps=(forbidden,)).allowed


def test_a_kms_key_has_to_allow_within_its_account_too() -> None:
    """ "Key policies": the account named delegates to its identity-based policies."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/1"
    own = policy(allow(Action="kms:Decrypt", Resource=key))

    def use(resource: dict[str, Any], identity: dict[str, Any] | None) -> tuple[str, str | None]:
        return outcome(
            decide(
                ANNA,
                identity=identity,
                resource=resource,
                resource_must_allow=True,
                action="kms:Decrypt",
                arn=key,
            )
        )

    delegating = to({"AWS": ROOT}, Action="kms:*", Resource="*")
    assert use(delegating, own)[0] == "allowed"
    assert use(delegating, None) == ("implicit_deny", "identity")
    assert use(to({"AWS": OTHER}, Action="kms:*", Resource="*"), own) == (
        "implicit_deny",
        "resource",
    )
    assert use(to({"AWS": USER}, Action="kms:*", Resource="*"), None)[0] == "allowed"


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([ROOT, ROLE, SESSION], "allowed"),
        ([USER], "explicit_deny"),
        ([OTHER], "explicit_deny"),
        # "AWS might validate the account first, then the role, and then the assumed-role user."
        ([SESSION], "unknown"),
        ([ROOT], "unknown"),
        ([ROLE, SESSION], "unknown"),
    ],
)
def test_deny_with_not_principal(named: list[str], expected: str) -> None:
    spared = {"Effect": "Deny", "NotPrincipal": {"AWS": named}, "Action": "s3:*", "Resource": "*"}
    assert decide(READER, identity=READ, resource=policy(spared)).outcome == expected


def test_allow_with_not_principal_lets_in_only_who_is_not_named_at_all() -> None:
    def but(*named: str) -> dict[str, Any]:
        return policy({**allow(), "NotPrincipal": {"AWS": list(named)}})

    assert decide(READER, resource=but(OTHER)).allowed
    assert not decide(READER, resource=but(ROOT)).allowed
    assert not decide(READER, resource=but(ROLE)).allowed
    assert not decide(READER, resource=but(OTHER), session=OTHERS).allowed


def test_what_would_nearly_have_allowed_is_told() -> None:
    test = {"StringEquals": {"s3:x-amz-acl": "private"}}
    found = decide(ANNA, identity=policy(allow(Sid="Private", Condition=test)))
    assert [one.sid for one in found.statements] == ["Private"]
    assert 'statement "Private"' in found.reason
    assert "condition StringEquals s3:x-amz-acl is not met" in found.reason


def test_an_unknown_key_leaves_it_open_and_is_named() -> None:
    own = parse_policy(
        policy(
            allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}),
            deny(Condition={"Bool": {"aws:SecureTransport": "false"}}),
        )
    )
    request = Request(ANNA, "s3:GetObject", KEY, unknown_keys="*")
    found = evaluate(request, PolicySet((own,)))
    assert found.outcome == "unknown"
    assert found.missing_keys == ("aws:securetransport", "aws:sourceip")
    assert "aws:sourceip" in found.reason
    known = Request(ANNA, "s3:GetObject", KEY, {"AWS:sourceip": ("10.1.1.1",)}, None, "*")
    assert evaluate(known, PolicySet((own,))).missing_keys == ("aws:securetransport",)
    outside = Request(ANNA, "s3:GetObject", KEY, {"aws:SourceIp": ("192.0.2.1",)}, None, "*")
    assert evaluate(outside, PolicySet((own,))).outcome == "implicit_deny"


@pytest.mark.parametrize(
    "statement",
    [
        allow(Condition={"StringResembles": {"s3:prefix": "x"}}),
        allow(Resource="arn:aws:s3:${aws:username}::b/*"),
    ],
)
def test_what_is_not_understood_is_unknown_and_never_allowed(statement: dict[str, Any]) -> None:
    found = decide(ANNA, identity=policy(statement))
    assert found.outcome == "unknown"
    assert not found.allowed
    assert found.missing_keys == ()


def test_a_version_that_does_not_exist_is_unknown() -> None:
    odd = Policy((Statement("Allow", ("s3:*",), ("*",)),), version="2030-01-01")
    found = evaluate(Request(ANNA, "s3:GetObject", KEY), PolicySet((odd,)))
    assert found.outcome == "unknown"
    assert "2030-01-01" in found.reason


def test_the_keys_of_the_principal_follow_by_themselves() -> None:
    tagged = Principal(
        "role-session", SESSION, ACCOUNT, role_arn=ROLE, id="AROA:s1", tags={"Team": "Ops"}
    )
    test = {
        "StringEquals": {
            "aws:PrincipalAccount": ACCOUNT,
            "aws:PrincipalTag/team": "Ops",
            "aws:userid": "AROA:s1",
            "aws:PrincipalType": "AssumedRole",
            "aws:ResourceAccount": ACCOUNT,
        },
        "ArnEquals": {"aws:PrincipalArn": ROLE},
        "Null": {"aws:username": "true"},
    }
    assert decide(tagged, identity=policy(allow(Condition=test))).allowed


def test_the_role_of_a_session_is_read_from_its_arn_if_not_given() -> None:
    plain = Principal("role-session", SESSION, ACCOUNT)
    assert plain.role == f"arn:aws:iam::{ACCOUNT}:role/Reader"
    assert decide(plain, resource=to({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Reader"})).allowed


def test_a_policy_is_called_by_its_name() -> None:
    own = parse_policy(READ, name="ReadOnly")
    found = evaluate(Request(ANNA, "s3:GetObject", KEY), PolicySet((own,)))
    assert 'identity-based policy "ReadOnly"' in found.reason
    assert found.as_dict()["statements"][0]["policy"] == "ReadOnly"
