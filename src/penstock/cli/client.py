"""The client of the HTTP API: what it answers as values, its problems as exceptions."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from penstock.cli.failures import ApiProblem
from penstock.errors import ServiceFault

PREFIX = "/api/v1"

_UPLOADING = httpx.Timeout(10.0, read=None, write=60.0)
"""A disk may take its time with a piece of a file."""


class Client:
    """A client of one server, over the network or in this process."""

    def __init__(self, http: httpx.Client, *, is_remote: bool) -> None:
        self._http = http
        self.is_remote = is_remote

    def address_of(self, path: str) -> str:
        """A relative address of the server's as one to open in a browser, as far as known."""
        base = str(self._http.base_url).rstrip("/") if self.is_remote else ""
        return base + path

    def get(self, *path: str, **parameters: Any) -> Any:
        """The document at an address; parameters that are None are left out."""
        return self._answer(self._send("GET", path, params=_given(parameters))).json()

    def text(self, *path: str, **parameters: Any) -> str:
        """What is at an address, as text."""
        return self._answer(self._send("GET", path, params=_given(parameters))).text

    def post(self, *path: str, body: Any, key: str | None = None) -> Any:
        """What a request that does or creates something is answered."""
        headers = {"Idempotency-Key": key} if key else None
        return self._answer(self._send("POST", path, json=body, headers=headers)).json()

    def put(self, *path: str, body: Any) -> Any:
        """The thing as it is now."""
        return self._answer(self._send("PUT", path, json=body)).json()

    def patch(self, *path: str, body: Any) -> Any:
        """The thing as it is after the change."""
        return self._answer(self._send("PATCH", path, json=body)).json()

    def delete(self, *path: str, **parameters: Any) -> Any:
        """What is said of the deletion, or None."""
        response = self._answer(self._send("DELETE", path, params=_given(parameters)))
        return response.json() if response.content else None

    def items(self, *path: str, **parameters: Any) -> Iterator[Any]:
        """The items of a list, page after page."""
        cursor = None
        while True:
            page = self.get(*path, cursor=cursor, **parameters)
            yield from page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def events(
        self, method: str, *path: str, body: Any = None, **parameters: Any
    ) -> Iterator[tuple[str, Any]]:
        """Server-sent events as they come: their names and data.

        A `problem` event ends it as `ApiProblem`.
        """
        headers = {"Accept": "text/event-stream"}
        with (
            self._reaching(),
            self._http.stream(
                method, _path(path), json=body, params=_given(parameters), headers=headers
            ) as response,
        ):
            if response.is_error:
                response.read()
            self._answer(response)
            yield from _events(response.iter_lines())

    def download(self, target: Path, *path: str) -> int:
        """The bytes at an address into a file, which exists only once it is whole."""
        partial = target.with_name(f".{target.name}.part")
        with self._reaching(), self._http.stream("GET", _path(path)) as response:
            if response.is_error:
                response.read()
            self._answer(response)
            size = 0
            try:
                with partial.open("wb") as file:
                    for chunk in response.iter_bytes():
                        size += file.write(chunk)
                partial.replace(target)
            finally:
                partial.unlink(missing_ok=True)
        return size

    def upload(
        self, chunks: Iterator[bytes], *, name: str, size: int | None, media_type: str | None
    ) -> Any:
        """The upload that the bytes become; they are sent as they come."""
        length = None if size is None else str(size)
        headers = _given({"Content-Type": media_type, "Content-Length": length})
        return self._answer(
            self._send(
                "POST",
                ("uploads",),
                params={"name": name},
                content=chunks,
                headers=headers,
                timeout=_UPLOADING,
            )
        ).json()

    def _send(self, method: str, path: tuple[str, ...], **request: Any) -> httpx.Response:
        with self._reaching():
            return self._http.request(method, _path(path), **request)

    def _reaching(self) -> "_Reaching":
        return _Reaching(str(self._http.base_url))

    @staticmethod
    def _answer(response: httpx.Response) -> httpx.Response:
        if not response.is_error:
            return response
        try:
            document = response.json()
        except ValueError:
            document = {}
        if isinstance(document, dict) and {"detail", "code"} <= document.keys():
            raise ApiProblem(document)
        raise ServiceFault(
            f"The server answered {response.status_code}, not in Penstock's way.",
            hint="Does --server name a Penstock server?",
        )


class _Reaching:
    """Says of a server that cannot be reached, that it cannot be reached."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, httpx.TransportError):
            raise ServiceFault(
                f"The server at {self._address} cannot be reached, or went away.",
                hint="Is it running? `penstock up` starts it; what it was doing goes on then.",
                retryable=True,
            ) from error
        if isinstance(error, httpx.InvalidURL):
            raise ServiceFault(f"{self._address} is no address of a server.") from error


def _path(path: tuple[str, ...]) -> str:
    return PREFIX + "".join(f"/{quote(part, safe='')}" for part in path)


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parameters.items() if value is not None}


def _events(lines: Iterator[str]) -> Iterator[tuple[str, Any]]:
    name, data = "message", ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data += line.removeprefix("data: ")
        elif not line and data:
            said = json.loads(data)
            if name == "problem":
                raise ApiProblem(said)
            yield name, said
            name, data = "message", ""
