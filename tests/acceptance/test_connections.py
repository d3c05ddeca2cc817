"""Connections, as a person works with them."""

import json
from typing import Any

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, policy, trust, unique

Statement = dict[str, Any]


def statement(principal: Any, condition: Any = None) -> Statement:
    made: Statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return made | ({"Condition": condition} if condition else {})


def verify(penstock: Penstock, customer: Customer, trusted: Any) -> Any:
    """Draft, make a role with `trusted(external_id)`, verify; what came of it."""
    nickname = unique("c")
    external_id = penstock.ok("connections", "new", nickname, "--json").json["external_id"]
    arn = customer.make_role(trusted(external_id))
    return penstock("connections", "verify", nickname, "--role-arn", arn, "--wait", "0", "--json")


def demand(external_id: str) -> dict[str, Any]:
    return {"StringEquals": {"sts:ExternalId": external_id}}


def test_the_way_of_a_connection(penstock: Penstock, customer: Customer) -> None:
    drafted = penstock.ok("connections", "new", "acme", "--json").json
    assert drafted["status"] == "draft"
    assert drafted["platform"]["account_id"] == customer.sandbox.platform.account_id
    arn = customer.make_role(drafted["trust_policy"])
    verified = penstock.ok("connections", "verify", "acme", "--role-arn", arn, "--json").json
    assert verified["status"] == "verified"
    assert verified["account_id"] == customer.account_id
    assert verified["external_id"] == drafted["external_id"]
    penstock.ok("connections", "describe", "acme", "The customer's archive")
    penstock.ok("connections", "rename", "acme", "archive")
    shown = penstock.ok("connections", "show", "archive", "--json").json
    assert (shown["description"], shown["role_arn"]) == ("The customer's archive", arn)
    assert penstock.ok("connections", "usage", "archive", "--json").json == {"flows": []}
    assert [each["nickname"] for each in penstock.ok("connections", "list", "--json").json] == [
        "archive"
    ]
    assert arn in penstock.ok("connections", "delete", "archive").out
    assert penstock.ok("connections", "list", "--json").json == []


def test_what_a_person_is_shown_of_a_draft(served: Penstock) -> None:
    name = unique("acme")
    said = served.ok("connections", "new", name)
    shown = served.ok("connections", "show", name, "--json").json
    assert "111122223333" in said.out
    assert shown["external_id"] in said.out
    assert '"sts:ExternalId"' in said.out
    assert f"penstock connections verify {name} --role-arn ARN" in said.out


def test_steps_are_shown_as_they_are_made(penstock: Penstock, customer: Customer) -> None:
    external_id = penstock.ok("connections", "new", "acme", "--json").json["external_id"]
    arn = customer.make_role(trust(customer.sandbox.platform.arn, external_id))
    said = penstock.ok("connections", "verify", "acme", "--role-arn", arn)
    assert said.err.count("✓") == 5
    assert "verified" in said.out


@pytest.mark.parametrize("form", ["json", "cloudformation", "terraform", "cli"])
def test_trust_policy_is_printed_as_it_is(served: Penstock, form: str) -> None:
    name = unique("acme")
    external_id = served.ok("connections", "new", name, "--json").json["external_id"]
    said = served.ok("connections", "trust-policy", name, "--form", form)
    assert external_id in said.out
    if form == "json":
        assert json.loads(said.out)["Statement"]


@pytest.mark.parametrize("kind", ["root", "exact", "list"])
def test_good_trusts_are_accepted(served: Penstock, customer: Customer, kind: str) -> None:
    platform = customer.sandbox.platform
    principals: dict[str, Any] = {
        "root": f"arn:aws:iam::{platform.account_id}:root",
        "exact": platform.arn,
        "list": [f"arn:aws:iam::{customer.account_id}:root", platform.arn],
    }
    said = verify(
        served,
        customer,
        lambda external_id: policy(statement({"AWS": principals[kind]}, demand(external_id))),
    )
    assert said.code == 0
    assert said.json["status"] == "verified"


@pytest.mark.parametrize("fault", ["no condition", "StringLike", "wrong key", "second statement"])
def test_unsafe_trusts_are_refused(served: Penstock, customer: Customer, fault: str) -> None:
    principal = {"AWS": customer.sandbox.platform.arn}

    def trusted(external_id: str) -> Any:
        return policy(
            *{
                "no condition": [statement(principal)],
                "StringLike": [statement(principal, {"StringLike": {"sts:ExternalId": "*"}})],
                "wrong key": [
                    statement(principal, {"StringNotEquals": {"aws:PrincipalTag/x": external_id}})
                ],
                "second statement": [
                    statement(principal, demand(external_id)),
                    statement("*"),
                ],
            }[fault]
        )

    said = verify(served, customer, trusted)
    assert said.code == 3
    assert said.json["status"] == "unsafe"
    assert said.json["role_arn"] is None
    failed = [step for step in said.json["probe"]["steps"] if step["outcome"] == "failed"]
    assert failed
    assert all("sts:ExternalId" in step["hint"] for step in failed)


