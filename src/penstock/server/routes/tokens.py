"""`/tokens`: make, list and revoke API tokens."""

from datetime import UTC, datetime
from typing import Literal

from fastapi import APIRouter

from penstock.access.model import Token
from penstock.errors import InvalidInput, Where
from penstock.server.access_bodies import NewTokenAsked, TokenMade, TokenShown
from penstock.server.authority import Asking, Visiting, needs, require
from penstock.server.dependencies import Served, problems
from penstock.server.paging import Cursor, Limit, Page, page_of
from penstock.server.routes.session import Whose, whose

router = APIRouter(prefix="/tokens", tags=["tokens"])


@router.get("", summary="List API tokens", responses=problems(403, 404))
@needs("own")
def list_tokens(
    served: Served,
    asking: Asking,
    user: Whose = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[TokenShown]:
    """One's own, oldest first; also those that count no more."""
    found = [_shown(each) for each in served.access.tokens.list(whose(served, asking, user))]
    return page_of(
        found, lambda each: f"{each.created_at.isoformat()} {each.id}", limit=limit, cursor=cursor
    )


@router.post("", summary="Make an API token", status_code=201, responses=problems(403, 404, 409))
@needs("own")
def make(body: NewTokenAsked, served: Served, asking: Asking, visit: Visiting) -> TokenMade:
    """The answer has the token itself: it is shown this once. Its scopes count only as far as its
    user's role goes."""
    name = body.user if body.user is not None else asking.name
    if asking.user_id is None and body.user is None:
        raise InvalidInput(
            "A token belongs to a user.", hint="Say to which.", where=Where(field="user")
        )
    if name != asking.name or asking.user_id is None:
        require(asking, "admin")
    visit.detail |= {"name": body.name, "scopes": " ".join(body.scopes), "user": name}
    made = served.access.tokens.make(
        served.access.users.get(name), body.name, body.scopes, by=asking, days=body.days
    )
    visit.object = f"tokens/{made.token.id}"
    return TokenMade(**dict(_shown(made.token)), token=made.secret)


@router.delete("/{token_id}", summary="Revoke an API token", responses=problems(403, 404))
@needs("own")
def revoke(token_id: str, served: Served, asking: Asking) -> TokenShown:
    """One's own; an administrator also somebody else's."""
    user_id = None if asking.administers else asking.user_id
    return _shown(served.access.tokens.revoke(token_id, user_id=user_id))


def _shown(token: Token) -> TokenShown:
    status: Literal["active", "expired", "revoked"] = "active"
    if token.revoked_at is not None:
        status = "revoked"
    elif token.expires_at <= datetime.now(UTC):
        status = "expired"
    return TokenShown(**dict(token), status=status)
