"""One card of a flow as a flow of its own: what it takes from elsewhere is asked for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.catalog.registry import Registry
from penstock.errors import NotFound
from penstock.flows.checking import check
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt, excerpt
from penstock.flows.reading import read_flow
from tests.holding import holding
from tests.unit.catalog.toy import toy

registry = Registry([toy, holding])


def document(*cards: dict[str, Any], **inputs: dict[str, Any]) -> FlowDocument:
    return FlowDocument.model_validate(
        {"flow": "f", "title": "F", "start": {"inputs": inputs}, "cards": list(cards)}
    )


def say(card_id: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": card_id, "card": "holding.say", "inputs": {"text": text}, **more}


def of(card_id: str, *cards: dict[str, Any], **inputs: dict[str, Any]) -> Excerpt:
    found = excerpt(document(*cards, **inputs), card_id, registry)
    assert [one for one in check(found.document, registry) if one.severity == "error"] == []
    return found


def asked(found: Excerpt) -> dict[str, tuple[str, str, bool]]:
    """What it asks for: from where, of which type, and whether it must be given."""
    inputs = found.document.start.inputs
    return {
        name: (found.taken[name].name, each.type, each.required) for name, each in inputs.items()
    }


def test_what_comes_from_earlier_cards_is_asked_for() -> None:
    found = of(
        "last",
        say("first", "a"),
        say("middle", "b"),
        say("last", "<{{ first.said }}> {{ first.count }} {{ run.date }}"),
        say("after", "c"),
    )
    assert [use.id for use in found.document.cards] == ["last"]
    assert asked(found) == {
        "first_said": ("first.said", "text", True),
        "first_count": ("first.count", "number", True),
    }
    assert found.document.start.inputs["first_said"].title == "first.said"
    assert found.document.cards[0].inputs["text"] == (
        "<{{ start.first_said }}> {{ start.first_count }} {{ run.date }}"
    )
    assert (found.document.flow, found.document.title) == ("f", "F")


def test_what_the_flow_asks_for_is_asked_for_as_it_is() -> None:
    found = of(
        "one",
        say("one", "{{ start.word }}"),
        word={"title": "The word", "default": "x", "required": False},
        other={"secret": True},
    )
    assert asked(found) == {"word": ("start.word", "text", False)}
    kept = found.document.start.inputs["word"]
    assert (kept.title, kept.default) == ("The word", "x")
    assert found.document.cards[0].inputs["text"] == "{{ start.word }}"


def test_a_lone_reference_keeps_its_type_and_what_may_be_missing_may_be_left_out() -> None:
    found = of(
        "two",
        say("one", "a"),
        say("two", '{{ one.quiet ?? "no" }} {{ one.words[0] }} {{ one.words }}'),
    )
    assert asked(found) == {
        "one_quiet": ("one.quiet", "boolean", False),
        "one_words_0": ("one.words[0]", "text", True),
        "one_words": ("one.words", "list", True),
    }
    assert str(found.document.cards[0].inputs["text"]).startswith('{{ start.one_quiet ?? "no" }} ')


def test_one_that_is_needed_somewhere_is_needed() -> None:
    text = '{{ one.said ?? "" }} {{ one.said }}'
    assert asked(of("two", say("one", "a"), say("two", text)))["one_said"][2] is True
    text = '{{ one.said }} {{ one.said ?? "" }}'
    assert asked(of("two", say("one", "a"), say("two", text)))["one_said"][2] is True


def test_names_do_not_meet() -> None:
    found = of(
        "two",
        say("one", "a"),
        say("two", "{{ start.one_said }} {{ one.said }} {{ one.words[0] }} {{ one.words[-0] }}"),
        one_said={},
    )
    assert sorted(asked(found)) == ["one_said", "one_said_2", "one_words_0"]
    assert found.taken["one_said_2"].name == "one.said"


def test_very_many_that_would_have_one_name_have_names_of_their_own() -> None:
    """As many as fit into a document: to count each anew from the first would take minutes."""
    count = 30_000
    names = ["é" * (1 + at // 20_000) + chr(0x4E00 + at % 20_000) for at in range(count)]
    text = "".join(f'{{{{ loop.item["{name}"] }}}}' for name in names)
    loop = {
        "id": "loop",
        "card": "holding.each",
        "inputs": {"items": "{{ start.items }}"},
        "blocks": {"do": [say("in", text)]},
    }
    found = excerpt(document(loop, items={"type": "list"}), "in", registry)
    assert len(found.taken) == count
    assert max(map(len, found.taken)) <= 63


def test_where_anything_may_come_what_is_wanted_is_asked_for() -> None:
    inner: dict[str, Any] = {"id": "in", "card": "holding.say"}
    loop = {
        "id": "loop",
        "card": "holding.each",
        "inputs": {"items": "{{ start.items }}"},
        "blocks": {"do": [inner | {"inputs": {"text": "x", "times": "{{ loop.item.times }}"}}]},
    }
    found = of("in", loop, items={"type": "list"})
    assert asked(found) == {"loop_item_times": ("loop.item.times", "number", True)}


def test_a_card_is_taken_with_all_that_it_holds() -> None:
    loop = {
        "id": "loop",
        "card": "holding.each",
        "inputs": {"items": "{{ first.words }}"},
        "blocks": {
            "do": [say("in", "{{ loop.item }} {{ first.said }}"), say("in2", "{{ in.said }}")]
        },
    }
    found = of("loop", say("first", "a"), loop)
    assert sorted(asked(found)) == ["first_said", "first_words"]
    inner = found.document.cards[0].blocks["do"]
    assert inner[0].inputs["text"] == "{{ loop.item }} {{ start.first_said }}"
    assert inner[1].inputs["text"] == "{{ in.said }}"


def test_values_for_when_it_fails_are_part_of_it() -> None:
    handling = {"then": "continue", "values": {"said": "{{ one.said }}", "count": 0}}
    found = of("two", say("one", "a"), say("two", "b", on_error=handling))
    assert asked(found) == {"one_said": ("one.said", "text", True)}
    kept = found.document.cards[0].on_error
    assert kept is not None
    assert kept.values["said"] == "{{ start.one_said }}"


def test_files_live_in_their_run_so_who_makes_them_comes_along() -> None:
    cards = Registry.discover()
    text = """
