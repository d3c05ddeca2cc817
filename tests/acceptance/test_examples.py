"""The example flows are sound, and the one that is not run elsewhere does what it says."""

from pathlib import Path

import pytest

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.yaml"))


def test_there_are_some() -> None:
    assert EXAMPLES


@pytest.fixture
def acme(penstock: Penstock, customer: Customer) -> str:
    """The role of a connection as the examples name it."""
    return connect(penstock, customer).role_arn


def test_each_is_sound_without_a_warning(penstock: Penstock, acme: str) -> None:
    for example in EXAMPLES:
        found = penstock.ok("flows", "check", str(example), "--json").json
        # That a value may be missing is worth a warning, and fails the card where it is.
        left = [each for each in found["problems"] if each["code"] != "may_be_missing"]
        assert left == [], example.name


def test_legal_hold_holds_under_just_its_policy(
    penstock: Penstock, customer: Customer, acme: str
) -> None:
    locked, records = customer.make_bucket(locked=True), customer.make_bucket()
    customer.put_object(locked, "evidence.txt", b"x")
    file = str(next(each for each in EXAMPLES if each.name == "legal-hold.yaml"))
    penstock.ok("flows", "apply", file)
    policy = penstock.ok("flows", "policy", "legal_hold").out
    customer.iam.put_role_policy(
        RoleName=acme.rpartition("/")[2], PolicyName="flow", PolicyDocument=policy
    )
    inputs = {"bucket": locked, "key": "evidence.txt", "case": "17", "records": records}
    given = [part for name, value in inputs.items() for part in ("--input", f"{name}={value}")]
    run = penstock.ok("flows", "run", "legal_hold", "--json", *given).json
    assert run["status"] == "succeeded"
    held = customer.s3.get_object_legal_hold(Bucket=locked, Key="evidence.txt")
    assert held["LegalHold"]["Status"] == "ON"
    [record] = customer.s3.list_objects_v2(Bucket=records)["Contents"]
    text = customer.s3.get_object(Bucket=records, Key=record["Key"])["Body"].read().decode()
    assert f"{locked}/evidence.txt" in text
