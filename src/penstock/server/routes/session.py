"""`/session`: who asks, signing in and out, one-time links; `/sessions`: seeing and ending them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from penstock.access.model import SCOPES, Caller, Link, User
from penstock.access.passwords import LONGEST, SHORTEST
from penstock.access.sessions import SignedIn
from penstock.errors import Conflict, Refused
from penstock.server import cookies
from penstock.server.access_bodies import (
    CallerShown,
    Credentials,
    LinkSecret,
    LinkShown,
    PasswordChange,
    PasswordRules,
    Redemption,
    SessionsEnded,
    SessionShown,
    SessionState,
)
from penstock.server.application import Application
from penstock.server.authority import Asking, Visiting, needs, require
from penstock.server.dependencies import Served, problems
from penstock.server.identity import Visit
from penstock.server.paging import Cursor, Limit, Page, page_of

router = APIRouter(tags=["session"])

Whose = Annotated[
    str | None,
    Query(description="Of this user, or * for all: for administrators.", max_length=256),
]


@router.get("/session", summary="Who asks, and whether signing in is needed", responses=problems())
@needs("public")
def state(served: Served, visit: Visiting) -> SessionState:
    """Without a caller one has to sign in; with one, its scopes say what it may do."""
    return _state(served, visit.caller)


@router.post("/session", summary="Sign in", responses=problems(401, 403, 429))
@needs("public")
def sign_in(body: Credentials, served: Served, visit: Visiting, response: Response) -> SessionState:
    """Begins a session and sets its cookie; the session that the browser had ends."""
    _require_privacy(visit)
    # Never as it was typed: some type their password there.
    visit.who = served.access.users.known_name(body.username) or "nobody"
    begun = served.access.sessions.sign_in(
        body.username,
        body.password.get_secret_value(),
        address=visit.address,
        agent=visit.agent,
        before=visit.secret,
    )
    return _begun(served, visit, response, begun)


@router.delete("/session", summary="Sign out", status_code=204, responses=problems())
@needs("public")
def sign_out(served: Served, visit: Visiting, response: Response) -> None:
    """Ends the session that asks, if there is one."""
    if visit.secret is not None and visit.caller is not None and visit.caller.via == "session":
        visit.who = visit.caller.name
        served.access.sessions.sign_out(visit.secret)
    cookies.take(response, visit.host)


@router.post("/session/password", summary="Change one's password", responses=problems(401, 429))
@needs("own")
def change_password(
    body: PasswordChange, served: Served, asking: Asking, visit: Visiting, response: Response
) -> SessionState:
    """Ends all one's sessions, and begins a new one for the browser that asks."""
    _require_privacy(visit)
    if asking.via != "session":
        raise Conflict("Only somebody who has signed in has a password to change.")
    begun = served.access.sessions.change_password(
        asking,
        body.current.get_secret_value(),
        body.new.get_secret_value(),
        address=visit.address,
        agent=visit.agent,
    )
    return _begun(served, visit, response, begun)


@router.post("/session/link", summary="What a one-time link is for", responses=problems(403))
@needs("public")
def link(body: LinkSecret, served: Served) -> LinkShown:
    """Whom it is for, and until when it counts; it still does afterwards."""
    return _link(served.access.users.link(body.link.get_secret_value()))


@router.post(
    "/session/link/redeem",
    summary="Choose a password with a one-time link",
    responses=problems(403, 409, 429),
)
@needs("public")
def redeem(body: Redemption, served: Served, visit: Visiting, response: Response) -> SessionState:
    """Makes the first administrator, or gives a user a password; begins a session.

    The link counts no more, unless the password or username is refused.
    """
    _require_privacy(visit)
    secret = body.link.get_secret_value()
    found = served.access.users.link(secret)
    visit.who = found.username or "first administrator"
    visit.detail["purpose"] = found.purpose
    user = served.access.users.redeem(
        secret, username=body.username, password=body.password.get_secret_value()
    )
    visit.who = user.username
    if visit.secret is not None:
        served.access.sessions.sign_out(visit.secret)
    begun = served.access.sessions.begin(user, address=visit.address, agent=visit.agent)
    return _begun(served, visit, response, begun)


@router.get("/sessions", summary="List sessions", responses=problems(403, 404))
@needs("own")
def list_sessions(
    served: Served,
    asking: Asking,
    user: Whose = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[SessionShown]:
    """One's own that have not ended, last used last."""
    found = served.access.sessions.list(whose(served, asking, user))
    shown = [SessionShown(**dict(each), current=each.id == asking.credential_id) for each in found]
    return page_of(
        shown, lambda each: f"{each.used_at.isoformat()} {each.id}", limit=limit, cursor=cursor
    )


@router.delete(
    "/sessions/{session_id}", summary="End a session", status_code=204, responses=problems(404)
)
@needs("own")
def end(session_id: str, served: Served, asking: Asking) -> None:
    """One's own; an administrator also somebody else's."""
    served.access.sessions.revoke(
        session_id, user_id=None if asking.administers else asking.user_id
    )


@router.delete("/sessions", summary="End all sessions of a user", responses=problems(403, 404))
@needs("own")
def end_all(served: Served, asking: Asking, user: Whose = None) -> SessionsEnded:
    """One's own, this one included; an administrator also somebody else's."""
    user_id = whose(served, asking, user)
    if user_id is None:
        raise Conflict("Say whose sessions are to end.", hint="With `user`.")
    return SessionsEnded(ended=served.access.sessions.revoke_all(user_id))


def whose(served: Application, asking: Caller, user: str | None) -> str | None:
    """The id of the user that is asked about; None for all.

    Raises:
        ScopeMissing: somebody else, asked by no administrator.
        NotFound: no such user.
    """
    if user is None:
        return asking.user_id
    if user == "*":
        require(asking, "admin")
        return None
    if user != asking.name:
        require(asking, "admin")
    found: User = served.access.users.get(user)
    return found.id


def _begun(served: Application, visit: Visit, response: Response, begun: SignedIn) -> SessionState:
    visit.object = f"sessions/{begun.session.id}"
    cookies.give(response, begun, visit.host)
    return _state(served, begun.caller)


def _state(served: Application, caller: Caller | None) -> SessionState:
    return SessionState(
        caller=None if caller is None else _shown(caller),
        users=served.access.users.any(),
        password_rules=PasswordRules(shortest=SHORTEST, longest=LONGEST),
    )


def _shown(caller: Caller) -> CallerShown:
    return CallerShown(
        name=caller.name,
        via=caller.via,
        role=caller.role,
        scopes=[each for each in SCOPES if caller.may(each)],
        session_id=caller.credential_id if caller.via == "session" else None,
        expires_at=caller.expires_at,
    )


def _link(found: Link) -> LinkShown:
    return LinkShown(purpose=found.purpose, username=found.username, expires_at=found.expires_at)


def _require_privacy(visit: Visit) -> None:
    if visit.is_exposed:
        raise Refused(
            "The password would cross the network for anyone on the way to read.",
            hint="Open this server's page by https://, or through ssh -L as http://127.0.0.1.",
        )
