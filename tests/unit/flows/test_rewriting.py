"""A changed document put into its text: what did not change stays as it was written."""

from typing import Any

import pytest

from penstock.flows.reading import read_flow
from penstock.flows.rewriting import as_written, rewrite

TEXT = """\
# What this is for.
flow: look
title: Look at it   # said to people

start:
  inputs:
    # whose
    who: {type: text}

cards:
  # the first
  - id: find
    card: s3.search_objects   # by prefix
    inputs: {bucket: practice, prefix: "{{ start.who }}/"}

  # the second
  - id: read
    card: s3.read_object
    inputs:
      bucket: practice
      key: "{{ find.objects[0].key }}"
settings:
  save_values: false   # personal data
"""


def document(text: str = TEXT) -> dict[str, Any]:
    return as_written(read_flow(text).document)


def says(text: str, wanted: dict[str, Any]) -> bool:
    return document(text) == wanted


def test_the_same_document_is_the_same_text() -> None:
    assert rewrite(TEXT, document()) == TEXT


def test_another_title_changes_its_line_alone() -> None:
    changed = {**document(), "title": "Look again"}
    assert rewrite(TEXT, changed) == TEXT.replace("Look at it", "Look again")


def test_an_input_is_changed_where_it_stands() -> None:
    changed = document()
    changed["cards"][1]["inputs"]["key"] = "k"
    expected = TEXT.replace('"{{ find.objects[0].key }}"', '"k"')
    assert rewrite(TEXT, changed) == expected
    changed["cards"][0]["inputs"]["prefix"] = "p/"
    expected = expected.replace('"{{ start.who }}/"', '"p/"')
    assert rewrite(TEXT, changed) == expected


@pytest.mark.parametrize("order", [[1, 0], [1], [0], [0, 1, 1]])
def test_cards_moved_removed_and_repeated(order: list[int]) -> None:
    changed = document()
    cards = [dict(changed["cards"][at]) for at in order]
    for at, card in enumerate(cards):
        card["inputs"] = {"bucket": "practice", "key": "k"}
        if at == 2:
            card["id"] = "again"
    changed["cards"] = cards
    written = rewrite(TEXT, changed)
    assert says(written, changed)
    assert "# whose" in written


RICH = """\
flow: rich
cards:
  # What is copied.
  - id: copy
    # Never without its version.
    card: s3.copy_object
    connection: 'archive'   # read only
    inputs:
      source:

        bucket: "here"   # theirs
        key: a.txt
      # Where it goes.
      destination: {bucket: there, key: "b.txt"}
      tags:
        # who
        - key: owner
          value: ada   # the person
        - {key: kind, value: report}
      note_text: |   # as it is
        one
        # two
      parts: 5   # at most
      words: [a, 'b', "c"]   # all
      nothing:
    # Try hard.
    on_error:
      retry: {attempts: 5, delay: 30s}   # patient
"""


def with_inputs(**inputs: Any) -> dict[str, Any]:
    changed = document(RICH)
    given = {**changed["cards"][0]["inputs"], **inputs}
    changed["cards"][0]["inputs"] = {k: v for k, v in given.items() if v != "-"}
    return changed