@pytest.mark.parametrize("fault", ["nobody", "another account", "another id"])
def test_trusts_that_keep_penstock_out_are_denied(
    served: Penstock, customer: Customer, fault: str
) -> None:
    platform = customer.sandbox.platform

    def trusted(external_id: str) -> Any:
        return {
            "nobody": policy({**statement({"AWS": platform.arn}), "Effect": "Deny"}),
            "another account": trust(f"arn:aws:iam::{customer.account_id}:root", external_id),
            "another id": trust(platform.arn, "another-id"),
        }[fault]

    said = verify(served, customer, trusted)
    assert said.code == 3
    assert said.json["status"] == "denied"


def test_a_role_that_does_not_exist(served: Penstock, customer: Customer) -> None:
    name = unique("acme")
    served.ok("connections", "new", name)
    arn = f"arn:aws:iam::{customer.account_id}:role/nowhere"
    said = served("connections", "verify", name, "--role-arn", arn, "--wait", "0")
    assert said.code == 3
    assert "nowhere" in said.err


@pytest.mark.parametrize(
    ("arn", "word"),
    [
        ("not-an-arn", "ARN"),
        ("arn:aws:iam::444455556666:user/ann", "user"),
        ("arn:aws:sts::444455556666:assumed-role/r/s", "session"),
        ("arn:aws:iam::444455556666:instance-profile/p", "profile"),
        ("arn:aws:iam::12345:role/r", "account"),
        ("arn:aws-cn:iam::444455556666:role/r", "partition"),
        ("arn:aws:iam::111122223333:role/own", "account"),
        ("arn:aws:iam::444455556666:role/" + "r" * 2048, ""),
    ],
)
def test_an_arn_that_cannot_be_connected(served: Penstock, arn: str, word: str) -> None:
    name = unique("acme")
    served.ok("connections", "new", name)
    said = served("connections", "verify", name, "--role-arn", arn, "--wait", "0", "--json")
    assert said.code in {1, 3}
    if said.code == 1:
        assert said.problem["code"] == "role_arn_invalid"
        assert said.problem["hint"]
        told = said.problem["detail"] + said.problem["hint"]
    else:
        told = json.dumps(said.json["probe"])
    assert word.lower() in told.lower()
    assert served.ok("connections", "show", name, "--json").json["status"] != "verified"


def test_repoint_keeps_the_external_id(served: Penstock, customer: Customer) -> None:
    name = unique("acme")
    first = connect(served, customer, nickname=name)
    platform = customer.sandbox.platform.arn
    other = customer.make_role(trust(platform, first.external_id))
    open_to_all = customer.make_role(trust(platform))
    refused = served("connections", "repoint", name, open_to_all, "--wait", "0")
    assert refused.code == 3
    assert served.ok("connections", "show", name, "--json").json["role_arn"] == first.role_arn
    served.ok("connections", "repoint", name, other, "--wait", "0")
    shown = served.ok("connections", "show", name, "--json").json
    assert (shown["role_arn"], shown["external_id"]) == (other, first.external_id)


def test_new_waits_for_the_role_to_be_made(penstock: Penstock, customer: Customer) -> None:
    name = unique("late")
    arn = f"arn:aws:iam::{customer.account_id}:role/{name}"
    with penstock.start("connections", "new", "acme", "--role-arn", arn, "--wait") as process:
        assert process.stderr is not None
        told = ""
        while "External ID" not in told:
            told = process.stderr.readline()
            assert told, "it ended before it showed the external ID"
        external_id = told.split()[-1]
        trusted = json.dumps(trust(customer.sandbox.platform.arn, external_id))
        customer.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted)
        out, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert "verified" in out


def test_delete_is_refused_while_flows_use_it(served: Penstock, customer: Customer) -> None:
    name, flow = unique("acme"), unique("flow")
    connect(served, customer, nickname=name)
    text = f"flow: {flow}\ncards:\n- {{id: a, card: s3.search_buckets, connection: {name}}}\n"
    served.ok("flows", "apply", "-", given=text)
    said = served("connections", "delete", name, "--json")
    assert said.code == 1
    assert said.problem["code"] == "in_use"
    assert flow in said.problem["detail"]
    assert served.ok("connections", "usage", name).out == f"{flow}\n"
    served.ok("connections", "rename", name, f"{name}-too")
    assert f"connection: {name}-too" in served.ok("flows", "export", flow).out
    served.ok("connections", "delete", f"{name}-too", "--force")


def test_a_nickname_is_taken_whatever_its_case(served: Penstock) -> None:
    name = unique("acme")
    served.ok("connections", "new", name)
    said = served("connections", "new", name.upper(), "--json")
    assert (said.code, said.problem["code"]) == (1, "nickname_taken")


def test_without_credentials_nothing_is_drafted(penstock: Penstock, sandbox: SandboxInfo) -> None:
    bare = Penstock(penstock.data, {"AWS_ENDPOINT_URL": sandbox.endpoint})
    said = bare("connections", "new", "acme", "--json")
    assert said.code == 1
    assert said.problem["code"] == "credentials_unavailable"
    assert said.problem["hint"]
    assert bare.ok("connections", "list", "--json").json == []
