"""The session cookie: no script reads it, no other site's page sends it."""

from datetime import UTC, datetime

from fastapi import Response

from penstock.access.sessions import SignedIn
from penstock.server.identity import cookie_name, is_secure


def give(response: Response, signed_in: SignedIn, host: str) -> None:
    """Set the cookie of a session just begun."""
    left = signed_in.session.expires_at - datetime.now(UTC)
    response.set_cookie(
        cookie_name(host),
        signed_in.secret,
        max_age=max(1, int(left.total_seconds())),
        path="/",
        secure=is_secure(host),
        httponly=True,
        samesite="strict",
    )


def take(response: Response, host: str) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(
        cookie_name(host), path="/", secure=is_secure(host), httponly=True, samesite="strict"
    )
