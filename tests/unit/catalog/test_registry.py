"""The registry: every card by id, found through entry points."""

from importlib.metadata import EntryPoint

import pytest

from penstock.catalog import registry as registry_module
from penstock.catalog.registry import Registry
from penstock.errors import InternalFault, NotFound
from tests.unit.catalog.toy import registry, toy


def test_cards_come_by_id() -> None:
    assert registry.ids() == ("toy.copy", "toy.list", "toy.say")
    assert [card.id for card in registry.cards()] == list(registry.ids())
    assert registry.connectors() == (toy,)


def test_an_unknown_card_brings_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        registry.card("toy.cpoy")
    assert (caught.value.message, caught.value.hint) == (
        "There is no card `toy.cpoy`.",
        "Did you mean `toy.copy`?",
    )
    with pytest.raises(NotFound) as caught:
        registry.card("zzz")
    assert caught.value.hint == "`penstock cards list` shows all cards."
    assert registry.signature("zzz") is None


def test_a_signature_is_the_card_seen_from_outside() -> None:
    signature = registry.signature("toy.copy")
    assert signature is not None
    assert signature is registry.signature("toy.copy")
    assert (signature.needs_connection, signature.summary) == (True, "Copies an object.")
    assert signature.outputs["properties"]["etag"]["type"] == "string"


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    entries: list[EntryPoint] = []

    def entry_points(*, group: str) -> list[EntryPoint]:
        assert group == "penstock.connectors"
        return entries

    monkeypatch.setattr(registry_module, "entry_points", entry_points)
    return entries


def entry(value: str) -> EntryPoint:
    return EntryPoint("toy", value, "penstock.connectors")


def test_connectors_are_discovered(installed: list[EntryPoint]) -> None:
    installed.append(entry("tests.unit.catalog.toy:toy"))
    assert Registry.discover().ids() == registry.ids()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("tests.unit.catalog.toy:say", "named as a connector, is none"),
        ("tests.unit.catalog.nowhere:toy", "cannot be loaded: No module named"),
        ("tests.unit.catalog.toy:nothing", "cannot be loaded: "),
    ],
)
def test_a_broken_connector_is_named(installed: list[EntryPoint], value: str, message: str) -> None:
    installed.append(entry(value))
    with pytest.raises(InternalFault, match=message):
        Registry.discover()


def test_two_connectors_of_one_name_are_refused(installed: list[EntryPoint]) -> None:
    installed += [entry("tests.unit.catalog.toy:toy")] * 2
    with pytest.raises(InternalFault, match="Two connectors are called `toy`"):
        Registry.discover()
