"""The same engine on PostgreSQL."""

from pathlib import Path

import pytest

from tests.integration.engine.toys import Switches, close_gate, flow, open_bench, use
from tests.integration.postgres import Postgres

pytestmark = pytest.mark.usefixtures("no_threads_left", "toggles")


def test_runs_stop_and_go_on(data: Path, postgres: Postgres, toggles: Switches) -> None:
    url = postgres.database()
    entered, _ = close_gate("g")
    document = flow(
        use("a", "flaky", name="x"),
        use("b", "gate", name="g"),
        use("c", "write", text="{{ a.text }} {{ start.token }}"),
        start={"inputs": {"token": {"secret": True}}},
    )
    with open_bench(data, url=url) as bench:
        assert bench.run(flow(use("a", "join", text="x"))).status == "succeeded"
        run = bench.service.start(document, inputs={"token": "secret"})
        assert entered.wait(10)
    _, opened = close_gate("g")
    opened.set()
    with open_bench(data, url=url) as bench:
        assert bench.service.wait(run.id, 20).status == "succeeded"
        assert toggles.calls["x"] == 1
        assert bench.service.card_runs(run.id)[2].outputs["length"] == len("x secret")
        events = bench.service.events(run.id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
