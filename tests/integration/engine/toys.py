"""Toy cards that write to a local journal, and a run service with nothing but them."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from penstock.catalog.card import Card, CardModel, CardOutputs, Connector, Ui
from penstock.catalog.context import CardContext, ConnectionHandle, ServiceRequest
from penstock.catalog.files import File
from penstock.catalog.partial import Partial
from penstock.engine.durable import DbosEngine
from penstock.engine.runs import RunService
from penstock.engine.uploads import UploadService
from penstock.errors import NotFound, ServiceFault
from penstock.flows.document import FlowDocument
from penstock.iam.permission import Permission
from penstock.store.connections import Connections
from penstock.store.database import Database, engine_database, open_database, open_url, url_engine
from penstock.store.events import Events
from penstock.store.files import RunFileStore
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.uploads import UploadFolder

toy = Connector(id="toy", title="Toy", summary="Cards for tests.")


@dataclass
class Switches:
    """What tests in the same process turn: how often a card fails, and where it waits."""

    failures: dict[str, int] = field(default_factory=dict)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    entered: dict[str, threading.Event] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)


switches = Switches()


def journal(line: Mapping[str, Any]) -> None:
    """Append a line, atomically, to the file that TOY_JOURNAL names."""
    if path := os.environ.get("TOY_JOURNAL"):
        with Path(path).open("ab", buffering=0) as file:
            file.write(json.dumps(dict(line)).encode() + b"\n")


class TextIn(CardModel):
    text: str


class TextOut(CardOutputs):
    text: str
    length: int = 0


@toy.card("join", title="Join", effect="pure", needs_connection=False)
def join(ctx: CardContext, inputs: TextIn) -> TextOut:
    """Say a text, with the run's time."""
    switches.calls["join"] = switches.calls.get("join", 0) + 1
    return TextOut(text=f"{inputs.text} {ctx.run.started_at.isoformat()}", length=len(inputs.text))


class ReadIn(CardModel):
    size: int = Field(default=1, ge=0)


@toy.card("read", title="Read", effect="read", needs_connection=False)
def read(ctx: CardContext, inputs: ReadIn) -> TextOut:
    """Read a text of some size; never the same."""
    journal({"card": ctx.card_id, "event": "read"})
    token = os.urandom(4).hex()
    return TextOut(text=token + "x" * max(0, inputs.size - 8), length=inputs.size)


class WriteIn(CardModel):
    text: str
    milliseconds: int = 0
    password: Annotated[str | None, Ui(widget="secret")] = None


@toy.card("write", title="Write", effect="write", needs_connection=False)
def write(ctx: CardContext, inputs: WriteIn) -> TextOut:
    """Write a line to the journal."""
    journal({"card": ctx.card_id, "event": "begin", "run": ctx.run.id})
    wait(ctx, inputs.milliseconds)
    ctx.note_request(
        ServiceRequest("toy", "Write", "PUT", 200, f"request-{ctx.card_id}", None, 0.001)
    )
    journal({"card": ctx.card_id, "event": "end", "run": ctx.run.id, "text": inputs.text})
    return TextOut(text=inputs.text, length=len(inputs.text))


class NameIn(CardModel):
    name: str
    retryable: bool = True


@toy.card("flaky", title="Flaky", effect="write", needs_connection=False)
def flaky(ctx: CardContext, inputs: NameIn) -> TextOut:
    """Fail as often as the test says."""
    switches.calls[inputs.name] = switches.calls.get(inputs.name, 0) + 1
    if switches.failures.get(inputs.name, 0) > 0:
        switches.failures[inputs.name] -= 1
        raise ServiceFault("Slow down.", retryable=inputs.retryable, hint="Wait.")
    return TextOut(text=inputs.name, length=ctx.attempt)


@toy.card("gate", title="Gate", effect="write", needs_connection=False)
def gate(ctx: CardContext, inputs: NameIn) -> TextOut:
    """Wait until the test opens, or until cancelled."""
    switches.entered[inputs.name].set()
    while not switches.gates[inputs.name].wait(0.01):
        ctx.raise_if_cancelled()
    return TextOut(text=inputs.name)


@toy.card("broken", title="Broken", effect="write", needs_connection=False)
def broken(ctx: CardContext, inputs: TextIn) -> TextOut:
    """Have a defect."""
    raise KeyError(inputs.text)


class FileOut(CardOutputs):
    file: File


@toy.card("save", title="Save", effect="write", needs_connection=False)
def save(ctx: CardContext, inputs: TextIn) -> FileOut:
    """Put a text into a file of the run."""
    writer = ctx.files.create("said.txt", content_type="text/plain")
    writer.write(inputs.text.encode())
    return FileOut(file=writer.commit())


