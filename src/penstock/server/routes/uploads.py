"""`/uploads`: files for runs that are going to be started."""

from asyncio import CancelledError
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Final

from anyio.to_thread import run_sync as in_thread
from fastapi import APIRouter, Query, Request
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from penstock.engine.model import Upload
from penstock.engine.uploads import LONGEST_NAME
from penstock.errors import InvalidInput, Where
from penstock.server.authority import Visiting, needs
from penstock.server.dependencies import Served, problems

router = APIRouter(prefix="/uploads", tags=["uploads"])

_BLOCK: Final = 1 << 20
"""Bytes to hold before they are written: servers give a few KiB at a time."""
_LONGEST_MEDIA_TYPE: Final = 255
_BODY: Final = {
    "requestBody": {
        "description": "The file's bytes, as they are. `Content-Type` says of which media type "
        "they are.",
        "required": True,
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post(
    "",
    summary="Upload a file for a run",
    status_code=201,
    responses=problems(413, 507),
    openapi_extra=_BODY,
)
@needs("run")
async def upload(
    request: Request,
    served: Served,
    visit: Visiting,
    name: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST_NAME,
            description="The file's name: text that mappings see, and never a path.",
        ),
    ],
) -> Upload:
    """The body is the file. An input of type file then takes `{"upload": id}`, as often as wanted
    until `expires_at`; a run has its files for itself.

    Given again, a file is another upload, which nobody misses: there is no `Idempotency-Key`.
    """
    announced = request.headers.get("content-length", "")
    incoming = await in_thread(
        partial(
            served.uploads.begin,
            name,
            content_type=_media_type(request),
            size=int(announced) if announced.isdecimal() else None,
        )
    )
    try:
        async for block in _blocks(request):
            await in_thread(incoming.write, block)
        made = await in_thread(incoming.commit)
    except (ClientDisconnect, CancelledError):
        # Often nobody hears this but the audit log. Cancelled is what a server that stops has not
        # waited for any longer.
        raise HTTPException(
            400, "The connection broke, or the server stopped, before the file was whole."
        ) from None
    finally:
        incoming.abort()
    visit.detail |= {"name": made.name, "size": made.size, "sha256": made.sha256}
    return made


async def _blocks(request: Request) -> AsyncIterator[bytes]:
    """The body, in pieces that are worth a thread's while."""
    held = bytearray()
    async for chunk in request.stream():
        held += chunk
        if len(held) >= _BLOCK:
            yield bytes(held)
            held.clear()
    yield bytes(held)


def _media_type(request: Request) -> str | None:
    given = request.headers.get("content-type", "").strip()
    if len(given) > _LONGEST_MEDIA_TYPE or not (given.isascii() and given.isprintable()):
        raise InvalidInput(
            "This Content-Type is no media type.",
            hint="Such as application/pdf; left out, nothing is said of it.",
            where=Where(field="Content-Type"),
        )
    return given or None
