"""What a connection is said to be able to do: held to what its cards then do, card by card."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.capability_report import CapabilityReport
from penstock.errors import AccessDenied, ConnectionNotVerified, InvalidInput, NotFound
from penstock.flows.document import FlowDocument
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

    def operations(self) -> list[str]:
        return [json.loads(line)["operation"] for line in self.log.read_text().splitlines()]

    def report(self, nickname: str, bucket: str | None = None) -> CapabilityReport:
        """A report; it fails if anything but a reading request was made for it."""
        before = len(self.operations())
        found = self.application.capabilities.report(nickname, bucket=bucket)
        assert set(self.operations()[before:]) <= READING | ASKING | OF_ROLES
        return found


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("capabilities")
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


@pytest.fixture
def bucket(house: House) -> str:
    name = house.customer.make_bucket()
    house.customer.put_object(name, "there", b"x", Tagging="a=1")
    return name


def verdicts(found: CapabilityReport) -> dict[str, str]:
    return {card.card.removeprefix("s3."): card.verdict for card in found.cards}


def cards_on(bucket: str) -> dict[str, dict[str, Any]]:
    """Each S3 card with no more inputs than it must have, what destroys last."""
    there = {"bucket": bucket, "key": "there"}
    return {
        "search_buckets": {},
        "search_objects": {"bucket": bucket},
        "read_object": there,
        "download_object": there,
        "read_object_tags": there,
        "copy_object": {"source": there, "destination": {"bucket": bucket, "key": "copy"}},
        "upload_object": {"bucket": bucket, "key": "new", "text": "y"},
        "tag_object": {**there, "tags": [{"key": "b", "value": "2"}]},
        "delete_object": there,
        "delete_bucket": {"bucket": bucket},
        "create_bucket": {"bucket": bucket},
    }


def ran(house: House, nickname: str, card: str, inputs: dict[str, Any]) -> str:
    """`allowed` or `denied`, as AWS says when the card runs by itself."""
    document = FlowDocument.model_validate(
        {
            "flow": unique("try"),
            "cards": [{"id": "c", "card": f"s3.{card}", "connection": nickname, "inputs": inputs}],
        }
    )
    runs: Any = house.application.runs
    error = runs.wait(runs.start(document, inputs={}).id, 60).error
    if error is not None and error["code"] == "access_denied":
        return "denied"
    # What S3 says of the bucket itself, that it is not empty say, it says to those who may.
    return "allowed"


def on(bucket: str, *actions: str) -> dict[str, Any]:
    return allow(*actions, on=[f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])


EXAMPLES: dict[str, tuple[str, ...]] = {
    "nothing": ("s3:GetBucketLocation",),
    "reads": ("s3:GetObject*", "s3:ListBucket"),
    "writes": ("s3:PutObject", "s3:PutObjectTagging", "s3:CreateBucket"),
    "deletes": ("s3:DeleteObject", "s3:DeleteBucket"),
    "all": ("s3:*",),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_report_says_what_then_happens(house: House, bucket: str, name: str) -> None:
    nickname = house.connect(READ_OWN, on(bucket, *EXAMPLES[name]))
    told = verdicts(house.report(nickname, bucket))
    tried = cards_on(bucket)
    assert told.keys() == tried.keys() | {"custom_api_action"}
    happened = {card: ran(house, nickname, card, inputs) for card, inputs in tried.items()}
    del told["custom_api_action"]
    assert told == happened


def test_the_example_policy_of_the_documentation(house: House, bucket: str) -> None:
    example = json.loads(Path("tests/data/example-policy.json").read_text())
    nickname = house.connect(READ_OWN, example)
    told = house.report(nickname, bucket)
    assert [card.card for card in told.cards if card.verdict == "denied"] == ["s3.search_buckets"]
    happened = ran(house, nickname, "search_buckets", {})
    assert happened == "denied"
    tags = next(card for card in told.cards if card.card == "s3.tag_object")
    assert "s3:PutObjectVersionTagging" in {each.action for each in tags.limits}


def test_what_it_says_to_add_is_what_was_lacking(house: House, bucket: str) -> None:
    before = house.report(house.connect(READ_OWN, on(bucket, "s3:GetBucketLocation")), bucket)
    assert before.policy is not None
    after = house.report(house.connect(READ_OWN, before.policy), bucket)
    assert {card.verdict for card in after.cards} <= {"allowed", "unknown"}
    assert [card.card for card in after.cards if card.verdict != "allowed"] == [
        "s3.custom_api_action"
    ]


def test_without_a_bucket_some_of_it_depends_on_which(house: House, bucket: str) -> None:
    nickname = house.connect(READ_OWN, on(bucket, "s3:GetObject"), allow("s3:ListAllMyBuckets"))
    found = house.report(nickname)
    told = verdicts(found)
    assert found.bucket is None
    assert (told["search_buckets"], told["read_object"], told["delete_object"]) == (
        "allowed",
        "unknown",
        "denied",
    )
    read = next(card for card in found.cards if card.card == "s3.read_object")
    assert "only in part" in read.reason


def test_an_explicit_denial_has_nothing_to_add(house: House, bucket: str) -> None:
    refused = {"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}
    nickname = house.connect(READ_OWN, on(bucket, "s3:*"), policy(refused))
    found = house.report(nickname, bucket)
    card = next(card for card in found.cards if card.card == "s3.delete_object")
    assert (card.verdict, card.sure, card.policy) == ("denied", True, None)


def test_where_its_policies_are_not_known_aws_is_asked(house: House, bucket: str) -> None:
    found = house.report(house.connect(on(bucket, "s3:ListBucket")), bucket)
    told = verdicts(found)
    assert (told["search_objects"], told["search_buckets"]) == ("allowed", "denied")
    assert told["upload_object"] == told["delete_bucket"] == "unknown"
    assert any("not known" in note for note in found.notes)


def test_what_is_no_bucket_or_no_usable_connection_is_refused(house: House) -> None:
    nickname = house.connect(READ_OWN)
    with pytest.raises(InvalidInput, match="no slash") as refused:
        house.report(nickname, "a/b")
    assert refused.value.where.field == "bucket"
    with pytest.raises(NotFound):
        house.report("nobody")
    draft = house.application.connections.draft(unique("draft"))
    with pytest.raises(ConnectionNotVerified):
        house.report(draft.nickname)


def test_buckets_are_offered_by_how_they_begin_and_kept_a_while(house: House) -> None:
    nickname = house.connect(allow("s3:ListAllMyBuckets"))
    start = unique("offered")
    other = house.customer.make_bucket()
    for name in ("a", "b"):
        house.customer.s3.create_bucket(Bucket=f"{start}-{name}")
    capabilities = house.application.capabilities
    found = capabilities.offer(nickname, "buckets", prefix=start)
    assert (found.names, found.complete) == ((f"{start}-a", f"{start}-b"), True)
    before = house.operations().count("ListBuckets")
    assert capabilities.offer(nickname, "buckets", prefix=start) == found
    assert house.operations().count("ListBuckets") == before
    everything = capabilities.offer(nickname, "buckets")
    assert {*found.names, other} <= set(everything.names)
    narrower = capabilities.offer(nickname, "buckets", prefix=f"{start}-b")
    assert narrower.names == (f"{start}-b",)
    assert house.operations().count("ListBuckets") == before + 1


def test_a_role_that_may_not_list_is_told_so(house: House) -> None:
    with pytest.raises(AccessDenied, match="s3:ListAllMyBuckets") as refused:
        house.application.capabilities.offer(house.connect(READ_OWN), "buckets")
    assert "s3:ListAllMyBuckets" in (refused.value.hint or "")
