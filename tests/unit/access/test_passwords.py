"""Which passwords are taken, and what comparing them costs."""

import threading
import unicodedata
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from penstock.access import passwords
from penstock.access.passwords import LONGEST, SHORTEST, Passwords
from penstock.errors import PasswordUnsuitable, TooManyAttempts
from tests.unit.access.cheap import cheap_passwords

CHEAP = cheap_passwords()
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=0, max_size=300)


@pytest.mark.parametrize("length", [0, 1, SHORTEST - 1, LONGEST + 1, 1000])
def test_only_the_length_counts(length: int) -> None:
    with pytest.raises(PasswordUnsuitable) as refused:
        CHEAP.hash("x" * length, username="anna")
    assert refused.value.where.field == "password"


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_nothing_has_to_be_in_it(length: int) -> None:
    kept = CHEAP.hash("x" * length, username="anna")
    assert CHEAP.matches(kept, "x" * length)
    assert not CHEAP.matches(kept, "x" * (length - 1))


@pytest.mark.parametrize(
    "password", ["annabel.smith1", "1ANNABEL.SMITH", "annabel.smithannabel.smith"]
)
def test_it_is_more_than_the_username(password: str) -> None:
    with pytest.raises(PasswordUnsuitable, match="username"):
        CHEAP.hash(password, username="Annabel.Smith")


def test_half_a_character_is_refused_and_never_matches() -> None:
    with pytest.raises(PasswordUnsuitable):
        CHEAP.hash("correct horse \ud800", username="anna")
    assert not CHEAP.matches(None, "\ud800" * 20)


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_a_password_matches_itself_however_it_is_typed_and_no_other(one: str, other: str) -> None:
    try:
        kept = CHEAP.hash(one, username="anna")
    except PasswordUnsuitable:
        return
    for form in ("NFC", "NFD"):
        assert CHEAP.matches(kept, unicodedata.normalize(form, one))
    same = unicodedata.normalize("NFKC", one) == unicodedata.normalize("NFKC", other)
    assert CHEAP.matches(kept, other) is same
    assert one not in kept


def test_new_ones_are_kept_as_rfc_9106_recommends() -> None:
    kept = Passwords().hash("correct horse battery", username="anna")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_nobodys_password_costs_what_a_real_one_does() -> None:
    asked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, *given: Any) -> Any:
            asked.append(given[0].rpartition("$")[0].rpartition("$")[0])
            return super().verify(*given)

    counting = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    real = counting.hash("correct horse battery", username="anna")
    assert not counting.matches(real, "wrong")
    assert not counting.matches(None, "wrong")
    # The same algorithm with the same parameters, once each.
    assert len(asked) == 2
    assert asked[0] == asked[1]


def test_those_made_with_other_parameters_are_outdated() -> None:
    kept = CHEAP.hash("correct horse battery", username="anna")
    assert not CHEAP.is_outdated(kept)
    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert dearer.is_outdated(kept)
    assert dearer.matches(kept, "correct horse battery")


def test_so_many_are_checked_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_WORKING", 1)
    monkeypatch.setattr(passwords, "_WAITING", 0)
    entered, leave = threading.Event(), threading.Event()

    class Slow(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            entered.set()
            assert leave.wait(30)
            return super().hash(password, salt=salt)

    slow = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1))
    thread = threading.Thread(target=slow.hash, args=("x" * 20,), kwargs={"username": "anna"})
    thread.start()
    assert entered.wait(30)
    with pytest.raises(TooManyAttempts) as refused:
        slow.matches(None, "y")
    assert refused.value.details["retry_after"] == 1
    leave.set()
    thread.join()
    assert not slow.matches(None, "y")
