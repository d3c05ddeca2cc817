"""Each request to S3 is signed with the card's name on it, and noted in the run's event log."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from botocore.session import Session

from penstock import __version__
from penstock.catalog.context import CardContext, ServiceRequest

_CARD: Final[ContextVar[CardContext | None]] = ContextVar("penstock_card", default=None)
_SENDING: Final = threading.local()
_KEPT: Final = "penstock"
_NOT_A_TOKEN: Final = re.compile(r"[^A-Za-z0-9!#$%&'*+.^_`|~-]")

Learn = Callable[[str, Mapping[str, Any]], None]


@contextmanager
def on_behalf_of(card: CardContext) -> Iterator[None]:
    """Requests made inside are this card's.

    A thread that makes requests for a card has to be started in a copy of the context
    (`contextvars.copy_context().run`).
    """
    token = _CARD.set(card)
    try:
        yield
    finally:
        _CARD.reset(token)


def user_agent(card: CardContext | None) -> str:
    """What the customer's CloudTrail shows: program, flow, run and card."""
    parts = [f"penstock/{__version__}"]
    if card is not None:
        named = {"flow": card.run.flow, "run": card.run.id, "card": card.card_id}
        parts += [f"{name}/{_NOT_A_TOKEN.sub('-', value)}" for name, value in named.items()]
    return " ".join(parts)


def follow_requests(session: Session, learn: Learn) -> None:
    """Watch the requests of all clients that `session` makes from now on.

    Args:
        learn: called with bucket and answer for each answer that is an error.
    """

    def name_bucket(params: Mapping[str, Any], context: dict[str, Any], **_: Any) -> None:
        context[_KEPT] = {"bucket": params.get("Bucket")}

    def begin(request: Any, **_: Any) -> None:
        ours = request.context.setdefault(_KEPT, {})
        ours |= {
            "started": time.monotonic(),
            "method": request.method,
        }

    def introduce(request: Any, **_: Any) -> None:
        # Late, because botocore writes its own after signing; it is not part of the signature.
        theirs = request.headers.get("User-Agent", "")
        if isinstance(theirs, bytes):
            theirs = theirs.decode("latin-1")
        request.headers["User-Agent"] = f"{user_agent(_CARD.get())} {theirs}".strip()
        # A request is sent and answered in one thread; this event has no context to keep it in.
        _SENDING.size = _length(request.headers.get("Content-Length"))

    def end(
        response_dict: Mapping[str, Any] | None,
        parsed_response: Mapping[str, Any] | None,
        context: Mapping[str, Any],
        event_name: str,
        **_: Any,
    ) -> None:
        ours = context.get(_KEPT, {})
        if parsed_response is not None and ours.get("bucket") and "Error" in parsed_response:
            learn(ours["bucket"], parsed_response)
        card = _CARD.get()
        if card is not None and "started" in ours:
            card.note_request(_noted(event_name, ours, response_dict, parsed_response or {}))

    handlers: dict[str, Any] = {
        "before-parameter-build.s3": name_bucket,
        "before-sign.s3": begin,
        "before-send.s3": introduce,
        "response-received.s3": end,
    }
    for event, handler in handlers.items():
        session.register(event, handler)


def _noted(
    event_name: str,
    ours: Mapping[str, Any],
    response: Mapping[str, Any] | None,
    parsed: Mapping[str, Any],
) -> ServiceRequest:
    headers: Mapping[str, str] = response["headers"] if response else {}
    about: Mapping[str, Any] = parsed.get("ResponseMetadata", {})
    return ServiceRequest(
        service="s3",
        operation=event_name.rpartition(".")[2],
        method=ours["method"],
        status=int(response["status_code"]) if response else 0,
        request_id=about.get("RequestId") or headers.get("x-amz-request-id"),
        host_id=about.get("HostId") or None,
        seconds=round(time.monotonic() - ours["started"], 6),
        bytes_sent=getattr(_SENDING, "size", 0),
        bytes_received=0 if ours["method"] == "HEAD" else _length(headers.get("content-length")),
    )


def _length(header: Any) -> int:
    try:
        return int(header)
    except (TypeError, ValueError):
        return 0
