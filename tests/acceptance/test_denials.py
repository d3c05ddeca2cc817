"""When AWS says no, a person is told what to add, and where."""

import json
from pathlib import Path
from typing import Any

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow, trust, unique

FLOW = """
flow: write-a-note
cards:
  - id: note
    card: s3.upload_object
    connection: acme
    inputs: {bucket: BUCKET, key: notes/today.txt, text: hello}
"""


def pasted(text: str) -> Any:
    """The JSON block that a command showed."""
    found, _ = json.JSONDecoder().raw_decode(text[text.index("\n{") :].lstrip())
    return found


def test_a_denied_card_shows_the_statement_that_lets_it_work(
    penstock: Penstock, customer: Customer, tmp_path: Path
) -> None:
    role = connect(penstock, customer, allow("s3:ListBucket")).role_arn
    bucket = customer.make_bucket()
    file = tmp_path / "note.yaml"
    file.write_text(FLOW.replace("BUCKET", bucket))
    said = penstock("run", str(file))
    assert said.code == 3
    assert "no identity-based policy allows it" in said.err
    assert "took nothing away" in said.err
    assert "Add: to a policy of the role" in said.err
    statement = pasted(said.err)

    run = penstock.ok("runs", "list", "--json").json[0]["id"]
    shown = penstock.ok("runs", "show", run)
    assert pasted(shown.err) == statement
    denial = penstock.ok("runs", "show", run, "--json").json["error"]["details"]["denial"]
    assert denial["statement"] == statement
    assert (denial["action"], denial["policy_kind"]) == ("s3:PutObject", "identity")

    customer.iam.put_role_policy(
        RoleName=role.rpartition("/")[2],
        PolicyName="pasted",
        PolicyDocument=json.dumps(statement),
    )
    penstock.ok("run", str(file))


def test_a_role_that_keeps_penstock_out_shows_the_trust_policy_it_needs(
    penstock: Penstock, customer: Customer
) -> None:
    nickname = unique("acme")
    external_id = penstock.ok("connections", "new", nickname, "--json").json["external_id"]
    arn = customer.make_role(trust(customer.sandbox.platform.arn, "another"))
    said = penstock("connections", "verify", nickname, "--role-arn", arn, "--wait", "0")
    assert said.code == 3
    assert "Add: to the role's trust policy" in said.err
    statement = pasted(said.err)
    assert external_id in json.dumps(statement)

    customer.retrust(arn, statement)
    said = penstock.ok(
        "connections", "verify", nickname, "--role-arn", arn, "--wait", "0", "--json"
    )
    assert said.json["status"] == "verified"


def test_a_role_that_was_changed_later_says_so_in_the_run(
    penstock: Penstock, customer: Customer, tmp_path: Path
) -> None:
    connected = connect(penstock, customer, allow("s3:*"))
    customer.retrust(connected.role_arn, trust(customer.sandbox.platform.arn, "another"))
    file = tmp_path / "note.yaml"
    file.write_text(FLOW.replace("BUCKET", customer.make_bucket()))
    said = penstock("run", str(file), "--json")
    assert said.code == 3
    denial = said.json["error"]["details"]["denial"]
    assert (denial["action"], denial["place"]) == ("sts:AssumeRole", "trust")
    assert connected.external_id in json.dumps(denial["statement"])
