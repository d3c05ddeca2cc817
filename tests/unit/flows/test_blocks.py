"""Cards inside cards: what a card holds, what those inside it see, and how deep they may stand."""

import pytest

from penstock.catalog.registry import Registry
from penstock.errors import Problem
from penstock.flows.blocks import MAX_HELD
from penstock.flows.checking import check
from penstock.flows.reading import read_flow
from tests.holding import holding
from tests.unit.catalog.toy import toy

registry = Registry([toy, holding])


def problems(*cards: str) -> list[Problem]:
    text = "flow: f\ncards:\n" + "".join(
        f"  {line}\n" for card in cards for line in card.splitlines()
    )
    return check(read_flow(text), registry)


def told(*cards: str) -> list[tuple[str, str | None, str | None]]:
    return [(one.code, one.where.card, one.hint) for one in problems(*cards)]


def say(card_id: str, text: str = "a", **inputs: str) -> str:
    given = "".join(f", {name}: {value}" for name, value in inputs.items())
    return f"- {{id: {card_id}, card: holding.say, inputs: {{text: '{text}'{given}}}}}"


def held(name: str, *cards: str) -> str:
    inner = "\n".join(f"    {line}" for card in cards for line in card.splitlines())
    return f"\n  {name}:\n{inner}" if cards else f"\n  {name}: []"


def each(card_id: str, items: str, *cards: str) -> str:
    blocks = "\n  blocks:" + held("do", *cards).replace("\n", "\n  ")
    return f"- id: {card_id}\n  card: holding.each\n  inputs: {{items: {items}}}{blocks}"


def either(card_id: str, condition: str, then: str, other: str | None = None) -> str:
    blocks = held("then", then) + (held("else", other) if other else "")
    return (
        f"- id: {card_id}\n  card: holding.either\n  inputs: {{condition: {condition}}}"
        + "\n  blocks:"
        + blocks.replace("\n", "\n  ")
    )


def test_inner_cards_see_earlier_ones_around_them_and_each_other() -> None:
    assert (
        told(
            say("first"),
            each(
                "loop",
                "[a, b]",
                say("one", "{{ first.said }} {{ loop.index }} {{ loop.item }}"),
                say("two", "{{ one.said }}"),
            ),
            say("last", "{{ loop.count }}"),
        )
        == []
    )


def test_what_follows_does_not_see_them() -> None:
    assert told(
        each("loop", "[a]", say("one")),
        say("last", "{{ one.said }} {{ loop.count }}"),
    ) == [
        (
            "inner_card",
            "last",
            "Move this card into the same block, or use what `loop` gives.",
        )
    ]


def test_one_block_does_not_see_the_other() -> None:
    assert told(either("fork", "true", say("yes"), say("no", "{{ yes.said }}"))) == [
        ("inner_card", "no", "Move this card into the same block, or use what `fork` gives.")
    ]


def test_the_holding_card_has_not_ended_inside_it() -> None:
    (problem,) = problems(either("fork", "true", say("yes", "{{ fork.went }}")))
    assert problem.code == "unfinished_card"
    assert problem.hint == "Cards after `fork` can refer to it."
    (problem,) = problems(each("loop", "[a]", say("one", "{{ loop.count }}")))
    assert (problem.code, problem.hint) == ("unknown_path", "It has: `item`, `index`.")


def test_the_holding_card_s_own_inputs_see_neither_itself_nor_what_it_holds() -> None:
    assert [code for code, *_ in told(each("loop", "'{{ loop.item }}'", say("one")))] == [
        "self_reference"
    ]
    assert [code for code, *_ in told(each("loop", "'{{ one.words }}'", say("one")))] == [
        "later_card"
    ]


@pytest.mark.parametrize(
    ("items", "wrong"),
    [
        ("'{{ first.words }}'", True),
        ("[a, b]", True),
        ("[1, 2]", False),
        ("[1, '{{ first.count }}']", False),
        ("'{{ first.words[0] }}'", False),
    ],
)
def test_an_item_has_the_type_that_the_list_says(items: str, wrong: bool) -> None:
    found = told(say("first"), each("loop", items, say("one", times="'{{ loop.item }}'")))
    assert [(code, card) for code, card, _ in found if card == "one"] == (
        [("may_not_fit", "one")] if wrong else []
    )


def test_an_item_s_fields_are_known() -> None:
    listed = "- {id: list, card: toy.list, connection: c, inputs: {bucket: abc}}"
    loop = each("loop", "'{{ list.objects }}'", say("one", "{{ loop.item.kee }}"))
    (problem,) = problems(listed, loop)
    assert (problem.code, problem.hint) == ("unknown_path", "Did you mean `key`?")


def test_a_block_that_must_hold_cards_is_to_be_filled() -> None:
    for blocks in ("", ", blocks: {do: []}"):
        (problem,) = problems(f"- {{id: loop, card: holding.each, inputs: {{items: []}}{blocks}}}")
        assert (problem.code, problem.pointer) == ("missing", "/cards/0/blocks/do")
        assert problem.message == "`For each item` of `loop` has no cards yet."
        assert problem.where.line == 3


def test_blocks_that_a_card_does_not_have() -> None:
    wrong = either("fork", "true", say("yes"), say("no")).replace("else:", "esle:")
    assert told(wrong) == [("unknown_block", "fork", "Did you mean `else`?")]
    nothing = f"{say('one')[:-1]}, blocks: {{then: []}}}}"
    assert told(nothing) == [("unknown_block", "one", "Put them after it.")]


def test_cards_inside_a_card_that_there_is_not_are_checked_all_the_same() -> None:
    loop = each("loop", "[a]", say("one", "{{ loop.whatever }} {{ twice.said }}"))
    assert [code for code, *_ in told(loop.replace("holding.each", "holding.eech"))] == [
        "unknown_card",
        "unknown_reference",
    ]


def test_an_id_is_used_once_in_the_whole_flow() -> None:
    assert [
        (code, card) for code, card, _ in told(say("one"), each("loop", "[a]", say("one")))
    ] == [("duplicate_id", "one")]


def test_cards_stand_only_so_deep() -> None:
    deep = say("last")
    for depth in range(MAX_HELD):
        deep = each(f"loop{depth}", "[a]", deep)
    assert told(deep) == []
    (problem,) = problems(each("outer", "[a]", deep))
    assert (problem.code, problem.hint) == ("too_deep", "Let another flow do part of it.")
    assert problem.where.card == "loop0"


def test_problems_inside_stand_at_their_card_and_field() -> None:
    (problem,) = problems(either("fork", "true", each("loop", "[a]", say("one", times="0x"))))
    assert (problem.where.card, problem.where.field) == ("one", "times")
    assert problem.pointer == "/cards/0/blocks/then/0/blocks/do/0/inputs/times"
