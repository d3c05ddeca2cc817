"""What each address needs: a scope, declared beside its function and looked up for each request.

    @router.post("", summary="Keep a flow", ...)
    @needs("write")
    def apply(...)

`read`, `run`, `write` and `admin` are scopes. `own` is for what everyone may do with what is
their own: their sessions, tokens and password; API tokens only read it, unless they administer.
`public` needs nobody. An address that declares nothing is for administrators.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final, Literal, TypeVar

from fastapi import Depends, Request

from penstock.access.model import Caller, Scope
from penstock.errors import NotSignedIn, ScopeMissing
from penstock.server.identity import SAFE_METHODS, Visit, visit_of

Need = Scope | Literal["own", "public"]

PUBLIC_PATHS: Final = frozenset(
    {
        "/api/v1/health",
        "/api/v1/session",
        "/api/v1/session/link",
        "/api/v1/session/link/redeem",
    }
)
"""Of the API, what the gate lets through to anyone; what is below declares it as well."""

_ATTRIBUTE: Final = "__penstock_need__"

F = TypeVar("F", bound=Callable[..., Any])


def needs(*need: Need) -> Callable[[F], F]:
    """Declare what the decorated address needs: all of it."""

    def declare(function: F) -> F:
        setattr(function, _ATTRIBUTE, need)
        return function

    return declare


def needs_of(function: Callable[..., Any]) -> tuple[Need, ...]:
    """What an address declares; nothing if it does not."""
    found: tuple[Need, ...] = getattr(function, _ATTRIBUTE, ())
    return found


def authorize(request: Request) -> None:
    """Refuse whoever may not do what this address does.

    Raises:
        NotSignedIn: it is not known who asks.
        ScopeMissing: it is, and that is not enough.
    """
    visit = visit_of(request.scope)
    route = request.scope["route"]
    visit.needs = needs_of(request.scope["endpoint"]) or ("admin",)
    visit.verb = f"{route.tags[0]}.{route.name}" if route.tags else route.name
    if "public" in visit.needs:
        return
    caller = visit.caller
    if caller is None:
        raise NotSignedIn
    for need in visit.needs:
        if scope := _scope(need, caller, request.method):
            visit.is_refused = not caller.may(scope)
            require(caller, scope)


def require(caller: Caller, scope: Scope) -> None:
    """Raises ScopeMissing unless the caller has it."""
    if caller.may(scope):
        return
    what = "This token" if caller.via == "token" else f"The role {caller.role}"
    raise ScopeMissing(
        f"{what} does not reach that far: it takes the scope {scope}.",
        hint="Make a token with it: `penstock tokens new`."
        if caller.via == "token"
        else "An administrator can give you another role.",
        details={"scope": scope},
    )


def username_of(caller: Caller) -> str | None:
    """The user who asks; None for the owner of the data directory, and while there are no users."""
    return caller.name if caller.user_id else None


def _scope(need: Need, caller: Caller, method: str) -> Scope | None:
    if need == "public":
        return None
    if need == "own":
        return "admin" if caller.via == "token" and method not in SAFE_METHODS else None
    return need


def _visit(request: Request) -> Visit:
    return visit_of(request.scope)


def _caller(request: Request) -> Caller:
    caller = visit_of(request.scope).caller
    if caller is None:
        raise NotSignedIn
    return caller


Visiting = Annotated[Visit, Depends(_visit)]
Asking = Annotated[Caller, Depends(_caller)]
