"""Nicknames that people can tell apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.connections.nickname import checked_description, checked_nickname, nickname_key
from penstock.errors import InvalidInput


@pytest.mark.parametrize(
    "nickname",
    [
        "a",
        "x" * 64,
        "Legal archive (EU)",
        "Приклад",
        "客户",
        'it\'s "quoted" $(rm) `x` {{ y }}',
        "😀",
    ],
)
def test_accepted(nickname: str) -> None:
    assert checked_nickname(nickname) == nickname


@pytest.mark.parametrize(
    "nickname",
    [
        "",
        "   ",
        "x" * 65,
        "two\nlines",
        "nul\0",
        "bell\a",
        "back\u202egnidaeR",
        "isolate\u2066x",
        "zero\u200bwidth",
        "line\u2028separator",
        "next\u0085line",
        "no\u00a0break",
        "\ud800",
        "a/b",
        ".",
        "..",
        "3f2b8c1e-9d4a-4c57-8a11-0f6de2b1c0aa",
        "3F2B8C1E9D4A4C578A110F6DE2B1C0AA",
    ],
)
def test_refused_at_its_field(nickname: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        checked_nickname(nickname)
    assert raised.value.where.field == "nickname"


def test_kept_composed_and_without_outer_spaces() -> None:
    assert checked_nickname("  Cafe\u0301 ") == "Caf\u00e9"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Prod", "PROD"), ("straße", "STRASSE"), ("É", "e\u0301"), ("Ωmega", "ωMEGA")],
)
def test_compared_without_case(one: str, other: str) -> None:
    assert nickname_key(one) == nickname_key(other)


@given(st.text(max_size=80))
def test_a_key_is_its_own_key(text: str) -> None:
    assert nickname_key(nickname_key(text)) == nickname_key(text)


@given(st.text(max_size=80))
def test_whatever_is_accepted_is_printable_and_stays_as_it_is(text: str) -> None:
    try:
        nickname = checked_nickname(text)
    except InvalidInput:
        return
    assert nickname.isprintable()
    assert 1 <= len(nickname) <= 64
    assert checked_nickname(nickname) == nickname


def test_descriptions_may_have_lines_but_nothing_invisible() -> None:
    assert checked_description(" one\r\ntwo\tthree ") == "one\ntwo\tthree"
    with pytest.raises(InvalidInput, match="position 2"):
        checked_description("a\u202eb")
    with pytest.raises(InvalidInput, match="1001"):
        checked_description("x" * 1001)
