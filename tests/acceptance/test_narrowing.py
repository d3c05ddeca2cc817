"""Runs hold their sessions to the flow, unless a person switched it off; and they say which."""

from pathlib import Path

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow

FLOW = """
flow: look
cards:
  - id: read
    card: s3.read_object
    connection: acme
    inputs: {bucket: BUCKET, key: logs/monday}
"""


def test_the_switch_and_what_is_said_of_it(
    penstock: Penstock, customer: Customer, tmp_path: Path
) -> None:
    connect(penstock, customer, allow("s3:*"))
    bucket = customer.make_bucket()
    customer.put_object(bucket, "logs/monday", b"x")
    file = tmp_path / "look.yaml"
    file.write_text(FLOW.replace("BUCKET", bucket))

    [session] = penstock.ok("run", str(file), "--json").json["sessions"]
    assert (session["connection"], session["narrowed"]) == ("acme", True)
    assert "Narrowing" not in penstock.ok("connections", "show", "acme").out

    assert "Narrowing" in penstock.ok("connections", "narrowing", "acme", "off").out
    assert penstock.ok("connections", "show", "acme", "--json").json["narrowing"] is False
    said = penstock.ok("run", str(file))
    assert "does not narrow its sessions" in said.err
    assert "not narrowed to the flow" in said.out
    newest = penstock.ok("runs", "list", "--json").json[0]["id"]
    assert "not narrowed to the flow" in penstock.ok("runs", "show", newest).out

    penstock.ok("connections", "narrowing", "acme", "on")
    assert penstock.ok("connections", "show", "acme", "--json").json["narrowing"] is True
    assert penstock("connections", "narrowing", "acme", "perhaps").code == 2
