"""Runs and their connections: narrowed sessions, and connections that change on the way."""

import json
from datetime import UTC, datetime

import pytest

from penstock.connections.model import Connection
from penstock.errors import ConnectionNotVerified, ConnectionUnsafe, NotFound
from penstock.store.connections import Connections
from tests.integration.engine.toys import Bench, Switches, close_gate, flow, use


def connect(bench: Bench, nickname: str, **changes: object) -> Connection:
    now = datetime.now(UTC)
    made = Connection.model_validate(
        {
            "id": f"id-of-{nickname}",
            "nickname": nickname,
            "external_id": f"external-{nickname}",
            "status": "verified",
            "created_at": now,
            "updated_at": now,
            "role_arn": "arn:aws:iam::123456789012:role/r",
            "account_id": "123456789012",
            "partition": "aws",
            "verified_at": now,
            **changes,
        }
    )
    Connections(bench.database).add(made)
    return made


def test_all_runs_of_a_flow_have_one_session_policy_from_its_literals(bench: Bench) -> None:
    connect(bench, "narrow")
    document = flow(
        use("a", "put", bucket="fixed", key="{{ start.key }}", connection="narrow"),
        use("b", "put", bucket="fixed", key="other", connection="narrow"),
        start={"inputs": {"key": {}}},
    )
    for key in ("one", "two"):
        assert bench.run(document, key=key).status == "succeeded"
    first, second = bench.broker.opened
    assert first == second
    assert first.reference == "id-of-narrow"
    assert first.session_name == "penstock-toys"
    assert first.session_policy is not None
    policy = json.loads(first.session_policy)
    assert policy["Statement"][0]["Action"] in ("s3:PutObject", ["s3:PutObject"])
    assert "arn:aws:s3:::fixed/" in first.session_policy


def test_what_was_made_broader_is_in_the_log(bench: Bench) -> None:
    connect(bench, "broad")
    cards = [
        use(f"p{index}", "put", bucket=f"bucket-{index:03}", key="k" * 40, connection="broad")
        for index in range(60)
    ]
    run = bench.run(flow(*cards))
    assert run.status == "succeeded"
    [opened] = bench.broker.opened
    assert opened.session_policy is not None
    assert len(opened.session_policy) <= 2048
    [event] = [
        event
        for event in bench.service.events(run.id, limit=1000)
        if event.type == "session.narrowed"
    ]
    assert event.data["connection"] == "broad"
    assert event.data["characters"] == len(opened.session_policy)
    assert event.data["coarsened"]


def test_a_connection_that_does_not_narrow_says_so(bench: Bench) -> None:
    connect(bench, "wide", narrowing=False)
    run = bench.run(flow(use("a", "put", bucket="b", key="k", connection="wide")))
    [opened] = bench.broker.opened
    assert opened.session_policy is None
    [session] = bench.service.history(run.id).sessions
    assert (session.connection, session.narrowed) == ("wide", False)
    [event] = [one for one in bench.service.events(run.id) if one.type == "session.narrowed"]
    assert event.data == {"connection": "wide", "narrowed": False}


@pytest.mark.parametrize(
    ("status", "refusal"), [("draft", ConnectionNotVerified), ("unsafe", ConnectionUnsafe)]
)
def test_only_a_verified_connection_starts_a_run(
    bench: Bench, status: str, refusal: type[Exception]
) -> None:
    connect(bench, f"is-{status}", status=status, verified_at=None)
    with pytest.raises(refusal):
        bench.service.start(
            flow(use("a", "put", bucket="b", key="k", connection=f"is-{status}")), inputs={}
        )


def test_a_connection_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(NotFound) as refused:
        bench.service.start(
            flow(use("a", "put", bucket="b", key="k", connection="nobody")), inputs={}
        )
    assert refused.value.where.card == "a"


def test_a_run_keeps_its_connection_when_the_nickname_moves(
    bench: Bench, toggles: Switches
) -> None:
    mine = connect(bench, "moving")
    entered, opened = close_gate("g")
    run = bench.service.start(
        flow(use("a", "gate", name="g"), use("b", "put", bucket="b", key="k", connection="moving")),
        inputs={},
    )
    assert entered.wait(10)
    Connections(bench.database).replace(mine.model_copy(update={"nickname": "moved"}))
    connect(bench, "Moving", id="another", external_id="another")
    opened.set()
    assert bench.service.wait(run.id, 10).status == "succeeded"
    assert [one.reference for one in bench.broker.opened] == [mine.id]