class FileIn(CardModel):
    file: File


@toy.card("load", title="Load", effect="read", needs_connection=False)
def load(ctx: CardContext, inputs: FileIn) -> TextOut:
    """Read a file of the run."""
    with ctx.files.open(inputs.file) as opened:
        return TextOut(text=opened.read().decode())


class PutIn(CardModel):
    bucket: str
    key: str


def _put_permissions(inputs: Partial) -> Iterator[Permission]:
    yield Permission("s3:PutObject", f"arn:aws:s3:::{inputs.text('bucket')}/{inputs.text('key')}")


@toy.card("put", title="Put", effect="write", permissions=_put_permissions)
def put(ctx: CardContext, inputs: PutIn) -> TextOut:
    """Use the connection."""
    return TextOut(text=f"{ctx.connection.account_id} {inputs.bucket}/{inputs.key}")


def wait(ctx: CardContext, milliseconds: int) -> None:
    until = time.monotonic() + milliseconds / 1000
    while time.monotonic() < until:
        ctx.raise_if_cancelled()
        time.sleep(0.001)


class Catalog:
    def card(self, card_id: str) -> Card:
        try:
            return toy.cards[card_id]
        except KeyError:
            raise NotFound(f"There is no card {card_id}.") from None


@dataclass
class Opened:
    reference: str
    session_policy: str | None
    session_name: str


class FakeBroker:
    """Gives a handle and remembers what was asked."""

    def __init__(self) -> None:
        self.opened: list[Opened] = []

    def open(
        self, reference: str, /, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle:
        self.opened.append(Opened(reference, session_policy, session_name))
        return _Handle(reference)


class _Handle:
    partition: Literal["aws"] = "aws"
    scope = "scope"
    account_id = "123456789012"
    role_arn = None
    session_policy = None

    def __init__(self, reference: str) -> None:
        self.id = reference
        self.nickname = reference

    def credentials(self) -> Any:
        raise AssertionError("toys need no credentials")


@dataclass
class Bench:
    """A run service on a data directory, and its parts."""

    service: RunService
    database: Database
    broker: FakeBroker
    durable: DbosEngine
    files: RunFileStore
    uploads: UploadService
    runs: Runs

    def run(self, document: FlowDocument, timeout: float = 30.0, **inputs: Any) -> Any:
        started = self.service.start(document, inputs=inputs)
        return self.service.wait(started.id, timeout)


@contextmanager
def open_bench(
    data: Path,
    *,
    url: str | None = None,
    concurrency: int = 8,
    launch: bool = True,
    may_start: Callable[[str], None] = lambda _: None,
) -> Iterator[Bench]:
    """The service on `data`, launched, closed at the end; with PostgreSQL, if a URL is given."""
    data.mkdir(parents=True, exist_ok=True)
    database = open_url(url) if url else open_database(data)
    broker = FakeBroker()
    files = RunFileStore(data / "files")
    uploads = UploadService(UploadFolder(data / "uploads"))
    own = Database(url_engine(url)) if url else engine_database(data)
    durable = DbosEngine(own, executor_id="test", concurrency=concurrency)
    runs = Runs(database, Sealer.of_directory(data))
    service = RunService(
        runs=runs,
        events=Events(database),
        files=files,
        uploads=uploads,
        durable=durable,
        cards=Catalog(),
        connections=Connections(database),
        broker=broker,
        may_start=may_start,
    )
    try:
        if launch:
            service.launch()
        yield Bench(service, database, broker, durable, files, uploads, runs)
    finally:
        service.close(grace=5.0)
        database.close()


def flow(*cards: dict[str, Any], **more: Any) -> FlowDocument:
    """A document of these cards; its name is `toys` unless `more` says otherwise."""
    return FlowDocument.model_validate({"flow": "toys", "cards": list(cards), **more})


def use(card_id: str, card: str, **more: Any) -> dict[str, Any]:
    """A card of a flow; what is no field of a card's use is an input."""
    fields: dict[str, Any] = {
        name: more.pop(name) for name in ("connection", "on_error") if name in more
    }
    return {"id": card_id, "card": f"toy.{card}", "inputs": more, **fields}


def close_gate(name: str) -> tuple[threading.Event, threading.Event]:
    """A gate for the `gate` card of that name: what says that it waits, and what opens it."""
    switches.gates[name] = threading.Event()
    switches.entered[name] = threading.Event()
    return switches.entered[name], switches.gates[name]


def kinds(bench: Bench, run_id: str) -> list[str]:
    """The types of a run's events, in order."""
    return [event.type for event in bench.service.events(run_id, limit=10_000)]
