"""Server-sent events: a run's event log as it grows, and a probe's steps as they are made."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar, Final, TypeVar

import anyio
from anyio.from_thread import run_sync
from anyio.to_thread import run_sync as in_thread
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from penstock.connections.model import Connection, ProbeStep
from penstock.engine.model import ENDED
from penstock.errors import PenstockError
from penstock.server.application import Runs
from penstock.server.problems import problem_of, unexpected

MEDIA_TYPE = "text/event-stream"
_POLL = 0.1
_HEARTBEAT = 15.0
_BATCH = 500

MOST_STREAMS: Final = 200
"""At once: each asks the database ten times a second."""

T = TypeVar("T")


def wants_events(accept: str | None) -> bool:
    """Whether the caller asked for server-sent events rather than one JSON document."""
    return MEDIA_TYPE in (accept or "")


class _Stream(StreamingResponse):
    """Counted from its first byte to its last, or until nobody listens any more."""

    open: ClassVar[int] = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _Stream.open += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            _Stream.open -= 1


def response(lines: AsyncIterator[bytes]) -> StreamingResponse:
    """The events as a response that nothing on the way may keep back.

    Raises:
        HTTPException: 503, with more streams open than make sense.
    """
    if _Stream.open >= MOST_STREAMS:
        raise HTTPException(503, f"{_Stream.open} event streams are open: close some first.")
    return _Stream(
        lines,
        media_type=MEDIA_TYPE,
        headers={"X-Accel-Buffering": "no", "Cache-Control": "no-store"},
    )


def event(name: str, data: BaseModel | dict[str, Any], number: int | None = None) -> bytes:
    """One event on the wire."""
    text = data.model_dump_json() if isinstance(data, BaseModel) else json.dumps(data)
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\ndata: {text}\n\n".encode()


async def run_events(runs: Runs, run_id: str, after: int) -> AsyncIterator[bytes]:
    """`event` for each line of the log after `after`, then `end` with the run once it ended.

    The `id` of each is its number in the log, so a client that comes back with Last-Event-ID
    misses nothing and gets nothing twice.
    """
    quiet = 0.0
    while True:
        # The status is read before the log: what is read after the end is the whole log.
        run = await in_thread(runs.get, run_id)
        events = await in_thread(runs.events, run_id, after, _BATCH)
        for each in events:
            after = each.seq
            yield event("event", each, each.seq)
        if events:
            quiet = 0.0
            continue
        if run.status in ENDED:
            yield event("end", run)
            return
        await anyio.sleep(_POLL)
        quiet += _POLL
        if quiet >= _HEARTBEAT:
            quiet = 0.0
            yield b": still here\n\n"


async def probe_steps(
    verify: Callable[[Callable[[ProbeStep], None]], Connection],
) -> AsyncIterator[bytes]:
    """`step` for each step as it is made, then `connection`, or `problem` if it came to none.

    `verify` runs in a thread and goes on even if nobody listens any more.
    """
    send, receive = anyio.create_memory_object_stream[bytes](max_buffer_size=64)

    def on_step(step: ProbeStep) -> None:
        run_sync(send.send_nowait, event("step", step))

    def work() -> bytes:
        try:
            return event("connection", verify(on_step))
        except PenstockError as error:
            return event("problem", problem_of(error))
        except Exception as error:
            return event("problem", problem_of(unexpected(error)))

    async def feed() -> None:
        async with send:
            await send.send(await in_thread(work))

    async with anyio.create_task_group() as group, receive:
        group.start_soon(feed)
        async for line in receive:
            yield line
