"""Signing in, and how sessions end."""

from datetime import timedelta

import pytest

from penstock.access.sessions import IDLE, LONGEST
from penstock.errors import NotFound, PasswordUnsuitable, SignInFailed, TooManyAttempts
from tests.unit.access.conftest import PASSWORD, House


def test_a_session_says_who_and_what_they_may(house: House) -> None:
    house.user("Anna")
    house.user("eve", "editor")
    begun = house.sign_in("EVE")
    caller = house.sessions.caller(begun.secret)
    assert caller == begun.caller
    assert caller is not None
    assert (caller.name, caller.via, caller.scopes) == (
        "eve",
        "session",
        frozenset({"read", "run", "write"}),
    )
    assert begun.secret not in repr(begun)


def test_why_it_failed_is_not_said(house: House) -> None:
    house.user("anna")
    house.user("gone")
    house.users.add("invited", "viewer")
    house.users.change("gone", disabled=True)
    said = set()
    for name, password in (
        ("anna", "wrong"),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("invited", PASSWORD),
        ("", PASSWORD),
        ("\ud800\0", "\ud800"),
        ("anna", "x" * 1024),
    ):
        with pytest.raises(SignInFailed) as failed:
            house.sign_in(name, password)
        said.add((failed.value.message, failed.value.hint))
    assert len(said) == 1


def test_guessing_is_slowed_down(house: House) -> None:
    house.user("anna")
    for _ in range(6):
        with pytest.raises(SignInFailed):
            house.sign_in("anna", "wrong")
    with pytest.raises(TooManyAttempts):
        house.sign_in("anna")


def test_a_session_ends_when_it_is_not_used(house: House) -> None:
    house.user("anna")
    begun = house.sign_in("anna")
    for _ in range(3):
        house.clock.pass_(IDLE - timedelta(seconds=1))
        assert house.sessions.caller(begun.secret) is not None
    house.clock.pass_(IDLE)
    assert house.sessions.caller(begun.secret) is None
    assert house.sessions.list() == []


def test_a_session_ends_however_much_it_is_used(house: House) -> None:
    house.user("anna")
    begun = house.sign_in("anna")
    for _ in range(LONGEST // timedelta(hours=6) - 1):
        house.clock.pass_(timedelta(hours=6))
        assert house.sessions.caller(begun.secret) is not None
    house.clock.pass_(timedelta(hours=6))
    assert house.sessions.caller(begun.secret) is None


def test_signing_in_again_is_another_session_and_ends_the_one_before(house: House) -> None:
    house.user("anna")
    first = house.sign_in("anna")
    second = house.sign_in("anna", before=first.secret)
    assert second.secret != first.secret
    assert house.sessions.caller(first.secret) is None
    assert [each.id for each in house.sessions.list()] == [second.session.id]


def test_sessions_are_listed_and_ended(house: House) -> None:
    anna, bob = house.user("anna"), house.user("bob")
    mine, other, theirs = house.sign_in("anna"), house.sign_in("anna"), house.sign_in("bob")
    assert len(house.sessions.list()) == 3
    assert {each.id for each in house.sessions.list(anna.id)} == {mine.session.id, other.session.id}
    with pytest.raises(NotFound):
        house.sessions.revoke(theirs.session.id, user_id=anna.id)
    house.sessions.revoke(other.session.id, user_id=anna.id)
    assert house.sessions.caller(other.secret) is None
    house.sessions.sign_out(mine.secret)
    assert house.sessions.caller(mine.secret) is None
    assert house.sessions.revoke_all(bob.id) == 1
    assert house.sessions.caller(theirs.secret) is None


def test_a_new_password_ends_every_session_but_the_new_one(house: House) -> None:
    house.user("anna")
    before, elsewhere = house.sign_in("anna"), house.sign_in("anna")

    def change(current: str, new: str) -> str:
        return house.sessions.change_password(
            before.caller, current, new, address="192.0.2.1", agent="Browser"
        ).secret

    with pytest.raises(SignInFailed):
        change("wrong", "another horse battery")
    with pytest.raises(PasswordUnsuitable):
        change(PASSWORD, "short")
    assert house.sessions.caller(before.secret) is not None
    fresh = change(PASSWORD, "another horse battery")
    assert house.sessions.caller(fresh) is not None
    for each in (before, elsewhere):
        assert house.sessions.caller(each.secret) is None
    with pytest.raises(SignInFailed):
        house.sign_in("anna")
    house.sign_in("anna", "another horse battery")


def test_what_changes_about_a_user_counts_at_once(house: House) -> None:
    house.user("anna")
    house.user("eve", "editor")
    begun = house.sign_in("eve")
    house.users.change("eve", role="viewer")
    caller = house.sessions.caller(begun.secret)
    assert caller is not None
    assert caller.scopes == {"read"}
    house.users.change("eve", disabled=True)
    assert house.sessions.caller(begun.secret) is None
    house.users.change("eve", disabled=False)
    assert house.sessions.caller(begun.secret) is None
