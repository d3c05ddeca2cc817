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
    expected = TEXT.replace("title: Look at it   # said to people\n\n", "title: Look again\n\n")
    written = rewrite(TEXT, changed)
    assert says(written, changed)
    assert written.replace("\n", "") == expected.replace("\n", "")


def test_cards_that_are_the_same_keep_their_comments() -> None:
    changed = document()
    changed["cards"][1]["inputs"]["key"] = "k"
    written = rewrite(TEXT, changed)
    assert says(written, changed)
    assert "  # the first\n  - id: find\n    card: s3.search_objects   # by prefix\n" in written
    assert "# the second" not in written
    assert "save_values: false   # personal data" in written


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


def test_a_wrong_document_is_written_as_it_is() -> None:
    written = rewrite(TEXT, {"cards": [{"id": "Not An Id", "card": 7}], "flow": "look"})
    assert written == "flow: look\ncards:\n  - id: Not An Id\n    card: 7\n"


def test_a_text_that_cannot_be_read_gives_way() -> None:
    assert rewrite("flow: [", {"flow": "look", "cards": []}) == "flow: look\ncards: []\n"
