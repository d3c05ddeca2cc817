"""Users, sessions, tokens, links and the audit log, on SQLite and on PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from penstock.access.model import Deed, Link, Session, Token, User
from penstock.errors import Conflict, UsernameTaken
from penstock.store.audit import Audit
from penstock.store.database import Database
from penstock.store.sessions import Sessions
from penstock.store.tokens import Tokens
from penstock.store.users import Users
from tests.integration.store.test_repositories import at_once

NOW = datetime(2026, 1, 31, 9, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def user(name: str, **changes: Any) -> User:
    made = {"id": f"id-{name}", "username": name, "role": "viewer", "created_at": NOW}
    return User.model_validate(made | changes)


def session(of: User, name: str = "s", **changes: Any) -> Session:
    made = {
        "id": name,
        "user_id": of.id,
        "username": of.username,
        "created_at": NOW,
        "used_at": NOW,
        "expires_at": NOW + HOUR,
        "address": "127.0.0.1",
        "agent": "Browser",
    }
    return Session.model_validate(made | changes)


def token(of: User, name: str = "t", **changes: Any) -> Token:
    made = {
        "id": name,
        "user_id": of.id,
        "username": of.username,
        "name": "deploy",
        "scopes": ("read", "run"),
        "created_at": NOW,
        "expires_at": NOW + HOUR,
    }
    return Token.model_validate(made | changes)


def first_link() -> Link:
    return Link(purpose="first_administrator", expires_at=NOW + HOUR)


def link_for(of: User) -> Link:
    return Link(purpose="password", user_id=of.id, username=of.username, expires_at=NOW + HOUR)


def test_users_are_found_however_the_name_is_written(database: Database) -> None:
    users = Users(database)
    assert not users.any()
    anna = user("Anna", role="editor")
    users.add(anna, "hash")
    users.add(user("bob"), None)
    assert users.any()
    assert users.find("ANNA") == anna
    assert users.password("anna") == (anna, "hash")
    assert users.find("nobody") is None
    assert users.find("\ud800\0") is None
    assert [each.username for each in users.all()] == ["Anna", "bob"]
    with pytest.raises(UsernameTaken):
        users.add(user("anna", id="another"), None)


def test_changing_a_user_ends_what_has_to_end(database: Database) -> None:
    users, sessions = Users(database), Sessions(database)
    anna = user("anna")
    users.add(anna, "hash")
    users.add_link("l", link_for(anna), created_at=NOW)
    sessions.add("d", session(anna))
    changed = users.change(anna.id, role="runner", disabled_at=None, enabled=True)
    assert changed.role == "runner"
    assert sessions.find("d") is not None
    disabled = users.change(anna.id, role=None, disabled_at=NOW, enabled=False)
    assert (disabled.role, disabled.disabled_at) == ("runner", NOW)
    assert users.find("anna") == disabled
    assert sessions.find("d") is None
    assert users.link("l", now=NOW) is None


@pytest.mark.parametrize("change", ["demote", "disable"])
def test_an_administrator_is_always_left(database: Database, change: str) -> None:
    users = Users(database)
    names = ["a", "b", "c"]
    for name in names:
        users.add(user(name, role="admin"), None)

    def take_away(index: int) -> bool:
        try:
            if change == "demote":
                users.change(f"id-{names[index]}", role="viewer", disabled_at=None, enabled=True)
            else:
                users.change(f"id-{names[index]}", role=None, disabled_at=NOW, enabled=False)
        except Conflict:
            return False
        return True

    assert sorted(at_once(take_away, 3)) == [False, True, True]


def test_a_new_password_ends_all_sessions(database: Database) -> None:
    users, sessions = Users(database), Sessions(database)
    anna, bob = user("anna"), user("bob")
    for each in (anna, bob):
        users.add(each, "old")
        sessions.add(f"of {each.username}", session(each, each.username))
    users.set_password(anna.id, "new", at=NOW)
    found = users.password("anna")
    assert found is not None
    assert (found[0].password_changed_at, found[1]) == (NOW, "new")
    assert sessions.find("of anna") is None
    assert sessions.find("of bob") is not None
    users.rehash(anna.id, "old", "worse")
    assert users.password("anna") == (found[0], "new")
    users.rehash(anna.id, "new", "better")
    assert users.password("anna") == (found[0], "better")


def test_the_first_administrator_is_made_once(database: Database) -> None:
    users = Users(database)
    users.add_link("replaced", first_link(), created_at=NOW)
    users.add_link("digest", first_link(), created_at=NOW)
    assert users.link("replaced", now=NOW) is None
    assert users.link("digest", now=NOW) == first_link()
    assert users.link("digest", now=NOW + HOUR) is None
    assert not users.redeem_first("digest", user("late"), "hash", now=NOW + HOUR)

    def redeem(index: int) -> bool:
        made = user(f"admin{index}", role="admin")
        return users.redeem_first("digest", made, "hash", now=NOW)

    assert sorted(at_once(redeem, 6)) == [False] * 5 + [True]
    assert len(users.all()) == 1
    users.add_link("again", first_link(), created_at=NOW)
    assert not users.redeem_first("again", user("second"), "hash", now=NOW)


def test_a_link_sets_a_password_once(database: Database) -> None:
    users, sessions = Users(database), Sessions(database)
    anna = user("anna")
    users.add(anna, "old")
    sessions.add("d", session(anna))
    users.forget_password(anna.id, "digest", link_for(anna), at=NOW)
    assert users.password("anna") == (anna.model_copy(update={"signed_in_at": NOW}), None)
    assert sessions.find("d") is None
    assert users.link("digest", now=NOW) == link_for(anna)
    assert users.redeem("digest", "new", now=NOW + HOUR) is None

    def redeem(index: int) -> bool:
        return users.redeem("digest", f"new{index}", now=NOW) is not None

    assert sorted(at_once(redeem, 6)) == [False] * 5 + [True]


def test_sessions_are_found_by_digest_and_dropped_when_expired(database: Database) -> None:
    users, sessions = Users(database), Sessions(database)
    anna, bob = user("anna"), user("bob")
    users.add(anna, None)
    users.add(bob, None)
    one = session(anna, "one")
    sessions.add("first", one)
    found = sessions.find("first")
    assert found == (one, anna.model_copy(update={"signed_in_at": NOW}))
    sessions.touch("one", at=NOW + timedelta(minutes=1))
    later = session(bob, "two", created_at=NOW + HOUR, expires_at=NOW + 2 * HOUR)
    sessions.add("second", later)
    assert sessions.find("first") is None
    assert sessions.all() == [later]
    assert sessions.all(anna.id) == []
    assert sessions.remove("two")
    assert not sessions.remove("two")
    sessions.add("third", session(bob, "three"))
    assert sessions.remove_of(bob.id) == 1


def test_tokens_are_found_by_digest(database: Database) -> None:
    users, tokens = Users(database), Tokens(database)
    anna = user("anna")
    users.add(anna, None)
    made = token(anna)
    tokens.add("digest", made)
    assert tokens.find("digest") == (made, anna)
    assert tokens.find("other") is None
    tokens.touch("t", at=NOW)
    tokens.revoke("t", at=NOW + HOUR)
    kept = made.model_copy(update={"used_at": NOW, "revoked_at": NOW + HOUR})
    assert tokens.get("t") == kept
    newer = token(anna, "newer", created_at=NOW + HOUR)
    tokens.add("newer", newer)
    assert tokens.all(anna.id) == [newer, kept]
    assert tokens.all("nobody") == []


def deed(verb: str, who: str = "anna") -> Deed:
    return Deed(
        at=NOW,
        who=who,
        via="session",
        credential_id="s",
        verb=verb,
        object="flows/f",
        outcome="done",
        status=201,
        address="127.0.0.1",
        detail={"role": "admin"},
    )


def test_the_audit_log_lists_newest_first(database: Database) -> None:
    audit = Audit(database)
    for verb, who in (("flows.apply", "anna"), ("flowsy.x", "bob"), ("flows.delete", "bob")):
        audit.append(deed(verb, who))
    found = audit.list()
    assert [each.verb for each in found] == ["flows.delete", "flowsy.x", "flows.apply"]
    assert found[-1].model_dump(exclude={"seq"}) == deed("flows.apply").model_dump()
    assert [each.who for each in audit.list(who="bob", verb="flows")] == ["bob"]
    assert [each.verb for each in audit.list(verb="flows.apply")] == ["flows.apply"]
    assert [each.seq for each in audit.list(before=found[0].seq, limit=1)] == [found[1].seq]


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit"])
def test_the_audit_log_is_only_ever_added_to(database: Database, statement: str) -> None:
    young = datetime.now(UTC) - timedelta(days=89)
    Audit(database).append(deed("flows.apply").model_copy(update={"at": young}))
    with pytest.raises(sa.exc.DBAPIError, match="only ever added to"), database.write() as sql:
        sql.execute(sa.text(statement))
    assert [each.who for each in Audit(database).list()] == ["anna"]
