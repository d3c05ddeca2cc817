"""Random secrets: what they look like, and what is kept of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.access.secret import (
    LINK_PREFIX,
    TOKEN_PREFIX,
    digest,
    is_whole,
    new_link,
    new_session,
    new_token,
)


def test_tokens_and_links_are_told_apart_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    for token in tokens:
        assert is_whole(token, TOKEN_PREFIX)
        assert not is_whole(token, LINK_PREFIX)
        assert len(token) == 53
    assert is_whole(new_link(), LINK_PREFIX)


@given(st.integers(0, 52), st.characters())
def test_a_typing_mistake_is_seen(place: int, typed: str) -> None:
    token = new_token()
    if token[place] != typed:
        assert not is_whole(token[:place] + typed + token[place + 1 :], TOKEN_PREFIX)


@given(st.text(max_size=80))
def test_whatever_is_given_for_one_is_judged(text: str) -> None:
    assert not is_whole(text, TOKEN_PREFIX)
    assert not is_whole(TOKEN_PREFIX + text, TOKEN_PREFIX)
    assert len(digest(text)) == 64


@pytest.mark.parametrize("make", [new_token, new_link, new_session])
def test_a_digest_holds_nothing_of_the_secret(make: "type[str]") -> None:
    secret = make()
    assert secret not in digest(secret)
    assert digest(secret) == digest(secret)
    assert digest(secret) != digest(make())
