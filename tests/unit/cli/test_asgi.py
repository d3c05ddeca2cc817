"""The transport to an application in this process."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from penstock.cli.asgi import Transport


class Told:
    """What the application noticed."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.go_on = threading.Event()
        self.left = threading.Event()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def app(told: Told) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        told.events.append("up")
        try:
            yield
        finally:
            told.events.append("down")

    made = FastAPI(lifespan=lifespan)

    @made.post("/echo")
    async def echo(request: Request, mark: str) -> dict[str, str]:
        return {"body": (await request.body()).decode(), "mark": mark, "path": request.url.path}

    @made.get("/stream")
    async def stream() -> StreamingResponse:
        async def chunks() -> AsyncIterator[bytes]:
            try:
                yield b"first\n"
                await anyio.to_thread.run_sync(told.go_on.wait, abandon_on_cancel=True)
                yield b"second\n"
            finally:
                told.left.set()

        return StreamingResponse(chunks())

    @made.get("/broken")
    async def broken() -> None:
        raise RuntimeError("broken")

    return made


@pytest.fixture
def http(app: FastAPI) -> Iterator[httpx.Client]:
    with (
        Transport(app) as transport,
        httpx.Client(base_url="http://localhost", transport=transport) as client,
    ):
        yield client


def test_a_request_and_its_answer(http: httpx.Client) -> None:
    answer = http.post("/echo?mark=%C3%A4", content=b"hello")
    assert answer.json() == {"body": "hello", "mark": "ä", "path": "/echo"}


def test_an_answer_comes_as_it_is_made(http: httpx.Client, told: Told) -> None:
    with http.stream("GET", "/stream") as answer:
        lines = answer.iter_lines()
        assert next(lines) == "first"
        told.go_on.set()
        assert next(lines) == "second"


def test_leaving_early_is_noticed(http: httpx.Client, told: Told) -> None:
    with http.stream("GET", "/stream") as answer:
        assert next(answer.iter_lines()) == "first"
    assert told.left.wait(10)
    told.go_on.set()


def test_a_broken_address_leaves_the_others(http: httpx.Client) -> None:
    assert http.get("/broken").status_code == 500
    assert http.post("/echo?mark=m").status_code == 200


def test_it_goes_down_whatever_happened(app: FastAPI, told: Told) -> None:
    with pytest.raises(ZeroDivisionError), Transport(app):
        told.events.append(str(1 / 0))
    assert told.events == ["up", "down"]


def test_a_body_is_sent_as_it_comes(http: httpx.Client) -> None:
    answer = http.post("/echo?mark=a", content=iter([b"one ", b"", b"two"]))
    assert answer.json()["body"] == "one two"


def test_a_body_that_breaks_off_is_its_senders_error(http: httpx.Client) -> None:
    def broken() -> Iterator[bytes]:
        yield b"one"
        raise ValueError("gone")

    with pytest.raises(ValueError, match="gone"):
        http.post("/echo?mark=a", content=broken())
