"""Who a request comes from: by its bearer token, its session cookie, or as the only user there is.

A cookie is looked at only for requests of this server's own pages: whatever a browser says of
where a request comes from must say so, and one that changes something must say it at all. A page
of another site, or of another port, so never acts as the user who is signed in here.
"""

import hmac
import ipaddress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from anyio.to_thread import run_sync as in_thread
from starlette.types import Scope

from penstock.access.model import Caller
from penstock.access.service import ANYONE, OWNER
from penstock.server.application import Application

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1", "penstock.localhost"})
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


@dataclass(slots=True)
class Visit:
    """One request: who makes it, from where, and what the audit log is to say of it."""

    caller: Caller | None
    address: str
    agent: str
    host: str
    secret: str | None = field(default=None, repr=False)
    """The session's, if it came with one."""
    is_exposed: bool = False
    """Whether a browser sends what it sends over the network unencrypted."""
    needs: tuple[str, ...] = ()
    verb: str | None = None
    who: str | None = None
    object: str | None = None
    """What was made or changed, where the path does not say it."""
    is_refused: bool = False
    """Whether the caller's scopes did not reach."""
    detail: dict[str, Any] = field(default_factory=dict)


def visit_of(scope: Scope) -> Visit:
    """The visit that the gate has put down for this request."""
    visit = scope["state"]["visit"]
    assert isinstance(visit, Visit)
    return visit


async def identify(application: Application, scope: Scope, headers: dict[str, str]) -> Visit:
    """Who makes the request; `caller` is None if that is not known."""
    client = scope.get("client")
    host = headers.get("host", "")
    visit = Visit(
        caller=None,
        address=client[0] if client else "unknown",
        agent=headers.get("user-agent", ""),
        host=host,
        is_exposed=name_of(host) not in LOOPBACK_NAMES
        and headers.get("origin", "").lower().startswith("http:"),
    )
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        visit.caller = await _by_token(application, token.strip())
        return visit
    if _may_bring_a_cookie(scope["method"], headers):
        visit.secret = cookie(headers.get("cookie", ""), cookie_name(host))
    if visit.secret is not None:
        visit.caller = await in_thread(application.access.sessions.caller, visit.secret)
    if visit.caller is None and _is_local(visit, headers) and not application.require_token:
        there_are_users = await in_thread(application.access.users.any)
        visit.caller = None if there_are_users else ANYONE
    return visit


def is_foreign(headers: dict[str, str]) -> bool:
    """Whether a browser says that a page of another site makes this request."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


def name_of(host: str) -> str:
    """The name in a `Host` header, empty if there is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def is_secure(host: str) -> bool:
    """Whether a cookie for this host has to travel encrypted: only loopback does without."""
    return name_of(host) not in LOOPBACK_NAMES


def cookie_name(host: str) -> str:
    """The session cookie's name. Browsers share the cookies of a name between its ports, so it
    holds the port: two servers on one machine do not sign each other's users out."""
    if is_secure(host):
        return "__Host-penstock"
    try:
        port = urlsplit(f"//{host}").port
    except ValueError:
        port = None
    return f"penstock_{port}" if port else "penstock"


def cookie(header: str, name: str) -> str | None:
    """The value of a cookie; None if there is none, or several: then one was planted."""
    found = [
        value.strip()
        for key, sign, value in (each.partition("=") for each in header.split(";"))
        if sign and key.strip() == name
    ]
    return found[0] if len(found) == 1 and found[0] else None


async def _by_token(application: Application, token: str) -> Caller | None:
    if hmac.compare_digest(token.encode(), application.token.encode()):
        return OWNER
    return await in_thread(application.access.tokens.caller, token)


def _may_bring_a_cookie(method: str, headers: dict[str, str]) -> bool:
    if is_foreign(headers):
        return False
    says_so = "origin" in headers or headers.get("sec-fetch-site") == "same-origin"
    return method in SAFE_METHODS or says_so


def _is_local(visit: Visit, headers: dict[str, str]) -> bool:
    """Whether somebody on this machine asks, and no proxy for somebody else."""
    if name_of(visit.host) not in LOOPBACK_NAMES or any(each in headers for each in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(visit.address).is_loopback
    except ValueError:
        return False
