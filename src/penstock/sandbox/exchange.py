"""HTTP requests and responses as the gate sees them: raw enough to check a signature."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote_plus, unquote_to_bytes


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request, its body read in full.

    `path` and `query` are as they came, percent-encoded; header names are in lower case, values
    trimmed, repeated headers joined by commas.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    received: datetime
    peer: str = "127.0.0.1"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query's parameters, decoded, in their order; without `=` the value is empty."""
        return [
            (unquote_plus(name), unquote_plus(value))
            for name, _, value in (part.partition("=") for part in self.query.split("&") if part)
        ]

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, decoded."""
        return dict(self.pairs)

    @property
    def decoded_path(self) -> str:
        """The path, decoded; bytes that are no UTF-8 become U+FFFD."""
        return unquote_to_bytes(self.path).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A response. `content-length`, `date` and `server` are added when it is sent.

    `length` is what a response to HEAD says of a body that is not sent.
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: int | None = None

    def with_headers(self, more: Mapping[str, str]) -> "HttpResponse":
        """The same with further headers; those there already are replaced."""
        names = {name.lower() for name in more}
        kept = {name: value for name, value in self.headers.items() if name.lower() not in names}
        return HttpResponse(self.status, {**kept, **more}, self.body, self.length)

    def header(self, name: str) -> str | None:
        """The value of a header, whatever the case of its name."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), None)


def joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by name in lower case, inner runs of blanks kept, repeated ones joined by commas."""
    found: dict[str, str] = {}
    for name, value in pairs:
        key = name.lower()
        text = value.strip()
        found[key] = f"{found[key]},{text}" if key in found else text
    return found
