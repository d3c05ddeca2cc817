"""`Idempotency-Key`: a request that creates something, sent again, gets the first answer again.

After the IETF draft "The Idempotency-Key HTTP Header Field": the same key with another request
is refused, and so is one whose first request is still being worked on. Answers are kept with the
data, so that a client may also repeat itself after the server was killed.
"""

import threading
from collections.abc import Callable
from typing import Annotated, Protocol

from fastapi import Header
from fastapi.responses import Response
from pydantic import BaseModel

from penstock.errors import Conflict, InvalidInput

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Any text of the caller's choice. The same request with the same key is "
        "done once; each repetition gets the first answer.",
    ),
]


class Answer(BaseModel):
    """What a request with a key was answered. `fingerprint` is the request's."""

    fingerprint: str
    status: int
    body: str
    location: str | None = None


class Answers(Protocol):
    """Keeps answers, as text, by key; forgets them after a day.

    `fingerprint` tells requests apart, and nothing of what is in them to who has not its key:
    they may hold secrets.
    """

    def fingerprint(self, text: str) -> str: ...
    def find(self, key: str) -> str | None: ...
    def keep(self, key: str, text: str) -> None: ...


_in_flight: set[str] = set()
_in_flight_lock = threading.Lock()


def once(
    answers: Answers,
    key: str | None,
    address: str,
    body: BaseModel,
    create: Callable[[], tuple[BaseModel, int, str]],
) -> Response:
    """Create, or give the answer that the same request with this key got before.

    Args:
        address: method and path, part of what makes a request the same.
        create: gives the answer's model, its status, and the address of what was made.

    Raises:
        InvalidInput: the key came with another request before.
        Conflict: the first request with this key is not answered yet.
    """
    if key is None:
        return _response(_answer("", create))
    fingerprint = answers.fingerprint(f"{address}\n{_written(body)}")
    with _in_flight_lock:
        if key in _in_flight:
            raise Conflict(
                "The first request with this Idempotency-Key is still being worked on.",
                hint="Ask again in a moment.",
                retryable=True,
            )
        _in_flight.add(key)
    try:
        kept = answers.find(key)
        known = None if kept is None else Answer.model_validate_json(kept)
        if known is not None and known.fingerprint != fingerprint:
            raise InvalidInput(
                "This Idempotency-Key came with another request before.",
                hint="Use a fresh key for each thing to create.",
            )
        if known is None:
            known = _answer(fingerprint, create)
            answers.keep(key, known.model_dump_json())
    finally:
        with _in_flight_lock:
            _in_flight.discard(key)
    return _response(known)


def _written(body: BaseModel) -> str:
    try:
        return body.model_dump_json()
    except ValueError as error:
        raise InvalidInput(
            "The request holds what JSON cannot say again: it is nested too deeply, or a text in "
            "it has half a surrogate pair.",
        ) from error


def _answer(fingerprint: str, create: Callable[[], tuple[BaseModel, int, str]]) -> Answer:
    model, status, location = create()
    return Answer(
        fingerprint=fingerprint, status=status, body=model.model_dump_json(), location=location
    )


def _response(answer: Answer) -> Response:
    headers = {"Location": answer.location} if answer.location else None
    return Response(
        answer.body, status_code=answer.status, headers=headers, media_type="application/json"
    )
