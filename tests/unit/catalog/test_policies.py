"""What flows and cards need: literals known, mapped parts as wildcards, owners where known."""

from collections.abc import Mapping
from typing import Any

import pytest

from penstock.catalog.policies import needs_of_card, needs_of_flow, uses_of
from penstock.connectors.s3 import connector
from penstock.errors import InvalidInput, NotFound
from penstock.flows.document import CardUse, FlowDocument
from penstock.iam.generation import Need
from tests.unit.catalog.toy import registry

S3 = connector.load()


class _Catalog:
    def card(self, card_id: str) -> Any:
        return S3.cards[card_id]


def use(name: str, card: str, inputs: Mapping[str, Any], **more: Any) -> CardUse:
    return CardUse(id=name, card=card, connection="acme", inputs=dict(inputs), **more)


def flow(*cards: CardUse) -> FlowDocument:
    return FlowDocument(flow="f", cards=list(cards))


def granted(needs: list[Need]) -> set[tuple[str, str, str]]:
    return {(one.card, one.permission.action, one.permission.resource) for one in needs}


def owners(needs: list[Need]) -> dict[str, tuple[str, ...] | None]:
    """By action, the account its resources must be in."""
    return {
        one.permission.action: one.permission.conditions.get("StringEquals", {}).get(
            "aws:ResourceAccount"
        )
        for one in needs
    }


def test_literals_are_known_and_what_is_mapped_is_a_wildcard() -> None:
    place = {"bucket": "b", "key": "reports/{{ run.date }}/x*"}
    found = needs_of_flow(flow(use("read", "s3.read_object_tags", place)), _Catalog())
    assert granted(found) == {
        ("read", "s3:GetObjectTagging", "arn:aws:s3:::b/reports/*/x${*}"),
        ("read", "s3:ListBucket", "arn:aws:s3:::b"),
    }


def test_cards_inside_cards_count() -> None:
    inner = use("inner", "toy.list", {"bucket": "in"})
    outer = use("outer", "toy.list", {"bucket": "out"}, blocks={"then": [inner]})
    document = flow(outer)
    assert [one.id for one in uses_of(document)] == ["outer", "inner"]
    assert granted(needs_of_flow(document, registry)) == {
        ("outer", "s3:ListBucket", "arn:aws:s3:::out"),
        ("inner", "s3:ListBucket", "arn:aws:s3:::in"),
    }


def test_only_the_cards_of_a_connection_count_if_one_is_named() -> None:
    mine = use("mine", "toy.list", {"bucket": "a"})
    other = mine.model_copy(update={"id": "other", "connection": "other"})
    say = CardUse(id="say", card="toy.say", inputs={"text": "x"})
    found = needs_of_flow(flow(mine, other, say), registry, connection="ACME")
    assert {one.card for one in found} == {"mine"}


def test_cards_of_several_flows_are_told_apart() -> None:
    found = needs_of_flow(flow(use("a", "toy.list", {"bucket": "b"})), registry, qualified=True)
    assert {one.card for one in found} == {"f/a"}


def test_resources_are_the_expected_owners() -> None:
    place = {"bucket": "b", "key": "k"}
    found = needs_of_flow(
        flow(use("d", "s3.download_object", place), use("c", "s3.create_bucket", {"bucket": "n"})),
        _Catalog(),
        owner="444455556666",
    )
    account = ("444455556666",)
    assert owners(found)["s3:GetObject"] == account
    assert owners(found)["s3:ListBucket"] == account
    assert owners(found)["s3:CreateBucket"] is None
    assert owners(found)["kms:Decrypt"] is None


@pytest.mark.parametrize(
    ("named", "account"),
    [("777788889999", ("777788889999",)), ("{{ start.owner }}", None), (None, ("444455556666",))],
)
def test_a_card_may_name_another_owner(named: str | None, account: tuple[str, ...] | None) -> None:
    place = {"bucket": "b", "key": "k", "expected_bucket_owner": named}
    document = flow(use("d", "s3.delete_object", place))
    found = needs_of_flow(document, _Catalog(), owner="444455556666")
    assert owners(found)["s3:DeleteObject"] == account


def test_a_copy_from_another_account_is_held_to_no_account() -> None:
    source = {"bucket": "a", "key": "k", "expected_bucket_owner": "777788889999"}
    inputs = {"source": source, "destination": {"bucket": "b", "key": "k"}}
    found = needs_of_flow(
        flow(use("c", "s3.copy_object", inputs)), _Catalog(), owner="444455556666"
    )
    assert set(owners(found).values()) == {None}


def test_an_access_point_is_held_to_no_account() -> None:
    point = "arn:aws:s3:us-east-1:777788889999:accesspoint/p"
    document = flow(use("d", "s3.delete_object", {"bucket": point, "key": "k"}))
    found = needs_of_flow(document, _Catalog(), owner="444455556666")
    assert set(owners(found).values()) == {None}


def test_a_card_alone_needs_whatever_it_may_need() -> None:
    assert granted(needs_of_card(S3.cards["s3.delete_object"])) >= {
        ("s3.delete_object", "s3:DeleteObject", "arn:aws:s3:::*/*"),
        ("s3.delete_object", "s3:DeleteObjectVersion", "arn:aws:s3:::*/*"),
        ("s3.delete_object", "s3:BypassGovernanceRetention", "arn:aws:s3:::*/*"),
    }


def test_what_cannot_be_read_says_where() -> None:
    with pytest.raises(InvalidInput) as caught:
        needs_of_flow(flow(use("a", "toy.list", {"bucket": "{{ oh"})), registry)
    assert (caught.value.where.flow, caught.value.where.card) == ("f", "a")
    with pytest.raises(NotFound):
        needs_of_flow(flow(use("a", "toy.lost", {})), registry)