@pytest.mark.parametrize(
    ("inputs", "before", "after"),
    [
        ({"parts": 6}, "parts: 5 ", "parts: 6 "),
        ({"parts": True}, "parts: 5 ", "parts: true "),
        ({"parts": "5"}, "parts: 5 ", 'parts: "5" '),
        ({"parts": "-"}, "      parts: 5   # at most\n", ""),
        (
            {"parts": "a\nb\n"},
            "parts: 5   # at most\n",
            "parts: |   # at most\n        a\n        b\n",
        ),
        ({"parts": {"x": 1}}, "parts: 5   # at most\n", "parts:   # at most\n        x: 1\n"),
        ({"note_text": "a\nb\n"}, "        one\n        # two\n", "        a\n        b\n"),
        ({"note_text": "a"}, "|   # as it is\n        one\n        # two\n", "a   # as it is\n"),
        ({"nothing": "x"}, "nothing:\n", "nothing: x\n"),
        ({"words": ["a", "b", "d"]}, '"c"]', '"d"]'),
        ({"words": ["a", "c"]}, "'b', ", ""),
        ({"words": ["a"]}, ", 'b', \"c\"", ""),
        ({"words": ["a", "b", "c", "d"]}, '"c"]', '"c", d]'),
        ({"words": []}, "[a, 'b', \"c\"]", "[]"),
        ({"destination": {"bucket": "there"}}, ', key: "b.txt"', ""),
        ({"destination": {"key": "b.txt"}}, "bucket: there, ", ""),
        (
            {"destination": {"bucket": "there", "key": "b.txt", "x": "y"}},
            '"b.txt"}',
            '"b.txt", x: "y"}',
        ),
        ({"source": {"bucket": 'q"', "key": "a.txt"}}, '"here"', '"q\\""'),
        (
            {"source": {"bucket": "here", "key": "a.txt", "version_id": "v"}},
            "a.txt\n",
            "a.txt\n        version_id: v\n",
        ),
        (
            {"destination": "-"},
            '      # Where it goes.\n      destination: {bucket: there, key: "b.txt"}\n',
            "",
        ),
        (
            {"tags": [{"key": "owner", "value": "bob"}, {"key": "kind", "value": "report"}]},
            "value: ada",
            "value: bob",
        ),
        (
            {"tags": [{"key": "owner", "value": "ada"}]},
            "        - {key: kind, value: report}\n",
            "",
        ),
        (
            {"tags": [{"key": "kind", "value": "report"}]},
            "        # who\n        - key: owner\n          value: ada   # the person\n",
            "",
        ),
        ({"more": "x: y"}, "      nothing:\n", '      nothing:\n      more: "x: y"\n'),
    ],
)
def test_only_what_changed_is_touched(inputs: dict[str, Any], before: str, after: str) -> None:
    assert RICH.count(before) == 1
    assert rewrite(RICH, with_inputs(**inputs)) == RICH.replace(before, after)


def test_fields_of_a_card_come_where_they_are_usual() -> None:
    changed = document(RICH)
    changed["cards"][0] |= {
        "note": "Careful.",
        "on_error": {"retry": {"attempts": 1, "delay": "30s"}},
    }
    expected = RICH.replace("read only\n", "read only\n    note: Careful.\n")
    assert rewrite(RICH, changed) == expected.replace("attempts: 5", "attempts: 1")
    del changed["cards"][0]["connection"]
    expected = expected.replace("    connection: 'archive'   # read only\n", "")
    assert "connection" not in rewrite(RICH, changed)
    assert "# Never without its version." in rewrite(RICH, changed)


def test_line_ends_of_windows_stay() -> None:
    text = RICH.replace("\n", "\r\n")
    changed = with_inputs(parts=6, more="x", tags=[{"key": "a", "value": "b"}])
    written = rewrite(text, changed)
    assert says(written, changed)
    assert written.count("\n") == written.count("\r\n")
    assert "# Try hard.\r\n" in written


NESTED = """\
flow: nested
cards:
  # first of all
  - id: list   # all of them
    card: t.list

  # each of them
  - id: loop
    card: t.each
    inputs: {items: "{{ list.words }}"}
    blocks:
      # one by one
      do:
        # say it
        - id: say
          card: t.say
          inputs:
            text: |
              - id: not a card
                # and no comment
        - id: fork
          card: t.if
          blocks:
            then:
              # loudly
              - {id: loud, card: t.say}
    note: Slow.   # it is
  # the end
  - id: last
    card: t.say
# nothing more
"""


def held(document: dict[str, Any], *path: int | str) -> Any:
    at: Any = document["cards"]
    for step in path:
        at = at["blocks"][step] if isinstance(step, str) else at[step]
    return at


def test_an_inner_card_is_changed_where_it_stands() -> None:
    changed = document(NESTED)
    held(changed, 1, "do", 0)["id"] = "speak"
    held(changed, 1, "do", 0)["inputs"]["text"] = "aloud"
    expected = NESTED.replace("id: say\n", "id: speak\n")
    a, b = expected.index("|\n"), expected.index("        - id: fork")
    assert rewrite(NESTED, changed) == expected[:a] + "aloud\n" + expected[b:]


