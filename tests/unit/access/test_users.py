"""Users, and the links by which they choose a password."""

from datetime import timedelta

import pytest

from penstock.access.users import FIRST_LINK_COUNTS, LINK_COUNTS
from penstock.errors import (
    Conflict,
    InvalidInput,
    LinkInvalid,
    PasswordUnsuitable,
    SignInFailed,
    UsernameTaken,
)
from tests.unit.access.conftest import PASSWORD, House


def test_the_first_administrator_comes_by_a_link(house: House) -> None:
    replaced = house.users.first_administrator_link()
    made = house.users.first_administrator_link()
    assert made.address == f"/#link={made.secret}"
    assert made.secret not in repr(made)
    with pytest.raises(LinkInvalid):
        house.users.link(replaced.secret)
    for username, password, error in (
        ("", PASSWORD, InvalidInput),
        ("<b>", PASSWORD, InvalidInput),
        ("anna", "short", PasswordUnsuitable),
    ):
        with pytest.raises(error):
            house.users.redeem(made.secret, username=username, password=password)
    user = house.users.redeem(made.secret, username="anna", password=PASSWORD)
    assert (user.username, user.role) == ("anna", "admin")
    with pytest.raises(LinkInvalid):
        house.users.redeem(made.secret, username="eve", password=PASSWORD)
    with pytest.raises(Conflict):
        house.users.first_administrator_link()
    house.sign_in("anna")


def test_the_first_link_counts_no_more_once_there_are_users(house: House) -> None:
    made = house.users.first_administrator_link()
    house.user("anna")
    with pytest.raises(LinkInvalid):
        house.users.redeem(made.secret, username="eve", password=PASSWORD)


def test_links_expire(house: House) -> None:
    made = house.users.first_administrator_link()
    house.clock.pass_(FIRST_LINK_COUNTS)
    with pytest.raises(LinkInvalid):
        house.users.redeem(made.secret, username="anna", password=PASSWORD)
    house.user("anna")
    invited = house.users.invite("anna")
    house.clock.pass_(LINK_COUNTS - timedelta(seconds=1))
    assert house.users.link(invited.secret).username == "anna"
    house.clock.pass_(timedelta(seconds=1))
    with pytest.raises(LinkInvalid):
        house.users.link(invited.secret)


def test_an_invited_user_chooses_a_password(house: House) -> None:
    house.user("anna")
    house.users.add("bob", "runner")
    made = house.users.invite("BOB")
    # Whose link it is says the link.
    user = house.users.redeem(made.secret, username="anna", password=PASSWORD)
    assert (user.username, user.role) == ("bob", "runner")
    assert user.password_changed_at is not None
    house.sign_in("bob")
    with pytest.raises(LinkInvalid):
        house.users.redeem(made.secret, username=None, password=PASSWORD)


def test_a_reset_password_counts_no_more(house: House) -> None:
    house.user("anna")
    begun = house.sign_in("anna")
    made = house.users.reset_password("anna")
    assert house.sessions.caller(begun.secret) is None
    with pytest.raises(SignInFailed):
        house.sign_in("anna")
    house.users.redeem(made.secret, username=None, password="another horse battery")
    house.sign_in("anna", "another horse battery")


def test_a_disabled_user_gets_no_link(house: House) -> None:
    house.user("anna")
    house.user("bob")
    made = house.users.invite("bob")
    house.users.change("bob", disabled=True)
    with pytest.raises(LinkInvalid):
        house.users.redeem(made.secret, username=None, password=PASSWORD)
    with pytest.raises(Conflict):
        house.users.reset_password("bob")


def test_the_first_user_is_an_administrator_and_one_always_is(house: House) -> None:
    with pytest.raises(Conflict):
        house.users.add("bob", "editor", PASSWORD)
    house.user("anna")
    house.users.add("bob", "editor", PASSWORD)
    for change in ({"role": "viewer"}, {"disabled": True}):
        with pytest.raises(Conflict, match="only administrator"):
            house.users.change("anna", **change)
    with pytest.raises(UsernameTaken):
        house.users.add("ANNA", "viewer")


@pytest.mark.parametrize(
    "name", ["", " ", "a b", "-a", "<script>", "a" * 65, "ann\u0430", "a\0", "../x", "a\n"]
)
def test_names_that_nobody_can_have(house: House, name: str) -> None:
    with pytest.raises(InvalidInput):
        house.users.add(name, "admin", PASSWORD)
