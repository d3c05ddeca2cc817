"""AssumeRole in the sandbox: who is trusted, with which external ID, for how long."""

from typing import Any

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, allow, client, policy, trust, unique
from tests.integration.sandbox.refusal import refused

ID = "3f1c2c86-7a5b-4f0e-9a55-2d1f1f1e7a10"


def test_who_one_is(sandbox: SandboxInfo) -> None:
    for account in (sandbox.platform, sandbox.customer):
        answer = client(sandbox, "sts", account).get_caller_identity()
        assert answer["Account"] == account.account_id
        assert answer["Arn"] == account.arn
        assert answer["UserId"].startswith("AIDA")


@pytest.mark.parametrize("form", ["root", "account", "exact", "list", "everyone"])
def test_the_platform_is_trusted_by_each_form_of_principal(
    sandbox: SandboxInfo, customer: Customer, form: str
) -> None:
    account = sandbox.platform.account_id
    principal: Any = {
        "root": f"arn:aws:iam::{account}:root",
        "account": account,
        "exact": sandbox.platform.arn,
        "list": [f"arn:aws:iam::{customer.account_id}:root", sandbox.platform.arn],
        "everyone": "*",
    }[form]
    role = customer.make_role(trust(principal, ID))
    session = customer.assume(role, external_id=ID, name="flow@run-1")
    assert session.arn.endswith(f":assumed-role/{role.rpartition('/')[2]}/flow@run-1")
    answer = client(sandbox, "sts", session).get_caller_identity()
    assert answer["Arn"] == session.arn
    assert answer["Account"] == customer.account_id
    assert answer["UserId"].startswith("AROA")
    assert answer["UserId"].endswith(":flow@run-1")


def test_the_external_id_must_be_there_and_right(sandbox: SandboxInfo, customer: Customer) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID))
    expected = (
        f"User: {sandbox.platform.arn} is not authorized to perform: sts:AssumeRole "
        f"on resource: {role}"
    )
    for given in (None, "wrong-id", ID.upper(), ID + "x", ID[:-1]):
        with refused("AccessDenied", 403) as refusal:
            customer.assume(role, external_id=given)
        assert refusal.message == expected
    customer.assume(role, external_id=ID)


def test_a_role_without_condition_lets_any_id_in(sandbox: SandboxInfo, customer: Customer) -> None:
    role = customer.make_role(trust(sandbox.platform.arn))
    customer.assume(role)
    customer.assume(role, external_id="anything")


def test_a_condition_that_any_id_meets(sandbox: SandboxInfo, customer: Customer) -> None:
    condition = {"StringLike": {"sts:ExternalId": "*"}}
    role = customer.make_role(trust(sandbox.platform.arn, Condition=condition))
    customer.assume(role, external_id="anything")
    with refused("AccessDenied", 403):
        customer.assume(role)


def test_a_condition_on_a_key_that_is_none(sandbox: SandboxInfo, customer: Customer) -> None:
    condition = {"StringEquals": {"aws:ExternalId": ID}}
    role = customer.make_role(trust(sandbox.platform.arn, Condition=condition))
    with refused("AccessDenied", 403):
        customer.assume(role, external_id=ID)


def test_a_second_statement_that_lets_everyone_in(sandbox: SandboxInfo, customer: Customer) -> None:
    strict = trust(sandbox.platform.arn, ID)["Statement"][0]
    loose = trust(f"arn:aws:iam::{sandbox.platform.account_id}:root")["Statement"][0]
    role = customer.make_role(policy(strict, loose))
    customer.assume(role)


def test_a_role_that_trusts_somebody_else(sandbox: SandboxInfo, customer: Customer) -> None:
    for principal in ("arn:aws:iam::999988887777:root", f"{sandbox.platform.arn}-other"):
        role = customer.make_role(trust(principal, ID))
        with refused("AccessDenied", 403):
            customer.assume(role, external_id=ID)


def test_a_role_that_does_not_exist_is_denied_in_the_same_words(
    sandbox: SandboxInfo, customer: Customer
) -> None:
    for account in (customer.account_id, "999988887777"):
        arn = f"arn:aws:iam::{account}:role/{unique('nobody')}"
        with refused("AccessDenied", 403) as refusal:
            customer.assume(arn, external_id=ID)
        assert refusal.message == (
            f"User: {sandbox.platform.arn} is not authorized to perform: sts:AssumeRole "
            f"on resource: {arn}"
        )