def test_a_card_moved_out_of_another_brings_its_lines() -> None:
    changed = document(NESTED)
    say = held(changed, 1, "do").pop(0)
    changed["cards"].insert(1, say)
    written = rewrite(NESTED, changed)
    assert says(written, changed)
    moved = "\n".join(
        line.removeprefix("      ")
        for line in NESTED[
            NESTED.index("        # say it") : NESTED.index("        - id: fork")
        ].split("\n")
    )
    assert moved in written
    assert written.replace(moved, "").replace("\n", "") == NESTED.replace(
        NESTED[NESTED.index("        # say it") : NESTED.index("        - id: fork")], ""
    ).replace("\n", "")


def test_cards_are_put_into_a_new_one_and_out_of_all() -> None:
    changed = document(NESTED)
    first, loop, last = changed["cards"]
    fork = held(changed, 1, "do", 1)
    loop["blocks"] = {"do": [last]}
    changed["cards"] = [
        {"id": "outer", "card": "t.each", "blocks": {"do": [first, fork]}},
        loop,
    ]
    written = rewrite(NESTED, changed)
    assert says(written, changed)
    for kept in ("# first of all", "# all of them", "# each of them", "# one by one", "# loudly"):
        assert kept in written
    for kept in ("# it is", "# the end", "# nothing more"):
        assert kept in written
    assert "# say it" not in written


def test_a_block_goes_with_its_last_card_and_comes_with_its_first() -> None:
    changed = document(NESTED)
    fork = held(changed, 1, "do", 1)
    loud = fork.pop("blocks")["then"]
    written = rewrite(NESTED, changed)
    assert says(written, changed)
    fork["blocks"] = {"else": loud}
    again = rewrite(written, changed)
    assert says(again, changed)
    assert "            else:\n              - id: loud\n" in again


def test_true_is_not_one() -> None:
    text = "flow: f\ncards:\n  - {id: a, card: t.b, inputs: {n: 1}}\n"
    changed = document(text)
    changed["cards"][0]["inputs"]["n"] = True
    assert rewrite(text, changed) == text.replace("n: 1", "n: true")


def test_moved_cards_bring_their_comments() -> None:
    changed = document()
    changed["cards"].reverse()
    written = rewrite(TEXT, changed)
    assert says(written, changed)
    assert (
        written.index("# the second") < written.index("- id: read") < written.index("# the first")
    )


def test_new_parts_stand_where_they_are_usual() -> None:
    changed = {**document(), "description": "Find it, read it."}
    written = rewrite(TEXT, changed)
    assert says(written, changed)
    assert written.index("title:") < written.index("description:") < written.index("# whose")


def test_the_last_card_taken_out() -> None:
    changed = {**document(), "cards": []}
    assert says(rewrite(TEXT, changed), changed)


def test_flow_style_text_is_written_anew() -> None:
    text = '{"flow": "look", "cards": []}'
    changed = {**document(text), "title": "T"}
    assert rewrite(text, changed) == "flow: look\ntitle: T\ncards: []\n"


def test_json_lines_stay_json() -> None:
    text = 'flow: look\ncards:\n  - {"id": "a", "card": "t.b", "inputs": {"x": "y"}}\n'
    changed = document(text)
    changed["cards"][0]["inputs"] = {"x": "z", "n": 1}
    assert rewrite(text, changed) == text.replace('"y"', '"z", "n": 1')


def test_a_wrong_document_is_written_as_it_is() -> None:
    written = rewrite(TEXT, {"cards": [{"id": "Not An Id", "card": 7}], "flow": "look"})
    assert written == "flow: look\ncards:\n  - id: Not An Id\n    card: 7\n"


def test_a_text_that_cannot_be_read_gives_way() -> None:
    assert rewrite("flow: [", {"flow": "look", "cards": []}) == "flow: look\ncards: []\n"
