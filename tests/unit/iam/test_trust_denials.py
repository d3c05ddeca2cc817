"""Why a role could not be assumed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.denial_explanation import DenialExplanation
from penstock.iam.denials import read_denial
from penstock.iam.evaluation import PolicySet, evaluate_trust
from penstock.iam.policy import Policy, parse_policy
from penstock.iam.request import Principal, Request
from penstock.iam.trust_denials import explain_trust, trust_statement
from tests.unit.iam.documents import documents, policy

PLATFORM = "999988887777"
CALLER = Principal(
    "role-session",
    f"arn:aws:sts::{PLATFORM}:assumed-role/PenstockServer/i-1",
    PLATFORM,
    role_arn=f"arn:aws:iam::{PLATFORM}:role/PenstockServer",
)
WHO = f"arn:aws:iam::{PLATFORM}:role/PenstockServer"
ROLE = "arn:aws:iam::111122223333:role/Penstock"
ID = "0b5f0e3e-9d57-4a2c-a4f5-aa2c6a3d6f11"
PLAIN = f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE}"
UNTRUSTED = (
    f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole because no role trust "
    "policy allows the sts:AssumeRole action"
)
MAY_ASSUME = [
    parse_policy(policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}))
]


def trust(principal: Any = WHO, identifier: str | None = ID, **more: Any) -> Policy:
    statement: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "sts:AssumeRole",
    } | more
    if identifier:
        statement.setdefault("Condition", {"StringEquals": {"sts:ExternalId": identifier}})
    return parse_policy(policy(statement), "trust")


def ask(message: str = PLAIN, external_id: str | None = ID, **known: Any) -> DenialExplanation:
    return explain_trust(
        read_denial(message), role_arn=ROLE, caller=CALLER, external_id=external_id, **known
    )


PASTE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PenstockAssumesThisRole",
            "Effect": "Allow",
            "Principal": {"AWS": WHO},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": ID}},
        }
    ],
}

KNOWN: list[tuple[Policy, str | None, str, str]] = [
    (trust(), None, "no_external_id", f"asks for the external ID {ID}; none was given."),
    (trust(identifier="other"), ID, "wrong_external_id", f"external ID other, and {ID} was given."),
    (trust("arn:aws:iam::111122223333:root"), ID, "not_trusted", f"does not name {WHO}."),
    (
        trust(Condition={"Bool": {"aws:SecureTransport": "false"}}),
        ID,
        "trust_condition",
        "condition Bool aws:SecureTransport is not met",
    ),
    (
        trust(Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        ID,
        "trust_condition",
        "a condition that cannot be judged here: aws:sourceip.",
    ),
    (trust(Effect="Deny"), ID, "denied", "explicitly"),
    (trust(Action="sts:TagSession"), ID, "not_trusted", "does not name"),
]


@pytest.mark.parametrize(("policy_of_role", "external_id", "cause", "said"), KNOWN)
@pytest.mark.parametrize("message", [PLAIN, UNTRUSTED])
def test_with_the_trust_policy_the_reason_is_found(
    message: str, policy_of_role: Policy, external_id: str | None, cause: str, said: str
) -> None:
    found = ask(message, external_id, trust=policy_of_role)
    assert found.cause == cause
    assert said in found.happened
    assert found.place == "trust"
    assert (found.statement is None) is (cause == "denied")


def test_the_statement_to_paste_lets_in_this_caller_with_this_id_only() -> None:
    found = ask(trust=trust(identifier="other"))
    assert found.statement is not None
    assert found.statement.as_dict() == PASTE
    asked = {
        given_id: evaluate_trust(
            Request(
                CALLER,
                "sts:AssumeRole",
                ROLE,
                {"sts:ExternalId": (given_id,)} if given_id else {},
                "111122223333",
            ),
            found.statement,
            PolicySet(tuple(MAY_ASSUME)),
        ).allowed
        for given_id in (ID, "other", None)
    }
    assert asked == {ID: True, "other": False, None: False}


def test_without_the_trust_policy_the_reasons_are_listed() -> None:
    found = ask()
    assert (found.cause, found.certainty, found.policy_kind) == ("trust_not_told", "possible", None)
    assert found.happened == f"{WHO} may not assume {ROLE}, and STS does not say why."
    assert any("no such role" in hint for hint in found.hints)
    assert any(f"{ID} was given" in hint for hint in found.hints)
    assert any("organization" in hint for hint in found.hints)
    assert found.statement is not None
    assert found.statement.as_dict() == PASTE


def test_where_aws_names_the_trust_policy_only_that_can_be_the_reason() -> None:
    found = ask(UNTRUSTED, None)
    assert found.policy_kind == "trust"
    assert found.happened == f"The trust policy of {ROLE} does not let {WHO} assume it."
    assert any("none was given" in hint for hint in found.hints)
    assert not any("organization" in hint for hint in found.hints)


def test_a_role_that_is_known_to_be_missing() -> None:
    found = ask(role_exists=False, trust=trust())
    assert (found.cause, found.happened) == ("role_missing", f"There is no role {ROLE}.")
    assert found.statement is not None
    assert found.statement.as_dict() == PASTE


def test_someone_who_was_deleted_and_made_again_is_another() -> None:
    found = ask(trust=trust("AROAEXAMPLEID12345"))
    assert found.cause == "not_trusted"
    assert "deleted" in found.hints[0]


def test_the_callers_own_policies_count_too() -> None:
    found = ask(trust=trust(), caller_policies=[])
    assert (found.cause, found.place) == ("not_allowed", "platform")
    assert found.statement is not None
    assert found.statement.statements[0].resources == (ROLE,)
    assert ask(trust=trust(), caller_policies=MAY_ASSUME).cause == "trust_not_told"


def test_where_the_trust_policy_is_right_something_else_says_no() -> None:
    found = ask(trust=trust())
    assert (found.cause, found.place, found.certainty) == ("trust_not_told", "platform", "possible")
    assert "so something else says no" in found.happened
    assert found.statement is not None
    assert found.statement.kind == "identity"


MESSAGES: list[tuple[str, str, str, str]] = [
    (
        f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole with an explicit deny "
        "in the role trust policy",
        "denied",
        "trust",
        "The role's trust policy denies it explicitly.",
    ),
    (
        f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE} "
        "because no identity-based policy allows the sts:AssumeRole action",
        "not_allowed",
        "platform",
        f"Penstock's own identity {WHO} may not perform sts:AssumeRole on this role.",
    ),
    (
        f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE} "
        "with an explicit deny in a service control policy",
        "denied",
        "organization",
        f"A service control policy of the AWS organization does not let {WHO} assume the role.",
    ),
    (
        f"User: {CALLER.arn} is not authorized to perform: sts:AssumeRole on resource: {ROLE} "
        "with an explicit deny in a resource control policy",
        "denied",
        "organization",
        f"A resource control policy of the AWS organization does not let {WHO} assume the role.",
    ),
    (
        f"User: {CALLER.arn} is not authorized to perform: sts:TagSession on resource: {ROLE}",
        "session_tags",
        "trust",
        f"The role's trust policy does not let {WHO} perform sts:TagSession, which session tags "
        "and source identities need.",
    ),
    (
        "An error occurred (ValidationError) when calling the AssumeRole operation: The requested "
        "DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "duration_too_long",
        "settings",
        f"The session asked for is longer than the role {ROLE} allows.",
    ),
    (
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
        "chaining",
        "role_chaining",
        "platform",
        "A role that assumes a role gets at most one hour, and more was asked for.",
    ),
    (
        "Roles may not be assumed by root accounts.",
        "root_user",
        "platform",
        "The root user of an account cannot assume roles.",
    ),
    (
        "Not authorized to perform sts:AssumeRole",
        "trust_not_told",
        "trust",
        f"{WHO} may not assume {ROLE}, and STS does not say why.",
    ),
]


@pytest.mark.parametrize(("message", "cause", "place", "happened"), MESSAGES)
def test_what_the_message_settles(message: str, cause: str, place: str, happened: str) -> None:
    found = ask(message)
    assert (found.cause, found.place, found.happened) == (cause, place, happened)


def test_session_tags_are_let_in_along_with_assuming() -> None:
    found = ask(MESSAGES[4][0])
    assert found.statement is not None
    assert found.statement.statements[0].actions == ("sts:AssumeRole", "sts:TagSession")


def test_a_user_is_named_as_himself() -> None:
    user = Principal("user", f"arn:aws:iam::{PLATFORM}:user/penstock", PLATFORM)
    (statement,) = trust_statement(user, ID).statements
    assert statement.principals is not None
    assert statement.principals.aws == (user.arn,)
    assert parse_policy(trust_statement(user, None).text(), "trust").statements[0].conditions == ()


@given(
    message=st.sampled_from([PLAIN, UNTRUSTED, *(one[0] for one in MESSAGES)]) | st.text(),
    document=documents("trust"),
    own=documents("identity"),
    external_id=st.sampled_from([None, ID, "*"]),
    role=st.sampled_from([ROLE, "", "arn", "arn:aws:iam::1:role/x"]),
)
def test_explaining_never_raises(
    message: str, document: dict[str, Any], own: dict[str, Any], external_id: str | None, role: str
) -> None:
    for caller_policies in (None, [parse_policy(own)]):
        found = explain_trust(
            read_denial(message),
            role_arn=role,
            caller=CALLER,
            external_id=external_id,
            trust=parse_policy(document, "trust"),
            caller_policies=caller_policies,
        )
        assert found.happened
        assert found.where
