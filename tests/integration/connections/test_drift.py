"""A role that becomes unsafe stops runs at once, those under way at their next card."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from penstock.catalog.card import Card
from penstock.connections.broker import CredentialBroker
from penstock.connections.service import ConnectionService
from penstock.connections.sts import BotocoreSts
from penstock.engine.durable import DbosEngine
from penstock.engine.runs import RunService
from penstock.engine.uploads import UploadService
from penstock.errors import ConnectionUnsafe
from penstock.flows.document import FlowDocument
from penstock.sandbox.info import SandboxInfo
from penstock.store.connections import Connections
from penstock.store.database import engine_database, open_database
from penstock.store.events import Events
from penstock.store.files import RunFileStore
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.uploads import UploadFolder
from tests import accounts
from tests.cards import card
from tests.integration.engine.toys import close_gate, toy
from tests.unit.connections.memory import MemoryUsage


class Catalog:
    """The S3 cards, and a card that waits for the test."""

    def card(self, card_id: str) -> Card:
        return toy.cards[card_id] if card_id.startswith("toy.") else card(card_id)


class Clock:
    """The time, which a test may put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class House:
    """Connections and runs, with the sandbox's STS."""

    connections: ConnectionService
    runs: RunService
    clock: Clock


@pytest.fixture
def house(platform_environment: SandboxInfo, tmp_path: Path) -> Iterator[House]:
    database = open_database(tmp_path / "data")
    kept, sts, clock = Connections(database), BotocoreSts(), Clock()
    broker = CredentialBroker(kept, sts)
    runs = RunService(
        runs=Runs(database, Sealer.of_directory(tmp_path / "data")),
        events=Events(database),
        files=RunFileStore(tmp_path / "data" / "files"),
        uploads=UploadService(UploadFolder(tmp_path / "data" / "uploads")),
        durable=DbosEngine(engine_database(tmp_path / "data"), executor_id="test"),
        cards=Catalog(),
        connections=kept,
        broker=broker,
    )
    runs.launch()
    service = ConnectionService(kept, MemoryUsage(), sts, forget=broker.forget, clock=clock)
    yield House(service, runs, clock)
    runs.close(grace=5.0)
    sts.close()
    database.close()


def test_a_run_under_way_fails_at_its_next_card(house: House, sandbox: SandboxInfo) -> None:
    owner = accounts.Customer(sandbox)
    bucket = owner.make_bucket()
    owner.put_object(bucket, "k", b"x")
    draft = house.connections.draft("acme")
    trust = json.loads(house.connections.trust_policy("acme"))
    role = owner.make_role(trust, [accounts.allow("s3:*")])
    assert house.connections.verify(draft.id, role_arn=role, wait=0).status == "verified"
    read = {
        "card": "s3.read_object",
        "connection": "acme",
        "inputs": {"bucket": bucket, "key": "k"},
    }
    document = FlowDocument.model_validate(
        {
            "flow": "look",
            "cards": [
                {"id": "before", **read},
                {"id": "wait", "card": "toy.gate", "inputs": {"name": "drift"}},
                {"id": "after", **read},
            ],
        }
    )
    entered, opened = close_gate("drift")
    run = house.runs.start(document, inputs={})
    assert entered.wait(20)

    # The role's owner drops the condition; nobody tells Penstock. A day later it is looked at.
    owner.retrust(role, accounts.trust(sandbox.platform.arn))
    house.clock.ahead = timedelta(days=1)
    assert [one.status for one in house.connections.reverify_due(wait=0)] == ["unsafe"]
    opened.set()

    ended = house.runs.wait(run.id, 20)
    before, _, after = house.runs.card_runs(run.id)
    assert (before.status, after.status, ended.status) == ("succeeded", "failed", "failed")
    assert ended.error is not None
    assert (ended.error["code"], ended.error["where"]["card"]) == ("connection_unsafe", "after")
    assert after.attempts == 1
    assert not after.requests
    with pytest.raises(ConnectionUnsafe):
        house.runs.start(document, inputs={})
    found = house.connections.get("acme")
    assert found.probe is not None
    assert (found.probe.status, found.verified_at is not None) == ("unsafe", True)
