"""The socket that a server answers on."""

import asyncio
import socket

import pytest

from penstock.errors import InvalidInput
from penstock.server.listening import listen, url_of


def test_no_answer_waits_for_an_acknowledgement() -> None:
    """Nagle's algorithm would hold each answer's body back for 40 ms."""

    async def first_connection() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            connection = writer.get_extra_info("socket")
            told.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with listen("127.0.0.1", 0) as listener:
            address = listener.getsockname()
            async with await asyncio.start_server(answer, sock=listener):
                _, writer = await asyncio.open_connection(*address)
                found = await told
                writer.close()
                await writer.wait_closed()
                return found

    assert asyncio.run(first_connection()) != 0


def test_it_has_an_address() -> None:
    with listen("localhost", 0) as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_only_loopback_without_users() -> None:
    with pytest.raises(InvalidInput):
        listen("192.0.2.1", 0)
