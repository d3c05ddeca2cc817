"""Run one card by itself, without an engine: `run_card("s3.read_object", {...}, ...)`."""

import hashlib
import io
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Literal, TypeVar

from pydantic import BaseModel

from penstock.catalog.card import Card
from penstock.catalog.context import ConnectionHandle, RunFacts, ServiceRequest
from penstock.catalog.credentials import Credentials
from penstock.catalog.files import File
from penstock.connectors.s3 import connector
from penstock.errors import NotFound, RunCancelled, StorageFull

T = TypeVar("T")


def card(card_id: str) -> Card:
    """The S3 connector's card of that ID."""
    return connector.load().cards[card_id]


@dataclass
class FakeConnection:
    """A connection handle with credentials that a test gives it."""

    source: Callable[[], Credentials]
    account_id: str
    scope: str = "test"
    id: str = "connection-1"
    nickname: str = "test"
    partition: Literal["aws", "aws-us-gov", "aws-cn"] = "aws"
    role_arn: str | None = None
    session_policy: str | None = None
    asked: int = 0

    def credentials(self) -> Credentials:
        self.asked += 1
        return self.source()


def connection_of(
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None = None,
    *,
    account_id: str,
    scope: str | None = None,
) -> FakeConnection:
    """A handle that always gives these credentials."""
    found = Credentials(
        access_key_id, secret_access_key, session_token, datetime.now(UTC) + timedelta(hours=1)
    )
    return FakeConnection(lambda: found, account_id, scope=scope or access_key_id)


class MemoryFiles:
    """A run's files, in memory. `capacity` in bytes: what exceeds it is StorageFull."""

    def __init__(self, capacity: int | None = None) -> None:
        self.capacity = capacity
        self.kept: dict[str, bytes] = {}
        self.open_writers = 0

    def create(
        self, name: str, *, content_type: str | None = None, size: int | None = None
    ) -> "MemoryWriter":
        if size is not None and self.capacity is not None and size > self.capacity:
            raise StorageFull
        self.open_writers += 1
        return MemoryWriter(self, name, content_type)

    def open(self, file: File) -> BinaryIO:
        if file.key not in self.kept:
            raise NotFound(f"There is no file {file.key} in this run.")
        return io.BytesIO(self.kept[file.key])

    def add(self, name: str, content: bytes, content_type: str | None = None) -> File:
        """A file that is there from the start."""
        writer = self.create(name, content_type=content_type)
        writer.write(content)
        return writer.commit()


class MemoryWriter:
    """See `penstock.catalog.files.FileWriter`."""

    def __init__(self, files: MemoryFiles, name: str, content_type: str | None) -> None:
        self._files = files
        self._name = name
        self._content_type = content_type
        self._content = bytearray()
        self._over = False
        self._growing = threading.Lock()

    def write(self, chunk: bytes | memoryview) -> int:
        return self.write_at(len(self._content), chunk)

    def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
        end = offset + len(chunk)
        if self._files.capacity is not None and end > self._files.capacity:
            raise StorageFull
        with self._growing:
            if end > len(self._content):
                self._content.extend(bytes(end - len(self._content)))
            self._content[offset:end] = chunk
        return len(chunk)

    def commit(self) -> File:
        self._end()
        content = bytes(self._content)
        key = f"{len(self._files.kept) + 1}-{self._name}"
        self._files.kept[key] = content
        return File(
            key=key,
            name=self._name,
            size=len(content),
            content_type=self._content_type,
            sha256=hashlib.sha256(content).hexdigest(),
        )

    def abort(self) -> None:
        self._end()

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._files.open_writers -= 1


@dataclass
class FakeContext:
    """See `penstock.catalog.context.CardContext`."""

    connection: ConnectionHandle
    files: MemoryFiles = field(default_factory=MemoryFiles)
    run: RunFacts = field(
        default_factory=lambda: RunFacts("run-1", "test-flow", 1, datetime.now(UTC))
    )
    card_id: str = "card"
    attempt: int = 1
    cancelled: bool = False
    requests: list[ServiceRequest] = field(default_factory=list)
    progress: list[tuple[int, int | None, str]] = field(default_factory=list)
    resources: dict[type[Any], Any] = field(default_factory=dict)

    def resource(self, kind: type[T]) -> T:
        found: T = self.resources.setdefault(kind, None) or kind()
        self.resources[kind] = found
        return found

    def note_request(self, request: ServiceRequest) -> None:
        self.requests.append(request)

    def note_progress(self, done: int, total: int | None, unit: Literal["bytes", "items"]) -> None:
        self.progress.append((done, total, unit))

    def raise_if_cancelled(self) -> None:
        if self.cancelled:
            raise RunCancelled


def run_card(
    card_id: str,
    inputs: Mapping[str, Any],
    connection: ConnectionHandle,
    *,
    files: MemoryFiles | None = None,
    context: FakeContext | None = None,
    attempt: int = 1,
) -> Any:
    """A card's outputs, its inputs validated first as the engine does.

    Args:
        context: to look at requests and files afterwards, or to share clients.
    """
    ctx = context or FakeContext(connection, files or MemoryFiles())
    ctx.connection = connection
    ctx.attempt = attempt
    declared = card(card_id)
    model: BaseModel = declared.inputs.model_validate(dict(inputs))
    return declared.run(ctx, model)
