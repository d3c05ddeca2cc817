"""Texts as patterns, and back."""

from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.permission import literal, literal_text


@given(st.text())
def test_a_text_is_found_again_in_its_pattern(text: str) -> None:
    assert literal_text(literal(text)) == text


@given(st.text(), st.sampled_from("*?"), st.text())
def test_a_wildcard_stands_for_several_texts(before: str, wildcard: str, after: str) -> None:
    assert literal_text(literal(before) + wildcard + literal(after)) is None
