"""What a route is given: the application, and the caller's wish for an event stream."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request

from penstock.server.application import Application
from penstock.server.problems import MEDIA_TYPE


def _application(request: Request) -> Application:
    application = request.app.state.application
    assert isinstance(application, Application)
    return application


Served = Annotated[Application, Depends(_application)]
Accept = Annotated[str | None, Header(include_in_schema=False)]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: the statuses with which a route may answer with a problem document."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}}
    descriptions = {
        401: "It is not known who asks.",
        403: "Refused: by Penstock (`scope_missing`), or by AWS.",
        404: "Nothing of that name.",
        409: "What exists stands in the way.",
        413: "More than is taken.",
        422: "What was sent cannot be used as it is.",
        429: "Too many attempts: `Retry-After` says for how long.",
        502: "AWS, or the way there, failed.",
        507: "There is no room left on the server's disk.",
    }
    return {
        status: {"description": descriptions[status], "content": content}
        for status in sorted({401, 403, 422, *statuses})
    }
