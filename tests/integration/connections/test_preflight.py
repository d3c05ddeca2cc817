"""Looking ahead: right about what AWS would say, and without writing anything."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.foresight import CardForesight, Foresight
from penstock.flows.document import FlowDocument
from penstock.iam.evaluation import PolicySet
from penstock.iam.policy import parse_policy
from penstock.sandbox.process import start_sandbox
from penstock.server.application import Application
from penstock.wiring import open_application
from tests.accounts import Customer, allow, policy, trust, unique

READING = {"ListBuckets", "ListObjectsV2", "HeadBucket", "HeadObject", "GetObjectTagging"}
ASKING = {"AssumeRole", "GetCallerIdentity"}
OF_ROLES = {"ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy", "GetRole"}
READ_OWN = allow("iam:Get*", "iam:List*")


@dataclass(frozen=True)
class House:
    """Penstock on a sandbox of its own, whose request log shows all that it asked."""

    application: Application
    customer: Customer
    log: Path

    def connect(self, *policies: dict[str, Any]) -> str:
        """The nickname of a verified connection whose role has these policies."""
        nickname = unique("acme")
        draft = self.application.connections.draft(nickname)
        principal = self.customer.sandbox.platform.arn
        role = self.customer.make_role(trust(principal, draft.external_id), policies)
        self.application.connections.verify(nickname, role_arn=role, wait=0)
        return nickname

    def requests(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("preflight")
    with (
        start_sandbox(log=folder / "requests.jsonl") as process,
        pytest.MonkeyPatch.context() as on,
    ):
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            on.delenv(name)
        on.setenv("AWS_EC2_METADATA_DISABLED", "true")
        for name, value in process.info.variables().items():
            on.setenv(name, value)
        application = open_application(folder / "data", worker=True)
        yield House(application, Customer(process.info), folder / "requests.jsonl")
        application.close()


@pytest.fixture(scope="module")
def bucket(house: House) -> str:
    name = house.customer.make_bucket()
    house.customer.put_object(name, "there", b"x", Tagging="a=1")
    return name


def flow(connection: str, *cards: tuple[str, dict[str, Any]], **more: Any) -> FlowDocument:
    uses = [
        {"id": f"c{at}", "card": f"s3.{name}", "connection": connection, "inputs": inputs}
        for at, (name, inputs) in enumerate(cards)
    ]
    return FlowDocument.model_validate({"flow": "ahead", "cards": uses, **more})


Look = Callable[..., Foresight]


@pytest.fixture
def look(house: House) -> Look:
    """A preflight; it fails if anything but a reading request was made."""

    def once(document: FlowDocument, **more: Any) -> Foresight:
        before = len(house.requests())
        found = house.application.runs.preflight(document, **{"inputs": {}, **more})
        asked = {each["operation"] for each in house.requests()[before:]}
        assert asked <= READING | ASKING | OF_ROLES
        return found

    return once


def verdicts(found: Foresight) -> list[tuple[str, bool]]:
    return [(card.verdict, card.sure) for card in found.cards]


def everything(bucket: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    there = {"bucket": bucket, "key": "there"}
    return (
        ("search_buckets", {}),
        ("search_objects", {"bucket": bucket}),
        ("read_object", there),
        ("read_object_tags", there),
        ("upload_object", {**there, "text": "y"}),
        ("delete_object", there),
    )


def test_by_the_policies_where_the_role_may_read_them(
    house: House, look: Look, bucket: str
) -> None:
    reads = allow("s3:GetObject*", "s3:ListBucket", on=[f"arn:aws:s3:::{bucket}*"])
    nickname = house.connect(READ_OWN, reads, policy(deny("s3:DeleteObject")))
    found = look(flow(nickname, *everything(bucket)))
    assert verdicts(found) == [
        ("denied", True),
        ("allowed", False),
        ("allowed", False),
        ("allowed", False),
        ("denied", False),
        ("denied", True),
    ]
    assert "s3:DeleteObject" in found.cards[5].reason
    assert "policy of the bucket" in found.cards[4].reason
    assert found.cards[4].permissions[0].by == "policies"
    assert any("bucket's own policy" in note for note in found.notes)


def deny(*actions: str) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": "*"}


def test_by_asking_where_the_policies_are_not_known(house: House, look: Look, bucket: str) -> None:
    nickname = house.connect(allow("s3:GetObject", "s3:ListBucket", on=[f"arn:aws:s3:::{bucket}*"]))
    found = look(flow(nickname, *everything(bucket)))
    assert verdicts(found) == [
        ("denied", True),
        ("allowed", False),
        ("allowed", False),
        ("denied", True),
        ("unknown", False),
        ("unknown", False),
    ]
    assert found.cards[0].permissions[0].by == "probe"
    assert "Only doing it would tell" in found.cards[4].reason
    assert any("policies of" in note and "not known" in note for note in found.notes)
    # Nothing changed.
    assert house.customer.s3.get_object(Bucket=bucket, Key="there")["Body"].read() == b"x"


def one(found: Foresight) -> CardForesight:
    [card] = found.cards
    return card


def test_403_is_no_denial_where_it_may_mean_that_there_is_nothing(
    house: House, look: Look, bucket: str
) -> None:
    absent = ("read_object", {"bucket": bucket, "key": "absent"})
    may_list = house.connect(allow("s3:ListBucket"))
    card = one(look(flow(may_list, absent)))
    assert (card.verdict, "no object absent" in card.reason) == ("unknown", True)
    card = one(look(flow(may_list, ("read_object", {"bucket": bucket, "key": "there"}))))
    assert (card.verdict, card.sure) == ("denied", True)
    neither = house.connect(allow("s3:PutObject"))
    card = one(look(flow(neither, absent)))
    assert (card.verdict, "does not tell apart" in card.reason) == ("unknown", True)


def test_inputs_make_known_what_is_mapped(house: House, look: Look, bucket: str) -> None:
    nickname = house.connect(allow("s3:GetObject", "s3:ListBucket"))
    read = ("read_object", {"bucket": bucket, "key": "{{ start.key }}"})
    document = flow(nickname, read, start={"inputs": {"key": {}}})
    assert one(look(document)).verdict == "unknown"
    assert "known only when it runs" in one(look(document)).reason
    assert one(look(document, inputs={"key": "there"})).verdict == "allowed"


def test_policies_given_are_looked_at_alone(house: House, look: Look, bucket: str) -> None:
    document = flow("nobody", *everything(bucket))
    given = PolicySet((parse_policy(allow("s3:PutObject", "s3:ListAllMyBuckets")),))
    before = len(house.requests())
    found = look(document, policies=given)
    assert len(house.requests()) == before
    assert [card.verdict for card in found.cards] == [
        "allowed",
        "denied",
        "denied",
        "denied",
        "allowed",
        "denied",
    ]


def test_a_role_that_keeps_penstock_out(house: House, look: Look, bucket: str) -> None:
    nickname = house.connect(allow("s3:*"))
    role = house.application.connections.get(nickname).role_arn
    assert role is not None
    house.customer.retrust(role, trust(house.customer.sandbox.platform.arn, "another-id"))
    found = look(flow(nickname, *everything(bucket)))
    assert set(verdicts(found)) == {("denied", True)}
    assert "AssumeRole" in found.cards[0].reason


def test_a_run_set_to_preflight_fails_before_its_first_card(house: House, bucket: str) -> None:
    nickname = house.connect(allow("s3:PutObject", "s3:ListBucket"))
    upload = ("upload_object", {"bucket": bucket, "key": "new", "text": "y"})
    read = ("read_object", {"bucket": bucket, "key": "there"})
    document = flow(nickname, upload, read, settings={"preflight": True})
    runs = house.application.runs
    ended = settled(house, runs.start(document, inputs={}).id)
    assert (ended.status, ended.error["code"]) == ("failed", "access_denied")
    assert ended.error["where"]["card"] == "c1"
    assert [card.status for card in runs.card_runs(ended.id)] == ["skipped", "skipped"]
    assert "run.preflight" in [event.type for event in runs.events(ended.id)]
    keys = house.customer.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [each["Key"] for each in keys] == ["there"]
    # A denial that the flow is ready for does not stop it.
    ready = document.model_dump(mode="json")
    ready["cards"][1]["on_error"] = {"then": "continue"}
    ended = settled(house, runs.start(FlowDocument.model_validate(ready), inputs={}).id)
    assert ended.status == "succeeded"


def settled(house: House, run_id: str) -> Any:
    runs: Any = house.application.runs
    return runs.wait(run_id, 30)
