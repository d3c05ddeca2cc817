"""`/users`: add, list, change and disable users; let them choose a new password."""

from typing import Literal

from fastapi import APIRouter

from penstock.access.model import User
from penstock.access.users import OneTimeLink
from penstock.server.access_bodies import NewUser, OneTimeLinkShown, UserChange, UserShown
from penstock.server.authority import Visiting, needs
from penstock.server.dependencies import Served, problems
from penstock.server.paging import Cursor, Limit, Page, page_of

router = APIRouter(prefix="/users", tags=["users"])


@router.get("", summary="List users", responses=problems(403))
@needs("admin")
def list_users(served: Served, limit: Limit = 100, cursor: Cursor = None) -> Page[UserShown]:
    """By username, disabled ones included."""
    found = [_shown(each) for each in served.access.users.list()]
    return page_of(found, lambda each: each.username.lower(), limit=limit, cursor=cursor)


@router.post("", summary="Add a user", status_code=201, responses=problems(403, 409, 429))
@needs("admin")
def add(body: NewUser, served: Served, visit: Visiting) -> UserShown:
    """With a one-time link to choose a password, unless one is given.

    As soon as there is a user, everyone has to sign in.
    """
    visit.detail["role"] = body.role
    password = None if body.password is None else body.password.get_secret_value()
    user = served.access.users.add(body.username, body.role, password)
    visit.object = f"users/{user.username}"
    link = served.access.users.invite(user.username) if password is None else None
    return _shown(user, link)


@router.get("/{username}", summary="Show a user", responses=problems(403, 404))
@needs("admin")
def show(username: str, served: Served) -> UserShown:
    """By name, however written."""
    return _shown(served.access.users.get(username))


@router.patch(
    "/{username}",
    summary="Change a user's role, disable or enable",
    responses=problems(403, 404, 409),
)
@needs("admin")
def change(username: str, body: UserChange, served: Served, visit: Visiting) -> UserShown:
    """Counts at once. A disabled user's sessions end, and their tokens do not count meanwhile."""
    visit.detail |= body.model_dump(exclude_none=True)
    return _shown(served.access.users.change(username, role=body.role, disabled=body.disabled))


@router.post(
    "/{username}/reset-password",
    summary="Let a user choose a new password",
    responses=problems(403, 404, 409),
)
@needs("admin")
def reset_password(username: str, served: Served) -> UserShown:
    """By a one-time link. The old password counts no more, and the user's sessions end."""
    link = served.access.users.reset_password(username)
    return _shown(served.access.users.get(username), link)


def _shown(user: User, made: OneTimeLink | None = None) -> UserShown:
    status: Literal["active", "invited", "disabled"] = "active"
    if user.disabled_at is not None:
        status = "disabled"
    elif user.password_changed_at is None:
        status = "invited"
    link = made and OneTimeLinkShown(address=made.address, expires_at=made.link.expires_at)
    return UserShown(**dict(user), status=status, link=link)
