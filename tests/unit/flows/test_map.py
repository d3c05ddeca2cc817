"""The map of flows: which use which connections, and which call which."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from penstock.catalog.card import Block, CardModel, CardOutputs, Connector, Ui
from penstock.catalog.context import CardContext
from penstock.catalog.registry import Registry
from penstock.flows.map import FlowMap
from penstock.flows.repository import FlowChange
from penstock.flows.service import FlowService
from tests.unit.catalog.toy import toy
from tests.unit.flows.memory import MemoryFlows

calling = Connector("call", title="Call", summary="Cards that call flows.")


class Branch(CardModel):
    flow: Annotated[str, Ui(widget="flow")]
    """Which flow."""


class CallInputs(CardModel):
    flow: Annotated[str | None, Ui(widget="flow")] = None
    """Which flow."""

    each: list[Branch] = Field(default_factory=list)
    """Further ones."""

    by_name: dict[str, Annotated[str, Ui(widget="flow")]] = Field(default_factory=dict)
    """And others, by any name."""

    flow_name: str = ""
    """A text that names nothing."""


class CallOutputs(CardOutputs):
    pass


@calling.card(
    "flow",
    title="Call flows",
    effect="pure",
    needs_connection=False,
    blocks=(Block("then", "Then"),),
)
def call(ctx: CardContext, inputs: CallInputs) -> CallOutputs:
    """Calls flows."""
    return CallOutputs()


class Two:
    """Two connections, by nickname without case."""

    def status(self, nickname: str) -> str | None:
        return {"acme": "verified", "idle": "draft"}.get(nickname.lower())

    def nicknames(self) -> Iterable[str]:
        return ["idle", "Acme"]


def mapped(*texts: str) -> tuple[FlowService, FlowMap]:
    service = FlowService(MemoryFlows(), Registry([toy, calling]), Two())
    for text in texts:
        service.apply(text)
    return service, service.map()


def lines(found: FlowMap) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(one.kind, one.flow, one.to, one.cards) for one in found.lines]


def using(flow: str, *nicknames: str) -> str:
    cards = ", ".join(
        f"{{id: c{at}, card: toy.list, connection: {each}, inputs: {{bucket: b}}}}"
        for at, each in enumerate(nicknames)
    )
    return f"flow: {flow}\ncards: [{cards}]"


def calling_(flow: str, inputs: str, more: str = "") -> str:
    return f"flow: {flow}\ncards:\n  - {{id: c, card: call.flow, inputs: {inputs}{more}}}\n"


def test_nothing_is_a_map_of_nothing_but_connections() -> None:
    _, found = mapped()
    assert found.flows == ()
    assert found.lines == ()
    assert [(one.nickname, one.status) for one in found.connections] == [
        ("Acme", "verified"),
        ("idle", "draft"),
    ]


def test_a_flow_uses_each_connection_once_however_it_is_written() -> None:
    _, found = mapped(using("tidy", "Acme", "ACME", "Acme"))
    assert lines(found) == [("uses", "tidy", "Acme", ("c0", "c1", "c2"))]


def test_where_a_flow_stands_is_on_the_map() -> None:
    service, _ = mapped("flow: tidy\ntitle: Tidy up")
    service.change("tidy", FlowChange(folder="Chores", enabled=False))
    [flow] = service.map().flows
    assert (flow.title, flow.folder, flow.enabled, flow.exists) == (
        "Tidy up",
        "Chores",
        False,
        True,
    )


def test_a_connection_that_is_gone_is_shown_as_missing() -> None:
    service = FlowService(MemoryFlows(), Registry([toy]))
    service.apply(using("tidy", "gone"))
    service._connections = Two()
    found = service.map()
    assert [(one.nickname, one.status) for one in found.connections] == [
        ("Acme", "verified"),
        ("gone", None),
        ("idle", "draft"),
    ]
    assert lines(found) == [("uses", "tidy", "gone", ("c0",))]


def test_a_card_that_names_a_flow_calls_it() -> None:
    _, found = mapped(calling_("first", "{flow: second, flow_name: third}"), "flow: second")
    assert lines(found) == [("calls", "first", "second", ("c",))]
    assert [one.flow for one in found.flows] == ["first", "second"]


def test_flows_are_named_at_any_depth_and_in_cards_inside_cards() -> None:
    inside = ", blocks: {then: [{id: d, card: call.flow, inputs: {flow: fourth}}]}"
    _, found = mapped(
        calling_("first", "{each: [{flow: second}, {flow: first}], by_name: {a: third}}", inside)
    )
    assert lines(found) == [
        ("calls", "first", "second", ("c",)),
        ("calls", "first", "first", ("c",)),
        ("calls", "first", "third", ("c",)),
        ("calls", "first", "fourth", ("d",)),
    ]
    assert {one.flow: one.exists for one in found.flows} == {
        "first": True,
        "second": False,
        "third": False,
        "fourth": False,
    }


def test_what_a_mapping_will_name_is_not_guessed() -> None:
    _, found = mapped(
        "flow: first\nstart: {inputs: {which: {default: second}}}\n"
        'cards:\n  - {id: c, card: call.flow, inputs: {flow: "{{ start.which }}"}}\n'
    )
    assert lines(found) == []


def test_cards_that_are_not_known_any_more_call_nothing() -> None:
    service, _ = mapped(
        calling_("first", "{flow: second}") + "  - {id: d, card: toy.say, inputs: {text: x}}\n"
    )
    service._cards = Registry([toy])
    assert lines(service.map()) == []
