"""One card of a flow run by itself: `penstock run FILE --card ID`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow, unique

FLOW = """\
flow: FLOW
start:
  inputs:
    folder: {title: Folder}
cards:
  - {id: find, card: s3.search_objects, connection: CONNECTION,
     inputs: {bucket: BUCKET, prefix: "{{ start.folder }}/"}}
  - {id: read, card: s3.read_object, connection: CONNECTION,
     inputs: {bucket: BUCKET, key: "{{ find.objects[0].key }}"}}
  - {id: mark, card: s3.tag_object, connection: CONNECTION,
     inputs: {bucket: BUCKET, key: in/a.txt,
              tags: [{key: bytes, value: "{{ read.content_length }}"}]}}
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A document in a file, and the command with a server."""

    penstock: Penstock
    path: Path

    def run(self, *arguments: str) -> Any:
        return self.penstock.ok("run", str(self.path), *arguments, "--json").json

    def refused(self, *arguments: str) -> Any:
        return self.penstock("run", str(self.path), *arguments, "--json").problem


@pytest.fixture
def written(served: Penstock, customer: Customer, tmp_path: Path) -> Written:
    bucket, nickname = unique("tidy"), unique("acme")
    customer.s3.create_bucket(Bucket=bucket)
    customer.s3.put_object(Bucket=bucket, Key="in/a.txt", Body=b"one")
    customer.s3.put_object(Bucket=bucket, Key="in/b.txt", Body=b"fifteen letters")
    connect(served, customer, allow("s3:*"), nickname=nickname)
    path = tmp_path / "tidy.yaml"
    text = FLOW.replace("BUCKET", bucket).replace("CONNECTION", nickname)
    path.write_text(text.replace("FLOW", unique("tidy")))
    return Written(served, path)


def test_a_card_is_tested_with_what_is_given_and_then_with_what_is_known(
    written: Written,
) -> None:
    # Before the flow ever ran, what the card takes has to be given.
    asked = written.refused("--card", "read")
    assert "`find_objects_0_key` is missing" in asked["detail"]
    given = written.run("--card", "read", "--input", "find_objects_0_key=in/b.txt")
    assert (given["tested"], given["status"], given["version"]) == ("read", "succeeded", None)
    assert [card["id"] for card in given["cards"]] == ["read"]
    assert given["cards"][0]["outputs"]["content_length"] == 15
    # What was typed is known the next time, and so is what it gave to the card after it.
    again = written.penstock.ok("run", str(written.path), "--card", "read")
    assert f'find_objects_0_key is what it was in run {given["id"]}: "in/b.txt"' in again.err
    assert written.run("--card", "mark")["inputs"] == {"read_content_length": 15}
    # A run of the whole flow is newer.
    whole = written.run("--input", "folder=in")
    assert whole["tested"] is None
    third = written.run("--card", "read")
    assert third["inputs"] == {"find_objects_0_key": "in/a.txt"}
    # It says that it was a test.
    listed = written.penstock.ok("runs", "list", "--flow", whole["flow"]).out
    assert listed.count("test of read") == 3
    assert "only the card read" in written.penstock.ok("runs", "show", third["id"]).out


def test_its_session_is_held_to_the_card(written: Written) -> None:
    """However broad the role, and the flow that it is part of."""

    def characters(run: dict[str, Any]) -> int:
        log = written.penstock.ok("runs", "events", run["id"], "--json").out.splitlines()
        [narrowed] = [json.loads(line) for line in log if "session.narrowed" in line]
        return int(narrowed["data"]["characters"])

    test = written.run("--card", "read", "--input", "find_objects_0_key=in/a.txt")
    assert characters(test) < characters(written.run("--input", "folder=in"))


def test_what_cannot_be_tested_says_why(written: Written) -> None:
    assert written.refused("--card", "raed")["hint"] == "Did you mean `read`?"
    written.path.write_text(written.path.read_text().replace("s3.read_object", "s3.raed"))
    assert written.refused("--card", "read")["problems"][0]["code"] == "unknown_card"
    # Others may be wrong.
    found = written.run("--card", "find", "--input", "folder=in")
    assert found["cards"][0]["outputs"]["count"] == 2
