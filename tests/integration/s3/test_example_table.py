"""The table of the example policy says what happens when the cards are run under that policy."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from penstock.catalog.registry import Registry
from penstock.catalog.verdict_pages import example_policy_page
from penstock.catalog.verdicts import card_verdicts
from penstock.errors import AccessDenied
from penstock.iam.evaluation import PolicySet
from penstock.iam.grants import grant
from penstock.iam.judging import Judge
from penstock.iam.policy import parse_policy
from tests.accounts import Customer, Document
from tests.cards import FakeConnection
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.test_role_policies import CAREFREE, CASES, World, needs_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/reference/example-policy.md").read_text(encoding="utf-8")
TABLE = dict(re.findall(r"^\| \[`(s3\.[a-z_]+)`\]\(\S+\) \| (\w+) \|", PAGE, re.MULTILINE))
TEXT = (ROOT / "tests/data/example-policy.json").read_text(encoding="utf-8")
POLICY = parse_policy(TEXT)
ANY_ROLE = "arn:aws:iam::444455556666:role/example"


@pytest.fixture(scope="module")
def world(customer: Customer) -> World:
    return World(customer, customer.kms.create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def example(connect: MakeConnection) -> FakeConnection:
    document: Document = json.loads(TEXT)
    return connect(document)


def foreseen(name: str, inputs: Mapping[str, Any]) -> bool:
    """Whether the evaluator says that all a card cannot do without is allowed."""
    judge = Judge(PolicySet(identity=(POLICY,)), ANY_ROLE)
    return all(
        judge.judge(one.action, one.resource, one.conditions).verdict == "allowed"
        for need in needs_of(name, inputs, optional=False)
        for one in [grant(need.permission, "", "aws")]
    )


def succeeds(run: Run, name: str, inputs: Mapping[str, Any], example: FakeConnection) -> bool:
    try:
        answer = run(name.removeprefix("s3."), inputs, example)
    except AccessDenied:
        return False
    return bool(answer.status_code < 300)


def test_the_page_is_current_and_has_every_card() -> None:
    cards = Registry.discover().cards()
    assert example_policy_page(POLICY, card_verdicts(cards, [POLICY])) == PAGE
    assert list(TABLE) == [each.id for each in cards]


@pytest.mark.parametrize("name", TABLE)
def test_a_verdict_is_what_happens(
    world: World, name: str, run: Run, example: FakeConnection
) -> None:
    found: dict[str, bool] = {}
    for case in CASES:
        if case.card != name or case not in CAREFREE:
            continue
        inputs = world.made(case)
        found[case.title] = succeeds(run, name, inputs, example)
        assert found[case.title] is foreseen(name, inputs), case
    assert found
    if TABLE[name] == "works":
        assert all(found.values())
    elif TABLE[name] == "fails":
        assert not any(found.values())
    else:
        assert any(found.values())


def test_with_what_the_page_adds_every_card_works() -> None:
    example, added = (
        parse_policy(one) for one in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    )
    assert example == POLICY
    found = card_verdicts(Registry.discover().cards(), [example, added])
    assert {each.card for each in found if each.verdict != "works"} == {"s3.custom_api_action"}


@pytest.mark.parametrize("name", ["s3.download_object", "s3.copy_object", "s3.read_object"])
def test_what_is_encrypted_with_a_kms_key_cannot_be_read(
    world: World, name: str, run: Run, example: FakeConnection
) -> None:
    customer = world.customer
    bucket = customer.make_bucket()
    more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": world.kms_key}
    customer.put_object(bucket, "secret.txt", b"x", **more)
    place = {"bucket": bucket, "key": "secret.txt"}
    inputs: dict[str, dict[str, Any]] = {
        "s3.download_object": place,
        "s3.copy_object": {"source": place, "destination": {"bucket": bucket, "key": "copy.txt"}},
        "s3.read_object": {**place, "include_checksum": True},
    }
    with pytest.raises(AccessDenied) as caught:
        run(name.removeprefix("s3."), inputs[name], example)
    if name != "s3.read_object":  # the answer to HEAD has no text
        assert "kms:Decrypt" in caught.value.details["actions"]
    row = next(line for line in PAGE.splitlines() if f"[`{name}`]" in line)
    assert "`kms:Decrypt` is not allowed" in row


@pytest.mark.parametrize(
    ("case", "action"),
    [
        (("s3.search_buckets", "nothing but what is required"), "s3:ListAllMyBuckets"),
        (("s3.tag_object", "with version_id"), "s3:PutObjectVersionTagging"),
        (("s3.create_bucket", "with tags"), "s3:TagResource"),
    ],
)
def test_what_the_table_says_is_missing_is_what_aws_misses(
    world: World, case: tuple[str, str], action: str, run: Run, example: FakeConnection
) -> None:
    name, _ = case
    inputs = world.made(next(one for one in CASES if (one.card, one.title) == case))
    with pytest.raises(AccessDenied) as caught:
        run(name.removeprefix("s3."), inputs, example)
    assert action in caught.value.details["actions"]
    row = next(line for line in PAGE.splitlines() if f"[`{name}`]" in line)
    assert f"`{action}` is not allowed" in row
