from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.catalog.card import Card, CardModel, CardOutputs, Connector, Effect
from penstock.catalog.context import CardContext
from penstock.engine.plan import make_plan, segment_ids
from penstock.errors import InternalFault, InvalidInput, NotFound
from penstock.flows.document import FlowDocument

EFFECTS: tuple[Effect, ...] = ("pure", "read", "write", "destroy")
kind = Connector(id="kind", title="Kinds", summary="One card of each effect.")


class Nothing(CardModel):
    value: Any = None


class Out(CardOutputs):
    pass


def do(ctx: CardContext, inputs: Nothing) -> Out:
    """Do nothing."""
    return Out()


for effect in EFFECTS:
    kind.card(effect, title=effect, effect=effect, needs_connection=False)(do)


class Catalog:
    def card(self, card_id: str) -> Card:
        if card_id not in kind.cards:
            raise NotFound(f"There is no card {card_id}.")
        return kind.cards[card_id]


def document(*effects: str, **inputs: Any) -> FlowDocument:
    cards = [
        {"id": f"c{at}", "card": f"kind.{effect}", "inputs": {"value": inputs.get(f"c{at}")}}
        for at, effect in enumerate(effects)
    ]
    return FlowDocument.model_validate({"flow": "f", "cards": cards})


@given(st.lists(st.sampled_from(EFFECTS), max_size=12))
def test_a_segment_ends_with_what_writes(effects: list[str]) -> None:
    plan = make_plan(document(*effects), Catalog())
    assert [one.card.effect for one in plan.cards] == effects
    for at, segment in enumerate(plan.segments):
        assert segment.cards
        assert not any(one.changes for one in segment.cards[:-1])
        assert segment.cards[-1].changes or at == len(plan.segments) - 1
        assert segment.checkpointed == any(one.card.effect != "pure" for one in segment.cards)


def test_a_run_is_cut_as_it_was_when_it_started() -> None:
    made = document("read", "write", "pure")
    plan = make_plan(made, Catalog(), [["c0"], ["c1", "c2"]])
    assert segment_ids(plan) == (("c0",), ("c1", "c2"))
    assert segment_ids(make_plan(made, Catalog())) == (("c0", "c1"), ("c2",))
    for wrong in ([["c0"]], [["c1", "c0"], ["c2"]], []):
        with pytest.raises(InternalFault):
            make_plan(made, Catalog(), wrong)


def test_a_card_is_wanted_if_a_later_one_refers_to_it() -> None:
    plan = make_plan(
        document("read", "read", "read", c1="{{ c0.x }}", c2=["text {{ c1.y ?? 1 }}"]), Catalog()
    )
    assert [one.wanted for one in plan.cards] == [True, True, False]


def test_values_that_stand_in_count_as_references() -> None:
    made = document("read", "read").model_dump(mode="json")
    made["cards"][1]["on_error"] = {"then": "continue", "values": {"v": "{{ c0.x }}"}}
    plan = make_plan(FlowDocument.model_validate(made), Catalog())
    assert plan.cards[0].wanted


def test_what_cannot_be_planned() -> None:
    with pytest.raises(NotFound):
        make_plan(document("unheard_of"), Catalog())
    with pytest.raises(InvalidInput) as wrong:
        make_plan(document("read", c0="{{ oops"), Catalog())
    assert wrong.value.where.card == "c0"
    assert wrong.value.where.field == "value"
    nested = document("read").model_dump(mode="json")
    nested["cards"][0]["blocks"] = {"then": []} | {"do": [nested["cards"][0] | {"id": "inner"}]}
    with pytest.raises(InvalidInput, match="inside") as held:
        make_plan(FlowDocument.model_validate(nested), Catalog())
    assert held.value.where.card == "c0"
    assert held.value.hint