flow: f
start: {inputs: {bucket: {}}}
cards:
  - {id: find, card: s3.search_objects, connection: a, inputs: {bucket: "{{ start.bucket }}"}}
  - id: fetch
    card: s3.download_object
    connection: a
    inputs: {bucket: "{{ start.bucket }}", key: "{{ find.objects[0].key }}"}
  - id: put
    card: s3.upload_object
    connection: a
    inputs: {bucket: "{{ start.bucket }}", key: "x/{{ fetch.file.name }}", file: "{{ fetch.file }}"}
"""
    found = excerpt(read_flow(text).document, "put", cards)
    assert found.along == ("fetch",)
    assert [use.id for use in found.document.cards] == ["fetch", "put"]
    assert sorted(asked(found)) == ["bucket", "find_objects_0_key"]
    assert found.document.cards[1].inputs["file"] == "{{ fetch.file }}"
    assert [one for one in check(found.document, cards) if one.severity == "error"] == []


def test_what_is_wrong_stays_wrong() -> None:
    flow = document(
        say("one", "a"),
        say("two", "{{ one.sayd }} {{ three.said }} {{ nobody.x }} {{ one."),
        say("three", "b"),
    )
    found = excerpt(flow, "two", registry)
    assert found.document.cards[0].inputs == flow.cards[1].inputs
    assert check(found.document, registry)


def test_a_card_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound) as caught:
        excerpt(document(say("first", "a")), "frist", registry)
    assert caught.value.hint == "Did you mean `first`?"


@given(
    st.lists(
        st.sampled_from(
            [
                "plain",
                "{{ one.said }}",
                '{{ one.said ?? "x" }}',
                "{{ one.words[0] }}",
                "{{ start.word }}",
                "{{ run.id }}",
                '{{ "{{" }}',
                "} ",
            ]
        ),
        min_size=1,
        max_size=6,
    ).map("".join)
)
def test_nothing_of_what_is_left_out_is_referred_to(text: str) -> None:
    found = of("two", say("one", "a"), say("two", text), word={})
    again = excerpt(found.document, "two", registry)
    assert again.document == found.document  # there is nothing left to take from elsewhere
    assert "one." not in str(found.document.cards[0].inputs["text"])
