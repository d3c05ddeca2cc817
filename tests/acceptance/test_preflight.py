"""Looking ahead from the command line."""

from pathlib import Path

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow

FLOW = """
flow: look-ahead
start:
  inputs:
    key: {}
cards:
  - id: find
    card: s3.search_buckets
    connection: acme
  - id: read
    card: s3.read_object
    connection: acme
    inputs: {bucket: BUCKET, key: "{{ start.key }}"}
"""


def test_each_card_has_a_verdict_and_a_reason(
    penstock: Penstock, customer: Customer, tmp_path: Path
) -> None:
    connect(penstock, customer, allow("s3:GetObject", "s3:ListBucket"))
    bucket = customer.make_bucket()
    customer.put_object(bucket, "monday", b"x")
    file = tmp_path / "look.yaml"
    file.write_text(FLOW.replace("BUCKET", bucket))
    said = penstock("flows", "preflight", str(file), "--input", "key=monday", "--json")
    assert said.code == 3
    find, read = said.json["cards"]
    assert (find["verdict"], find["sure"], read["verdict"]) == ("denied", True, "allowed")

    penstock.ok("flows", "apply", str(file))
    said = penstock("flows", "preflight", "look-ahead")
    assert "s3:ListAllMyBuckets" in said.out
    assert "known only when it runs" in said.out
    assert "iam:ListRolePolicies" in said.err

    rules = tmp_path / "policy.json"
    rules.write_text(
        '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", '
        '"Action": ["s3:List*", "s3:Get*"], "Resource": "*"}}'
    )
    said = penstock.ok("flows", "preflight", "look-ahead", "--policy", str(rules), "--json")
    assert [card["verdict"] for card in said.json["cards"]] == ["allowed", "allowed"]
