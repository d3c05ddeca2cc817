"""What holds of every rewriting: it says what it shall, and leaves alone what did not change."""

import re
from copy import deepcopy
from typing import Any

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from penstock.flows.document import FlowDocument
from penstock.flows.layout import Layout
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource, read_flow
from penstock.flows.rewriting import as_written, rewrite
from penstock.flows.sameness import same
from penstock.flows.writing import ordered, write_yaml
from tests.unit.flows.test_reading import documents, json_values, optional_texts

names = st.from_regex(r"[a-z][a-z_]{0,5}", fullmatch=True)
# Making a failing document smaller takes minutes and helps little: it is small already.
often = settings(max_examples=60, deadline=None, phases=(Phase.explicit, Phase.generate))
commenting = st.randoms(use_true_random=False)


def said(text: str) -> Any:
    return read_flow(text).document.model_dump(mode="json")


def wanted(document: dict[str, Any]) -> Any:
    return FlowDocument.model_validate(document).model_dump(mode="json")


@often
@given(documents, documents)
def test_any_document_can_become_any_other(before: FlowDocument, after: FlowDocument) -> None:
    document = as_written(after)
    text = rewrite(write_yaml(ordered(as_written(before))), document)
    assert same(said(text), wanted(document))
    assert rewrite(text, document) == text


@st.composite
def tidy(draw: st.DrawFn) -> dict[str, Any]:
    """A document with cards inside cards, each under an id of its own."""
    count = iter(range(1000))

    def cards(depth: int, most: int) -> list[dict[str, Any]]:
        return [card(depth) for _ in range(draw(st.integers(1 if not depth else 0, most)))]

    def card(depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {"id": f"c{next(count)}", "card": "t.any"}
        if draw(st.booleans()):
            made["note"] = draw(optional_texts)
        made["inputs"] = draw(st.dictionaries(names, json_values, max_size=3))
        if depth < 2 and draw(st.booleans()):
            made["blocks"] = {"do": cards(depth + 1, 2), "else": cards(depth + 1, 2)}
        return made

    return {"flow": "tidy", "cards": cards(0, 3)}


def commented(text: str, chance: Any) -> str:
    """The text with remarks above fields and behind them, and blank lines between."""
    source, written = read_flow(text), text
    places = sorted(
        (span for at, span in source.positions.names.items() if "/" in at), reverse=True
    )
    for start, _ in places:
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip() not in ("", "-") or chance.random() < 0.4:
            continue
        remark = " " * (len(text[line:start]) - len(text[line:start].lstrip())) + f"# {start}\n"
        written = written[:line] + "\n" * chance.randint(0, 1) + remark + written[line:]
    return written


def placed(document: dict[str, Any]) -> list[tuple[list[Any], int, tuple[str | int, ...]]]:
    """Every card: the list that it stands in, where, and its path."""
    found = []

    def walk(cards: list[Any], path: tuple[str | int, ...]) -> None:
        for at, card in enumerate(cards):
            found.append((cards, at, (*path, at)))
            for name, held in card.get("blocks", {}).items():
                walk(held, (*path, at, "blocks", name))

    walk(document["cards"], ("cards",))
    return found


def around(source: FlowSource, path: tuple[str | int, ...]) -> tuple[str, str]:
    """The text before the line of a field, and after the last line of its value."""
    layout, text = Layout(source), source.text
    start = text.rfind("\n", 0, source.positions.names[pointer(path)][0]) + 1
    end = text.find("\n", max(layout.end(path) - 1, start))
    return text[:start], text[end:] if end >= 0 else ""


@often
@given(tidy(), commenting, json_values, st.data())
def test_a_changed_input_touches_its_own_lines_alone(
    document: dict[str, Any], chance: Any, value: Any, data: st.DataObject
) -> None:
    text = commented(write_yaml(ordered(document)), chance)
    source = read_flow(text)
    document = as_written(source.document)
    having = [one for one in placed(document) if one[0][one[1]]["inputs"]]
    assume(having)
    cards, at, path = data.draw(st.sampled_from(having))
    name = data.draw(st.sampled_from(sorted(cards[at]["inputs"])))
    before, after = around(source, (*path, "inputs", name))
    assume(not same(cards[at]["inputs"][name], value))
    cards[at]["inputs"][name] = value
    written = rewrite(text, document)
    assert same(said(written), wanted(document))
    assert written.startswith(before)
    assert written.endswith(after)
    assert rewrite(written, document) == written


@often
@given(tidy(), commenting, st.data())
def test_a_moved_card_brings_what_is_said_of_it(
    document: dict[str, Any], chance: Any, data: st.DataObject
) -> None:
    text = commented(write_yaml(ordered(document)), chance)
    document = as_written(read_flow(text).document)
    cards, at, _ = data.draw(st.sampled_from(placed(document)))
    moved = cards.pop(at)
    lists = [document["cards"]] + [
        held
        for inside, where, _ in placed(document)
        for held in inside[where].get("blocks", {}).values()
    ]
    target = data.draw(st.sampled_from(lists))
    target.insert(data.draw(st.integers(0, len(target))), moved)
    written = rewrite(text, document)
    assert same(said(written), wanted(document))
    assert remarks(written) == remarks(text)
    assert rewrite(written, document) == written


def remarks(text: str) -> list[tuple[str, str]]:
    """Each remark with the name or the card that it stands above."""
    return sorted(re.findall(r"^ *(# \d+)\n\s*(- id: \w+|\w+:|-)", text, re.MULTILINE))


@often
@given(tidy(), commenting, st.data())
def test_a_card_taken_out_takes_nothing_else_along(
    document: dict[str, Any], chance: Any, data: st.DataObject
) -> None:
    text = commented(write_yaml(ordered(document)), chance)
    document = as_written(read_flow(text).document)
    before = deepcopy(document)
    cards, at, _ = data.draw(st.sampled_from(placed(document)))
    assume(len(document["cards"]) > 1)
    gone = {one[0][one[1]]["id"] for one in placed({"cards": [cards.pop(at)]})}
    written = rewrite(text, document)
    assert same(said(written), wanted(document))
    for inside, where, _ in placed(before):
        if inside[where]["id"] not in gone:
            assert f"id: {inside[where]['id']}\n" in written
    assert set(remarks(written)) <= set(remarks(text))
    # Putting it back by undo writes the same document again.
    assert same(said(rewrite(written, before)), wanted(before))
