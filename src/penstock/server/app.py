"""The ASGI application: routes, problem documents, gate."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import run_sync as in_thread
from fastapi import Depends, FastAPI
from fastapi.routing import APIRoute
from starlette.types import Lifespan

from penstock import __version__
from penstock.server import problems, web
from penstock.server.application import Application
from penstock.server.authority import Need, authorize, needs_of
from penstock.server.gate import Gate
from penstock.server.routes import (
    audit,
    cards,
    connections,
    excerpts,
    flow_map,
    flows,
    health,
    iam,
    policies,
    preflight,
    runs,
    schema,
    session,
    settings,
    tokens,
    uploads,
    users,
)

PREFIX = "/api/v1"
NOUNS = (
    health,
    session,
    connections,
    flows,
    excerpts,
    flow_map,
    preflight,
    uploads,
    runs,
    cards,
    policies,
    iam,
    schema,
    users,
    tokens,
    audit,
    settings,
)
"""The modules of the API's addresses, in the order of its description."""

_PROBLEM_DOCUMENT: dict[str, Any] = {
    "type": "object",
    "description": "An error, as RFC 9457 says it. Branch on `code`: it is stable.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened."},
        "code": {"type": "string"},
        "hint": {"type": "string", "description": "What to do about it."},
        "retryable": {"type": "boolean"},
        "where": {
            "type": "object",
            "description": "`flow`, `card`, `field`, `line`, `column`, as far as known.",
        },
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/FoundProblem"}},
        "aws": {"type": "object", "description": "AWS's code, message, status and request id."},
        "details": {"type": "object"},
    },
}


def create_app(application: Application) -> FastAPI:
    """The API over an application, which is closed when the app's lifespan ends."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await in_thread(application.close)

    app = api(lifespan)
    app.state.application = application
    app.add_middleware(Gate, application=application)
    return app


def api(lifespan: Lifespan[FastAPI] | None = None) -> FastAPI:
    """The addresses and their description, without an application behind them."""
    app = FastAPI(
        title="Penstock",
        version=__version__,
        description="Flow automation for Amazon S3, with connections that hold no keys.",
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        lifespan=lifespan,
    )
    problems.install(app)
    for noun in NOUNS:
        app.include_router(noun.router, prefix=PREFIX, dependencies=[Depends(authorize)])
    app.include_router(web.router())
    _describe(app)
    return app


def declared() -> Iterator[tuple[str, str, tuple[Need, ...]]]:
    """Each address of the API with its method (in lower case) and what it declares to need."""
    for noun in NOUNS:
        for route in noun.router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    yield PREFIX + route.path_format, method.lower(), needs_of(route.endpoint)


def _operation_id(route: APIRoute) -> str:
    return f"{route.tags[0]}_{route.name}" if route.tags else route.name


def _describe(app: FastAPI) -> None:
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        document = generate()
        schemas = document["components"]["schemas"]
        schemas["ProblemDocument"] = _PROBLEM_DOCUMENT
        for path, method, need in declared():
            document["paths"][path][method]["x-needs"] = list(need)
        # FastAPI's own error shape, which no answer has here.
        schemas.pop("HTTPValidationError", None)
        schemas.pop("ValidationError", None)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI documents this assignment
