"""API tokens: what they may, and until when."""

from datetime import timedelta

import pytest

from penstock.access.model import Scope
from penstock.access.service import OWNER
from penstock.errors import Conflict, InvalidInput, NotFound, ScopeMissing
from tests.unit.access.conftest import House


def test_a_token_may_what_it_says_and_its_user_may(house: House) -> None:
    anna = house.user("anna")
    made = house.tokens.make(anna, "deploy", ["run", "read"], by=OWNER)
    assert made.token.scopes == ("read", "run")
    assert made.secret not in repr(made)
    caller = house.tokens.caller(made.secret)
    assert caller is not None
    assert (caller.name, caller.via, caller.credential_id) == ("anna", "token", made.token.id)
    assert caller.scopes == {"read", "run"}
    house.user("bob")
    house.users.change("anna", role="viewer")
    caller = house.tokens.caller(made.secret)
    assert caller is not None
    assert caller.scopes == {"read"}


def test_how_a_token_ends(house: House) -> None:
    anna, bob = house.user("anna"), house.user("bob")
    expiring = house.tokens.make(anna, "a", ["read"], by=OWNER, days=1)
    revoked = house.tokens.make(anna, "b", ["read"], by=OWNER)
    disabled = house.tokens.make(bob, "c", ["read"], by=OWNER)
    house.tokens.revoke(revoked.token.id, user_id=anna.id)
    house.users.change("bob", disabled=True)
    assert house.tokens.caller(expiring.secret) is not None
    house.clock.pass_(timedelta(days=1))
    for each in (expiring, revoked, disabled):
        assert house.tokens.caller(each.secret) is None
    with pytest.raises(NotFound):
        house.tokens.revoke(disabled.token.id, user_id=anna.id)
    with pytest.raises(Conflict):
        house.tokens.make(house.users.get("bob"), "d", ["read"], by=OWNER)


def test_its_last_use_is_known_to_the_minute(house: House) -> None:
    anna = house.user("anna")
    made = house.tokens.make(anna, "a", ["read"], by=OWNER)
    first = house.clock.now
    house.tokens.caller(made.secret)
    house.clock.pass_(timedelta(seconds=30))
    house.tokens.caller(made.secret)
    assert [each.used_at for each in house.tokens.list(anna.id)] == [first]
    house.clock.pass_(timedelta(seconds=30))
    house.tokens.caller(made.secret)
    assert [each.used_at for each in house.tokens.list(anna.id)] == [house.clock.now]


@pytest.mark.parametrize("scopes", [["admin"], ["read", "write"]])
def test_more_than_the_user_may_is_refused(house: House, scopes: list[Scope]) -> None:
    house.user("anna")
    runner = house.user("ron", "runner")
    with pytest.raises(ScopeMissing) as refused:
        house.tokens.make(runner, "a", scopes, by=OWNER)
    assert refused.value.hint == "At most: read, run."


def test_a_token_makes_none_that_is_more_than_itself(house: House) -> None:
    anna = house.user("anna")
    made = house.tokens.make(anna, "a", ["read", "admin"], by=OWNER, days=10)
    caller = house.tokens.caller(made.secret)
    assert caller is not None
    with pytest.raises(ScopeMissing):
        house.tokens.make(anna, "b", ["write"], by=caller, days=1)
    with pytest.raises(ScopeMissing, match="longer"):
        house.tokens.make(anna, "b", ["read"], by=caller, days=11)
    house.tokens.make(anna, "b", ["read"], by=caller, days=9)


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", ["read"], 1),
        ("a\nb", ["read"], 1),
        ("a\u202eb", ["read"], 1),
        ("a" * 101, ["read"], 1),
        ("a", [], 1),
        ("a", ["read"], 0),
        ("a", ["read"], 367),
    ],
)
def test_what_cannot_be_a_token(house: House, name: str, scopes: list[Scope], days: int) -> None:
    anna = house.user("anna")
    with pytest.raises(InvalidInput):
        house.tokens.make(anna, name, scopes, by=OWNER, days=days)


@pytest.mark.parametrize("secret", ["", "pst_", "pst_" + "0" * 49, "\ud800", "x" * 10_000])
def test_what_is_no_token(house: House, secret: str) -> None:
    assert house.tokens.caller(secret) is None
