"""Problem documents: every error of the API, as RFC 9457 says it.

`type`, `title`, `status` and `detail` are the RFC's; `code`, `hint`, `where`, `problems`, `aws`
and `details` are ours, from `penstock.errors`. `code` is stable, so clients branch on that.
"""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from penstock.errors import InternalFault, InvalidInput, PenstockError, Problem, Where

MEDIA_TYPE = "application/problem+json"

TOO_LARGE = "The body is too large: contents belong in S3, or are uploaded for a run."

_CODES = {
    400: "malformed_request",
    401: "token_required",
    403: "refused",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    421: "wrong_host",
    503: "too_many_streams",
}

log = logging.getLogger(__name__)


def problem(
    status: int, detail: str, *, code: str | None = None, hint: str | None = None, **more: Any
) -> dict[str, Any]:
    """A problem document for what is no `PenstockError`."""
    found: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code or _CODES.get(status, "http_error"),
    }
    if hint:
        found["hint"] = hint
    return found | {name: value for name, value in more.items() if value}


def problem_of(error: PenstockError) -> dict[str, Any]:
    """The problem document that says `error`."""
    said = error.as_dict()
    return {
        "type": f"urn:penstock:problem:{error.code}",
        "title": (type(error).__doc__ or "").splitlines()[0],
        "status": error.status,
        "detail": said.pop("message"),
        **said,
    }


def response(document: dict[str, Any], headers: dict[str, str] | None = None) -> JSONResponse:
    """The document as a response."""
    return JSONResponse(
        document, status_code=document["status"], headers=headers, media_type=MEDIA_TYPE
    )


def unexpected(error: Exception) -> PenstockError:
    """What is said of an exception that nobody foresaw: that it happened, not what was in it.

    Its text may hold what must not leave the process, so it goes to the log only.
    """
    log.error("unexpected %s", type(error).__name__, exc_info=error)
    return InternalFault(
        f"Something unexpected happened ({type(error).__name__}).",
        hint="Again with --debug to see where; please report it.",
    )


def install(app: FastAPI) -> None:
    """Let every error of `app` leave as a problem document."""
    app.add_exception_handler(PenstockError, _penstock)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)


async def _penstock(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PenstockError)
    headers = {"Retry-After": "1"} if error.retryable and error.status == 503 else None
    if error.status == 429:
        headers = {"Retry-After": str(error.details.get("retry_after", 1))}
    if error.status == 401:
        headers = {"WWW-Authenticate": "Bearer"}
    return response(problem_of(error), headers)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    details = {
        404: "There is nothing at this address.",
        405: "This address does not take that method.",
    }
    detail = details.get(error.status_code, error.detail)
    return response(
        problem(error.status_code, detail), dict(error.headers) if error.headers else None
    )


async def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(each["type"] == "json_invalid" for each in found):
        reason = found[0].get("ctx", {}).get("error", "")
        return response(
            problem(400, f"The body is not JSON: {reason}.", hint="Send a JSON object.")
        )
    return response(problem_of(_invalid(found)))


def _invalid(found: Any) -> InvalidInput:
    problems = tuple(_problem_of_field(each) for each in found)
    return InvalidInput("The request is not as this address needs it.", problems=problems)


def _problem_of_field(each: dict[str, Any]) -> Problem:
    # `input` and `ctx` of pydantic's errors repeat what was sent, so they are left out.
    place, *path = each["loc"]
    field = ".".join(str(part) for part in path)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
    hints = {
        "extra_forbidden": "Leave it out.",
        "missing": "It is required.",
    }
    return Problem(
        pointer=pointer if place == "body" else "",
        code=str(each["type"]),
        message=f"{field or 'body'}: {each['msg']}",
        hint=hints.get(each["type"]),
        where=Where(field=field or None),
    )
