"""Secrets of a run: there for its cards, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from penstock.engine.redaction import MARK
from penstock.flows.document import FlowDocument
from penstock.store.tables import run_secrets
from tests.integration.engine.toys import Switches, close_gate, flow, open_bench, use

SECRET = "correct horse battery"
LITERAL = "literal password"


@pytest.fixture
def document(toggles: Switches) -> FlowDocument:
    return flow(
        use("w", "write", text="say {{ start.token }}", password=LITERAL),
        use("g", "gate", name="g"),
        use("j", "join", text="again {{ start.token }} {{ start.plain }}"),
        use("echo", "write", text=f"it was {LITERAL}"),
        start={
            "inputs": {"token": {"secret": True}, "plain": {"type": "text"}},
        },
    )


def bytes_of_database(data: Path) -> bytes:
    return b"".join(path.read_bytes() for path in data.glob("penstock.db*"))


def test_secret_values_are_in_no_table_and_no_event(
    data: Path, document: FlowDocument, no_threads_left: None
) -> None:
    document = document.model_copy(update={"cards": [*document.cards]})
    entered, opened = close_gate("g")
    with open_bench(data) as bench:
        run = bench.service.start(document, inputs={"token": SECRET, "plain": "seen"})
        assert run.inputs == {"token": MARK, "plain": "seen"}
        assert entered.wait(10)
        assert SECRET.encode() not in bytes_of_database(data)
        with bench.database.read() as sql:
            assert sql.execute(sa.select(sa.func.count()).select_from(run_secrets)).scalar() == 1
        opened.set()
        ended = bench.service.wait(run.id, 10)
        assert ended.status == "succeeded"
        cards = {card.id: card for card in bench.service.card_runs(run.id)}
        assert cards["w"].inputs == {"text": f"say {MARK}", "password": MARK}
        assert cards["w"].outputs["text"] == f"say {MARK}"
        # The card itself had the value: 4 letters and the secret.
        assert cards["w"].outputs["length"] == 4 + len(SECRET)
        assert cards["j"].inputs == {"text": f"again {MARK} seen"}
        assert cards["echo"].outputs["text"] == f"it was {MARK}"
        with bench.database.read() as sql:
            assert sql.execute(sa.select(sa.func.count()).select_from(run_secrets)).scalar() == 0
    assert SECRET.encode() not in bytes_of_database(data)
    for path in (data / "engine.db", data / "secrets.key", data / "penstock.db"):
        assert path.stat().st_mode & 0o777 == 0o600


def test_secrets_survive_a_restart(
    data: Path, document: FlowDocument, toggles: Switches, no_threads_left: None
) -> None:
    entered, _ = close_gate("g")
    with open_bench(data) as bench:
        run = bench.service.start(document, inputs={"token": SECRET, "plain": "p"})
        assert entered.wait(10)
    _, opened = close_gate("g")
    opened.set()
    with open_bench(data) as bench:
        assert bench.service.wait(run.id, 20).status == "succeeded"
        cards = {card.id: card for card in bench.service.card_runs(run.id)}
        assert cards["j"].outputs["length"] == len(f"again {SECRET} p")
        assert MARK in cards["j"].outputs["text"]


def test_values_are_not_kept_where_the_flow_says_so(data: Path, toggles: Switches) -> None:
    quiet: dict[str, Any] = {"save_values": False}
    with open_bench(data) as bench:
        run = bench.run(
            flow(use("a", "read", size=9), use("b", "write", text="{{ a.text }}"), settings=quiet)
        )
        assert run.status == "succeeded"
        for event in bench.service.events(run.id):
            assert not {"inputs", "outputs"} & set(event.data)
        assert all(card.outputs is None for card in bench.service.card_runs(run.id))