def test_trust_that_changes_counts_at_once(sandbox: SandboxInfo, customer: Customer) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID))
    customer.assume(role, external_id=ID)
    customer.retrust(role, trust(sandbox.platform.arn, "another-id"))
    with refused("AccessDenied", 403):
        customer.assume(role, external_id=ID)


def test_a_role_with_a_path_is_found_by_its_whole_arn(
    sandbox: SandboxInfo, customer: Customer
) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID), path="/team/data/")
    assert ":role/team/data/" in role
    session = customer.assume(role, external_id=ID)
    assert ":assumed-role/role-" in session.arn
    with refused("AccessDenied", 403):
        customer.assume(role.replace("/team/data", ""), external_id=ID)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"RoleSessionName": "x"}, "roleSessionName"),
        ({"RoleSessionName": "with spaces"}, "regular expression pattern"),
        ({"RoleSessionName": "n" * 65}, "less than or equal to 64"),
        ({"DurationSeconds": 899}, "greater than or equal to 900"),
        ({"DurationSeconds": 43_201}, "less than or equal to 43200"),
        ({"DurationSeconds": 7_200}, "exceeds the MaxSessionDuration"),
        ({"ExternalId": "x"}, "externalId"),
        ({"ExternalId": "has spaces"}, "regular expression pattern"),
        ({"Policy": "x" * 2_049}, "less than or equal to 2048"),
    ],
)
def test_parameters_out_of_bounds(
    sandbox: SandboxInfo, customer: Customer, change: dict[str, Any], said: str
) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID))
    sts = client(sandbox, "sts", sandbox.platform, parameter_validation=False)
    given: dict[str, Any] = {"RoleArn": role, "RoleSessionName": "me", "ExternalId": ID}
    with refused("ValidationError", 400) as refusal:
        sts.assume_role(**(given | change))
    assert said in refusal.message


def test_a_longer_session_if_the_role_says_so(sandbox: SandboxInfo, customer: Customer) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID), seconds=7_200)
    customer.assume(role, external_id=ID, DurationSeconds=7_200)


def test_chained_roles_last_an_hour_at_most(sandbox: SandboxInfo, customer: Customer) -> None:
    first = customer.make_role(trust(sandbox.platform.arn, ID), [allow("sts:AssumeRole")])
    second = customer.make_role(trust(first), seconds=7_200)
    session = customer.assume(first, external_id=ID)
    customer.assume(second, who=session)
    with refused("ValidationError", 400) as refusal:
        customer.assume(second, who=session, DurationSeconds=7_200)
    assert "role chaining" in refusal.message


def test_a_caller_without_permission_to_assume(sandbox: SandboxInfo, customer: Customer) -> None:
    session = customer.session(allow("s3:*"))
    role = customer.make_role(trust(f"arn:aws:iam::{customer.account_id}:root"))
    with refused("AccessDenied", 403) as refusal:
        customer.assume(role, who=session)
    assert "no identity-based policy allows the sts:AssumeRole action" in refusal.message


def test_a_session_policy_must_be_a_policy(sandbox: SandboxInfo, customer: Customer) -> None:
    role = customer.make_role(trust(sandbox.platform.arn, ID))
    sts = client(sandbox, "sts", sandbox.platform)
    for text in ("{", '{"Version": "2012-10-17"}', '{"Version":"2012-10-17","Statement":[{}]}'):
        with refused("MalformedPolicyDocument", 400):
            sts.assume_role(RoleArn=role, RoleSessionName="me", ExternalId=ID, Policy=text)


def test_the_rest_of_sts_is_not_implemented(sandbox: SandboxInfo, customer: Customer) -> None:
    sts = client(sandbox, "sts", sandbox.customer)
    with refused("NotImplemented", 501):
        sts.get_federation_token(Name="somebody")
    role = customer.make_role(trust(sandbox.platform.arn))
    with refused("NotImplemented", 501):
        customer.assume(role, Tags=[{"Key": "a", "Value": "b"}])
