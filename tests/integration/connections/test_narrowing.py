"""A session can do what its flow declares and nothing else, however broad the role is."""

import json
from collections.abc import Callable

import pytest

from penstock.catalog.context import ConnectionHandle
from penstock.connections.session_name import flow_session_name
from penstock.engine.narrowing import narrow, needs_by_connection
from penstock.engine.plan import make_plan
from penstock.errors import AccessDenied
from penstock.flows.reading import read_flow
from penstock.sandbox.info import SandboxInfo
from tests import accounts
from tests.cards import FakeContext, card, run_card
from tests.integration.connections.conftest import House

READS_LOGS = """
flow: read-logs
start:
  inputs:
    name: {}
cards:
  - id: read
    card: s3.read_object
    connection: archive
    inputs: {bucket: BUCKET, key: "logs/{{ start.name }}"}
"""

Open = Callable[[str], ConnectionHandle]


class Catalog:
    card = staticmethod(card)


@pytest.fixture
def bucket(sandbox: SandboxInfo) -> str:
    owner = accounts.Customer(sandbox)
    name = owner.make_bucket()
    for key in ("logs/monday", "secrets/key"):
        owner.put_object(name, key, b"x")
    return name


@pytest.fixture
def connected(house: House, sandbox: SandboxInfo) -> House:
    """A connection `archive` whose role may do anything in S3."""
    draft = house.service.draft("archive")
    trust = json.loads(house.service.trust_policy("archive"))
    role = accounts.Customer(sandbox).make_role(trust, [accounts.allow("s3:*")])
    assert house.verify(draft, role).status == "verified"
    return house


def session_of(house: House, flow: str, *, narrowed: bool) -> ConnectionHandle:
    """As the engine opens it for a run of the flow."""
    document = read_flow(flow).document
    needs = needs_by_connection(make_plan(document, Catalog()))["archive"]
    policy = narrow(needs, "aws").text if narrowed else None
    return house.broker.open(
        "archive", session_policy=policy, session_name=flow_session_name(document.flow)
    )


def test_a_flow_that_reads_logs_cannot_read_secrets(connected: House, bucket: str) -> None:
    session = session_of(connected, READS_LOGS.replace("BUCKET", bucket), narrowed=True)
    context = FakeContext(session)
    assert run_card(
        "s3.read_object", {"bucket": bucket, "key": "logs/monday"}, session, context=context
    ).content_length
    for card_id, inputs in (
        ("s3.read_object", {"bucket": bucket, "key": "secrets/key"}),
        ("s3.download_object", {"bucket": bucket, "key": "secrets/key"}),
        ("s3.upload_object", {"bucket": bucket, "key": "logs/monday", "text": "forged"}),
        ("s3.search_buckets", {}),
    ):
        with pytest.raises(AccessDenied):
            run_card(card_id, inputs, session, context=context)


def test_switched_off_the_session_is_as_broad_as_the_role(connected: House, bucket: str) -> None:
    session = session_of(connected, READS_LOGS.replace("BUCKET", bucket), narrowed=False)
    secret = {"bucket": bucket, "key": "secrets/key"}
    assert run_card("s3.read_object", secret, session).content_length == 1


def test_the_switch(connected: House) -> None:
    assert connected.service.get("archive").narrowing
    assert not connected.service.narrow("archive", False).narrowing
    assert not connected.service.get("archive").narrowing
    assert connected.service.narrow("archive", True).narrowing
