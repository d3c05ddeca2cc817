"""Stopping and starting again: what a run goes on with."""

from pathlib import Path

import pytest

from penstock.engine.model import Run
from tests.integration.engine.toys import (
    Switches,
    close_gate,
    flow,
    kinds,
    open_bench,
    switches,
    use,
)

pytestmark = pytest.mark.usefixtures("no_threads_left", "toggles")


def test_a_stopped_run_goes_on_from_its_last_segment(data: Path, toggles: Switches) -> None:
    entered, _ = close_gate("g")
    document = flow(
        use("big", "read", size=600_000),
        use("time", "join", text="at"),
        use("first", "flaky", name="first"),
        use("waits", "gate", name="g"),
        use("last", "write", text="{{ time.text }}"),
        use("size", "join", text="{{ big.text }}"),
    )
    with open_bench(data) as bench:
        run = bench.service.start(document, inputs={})
        assert entered.wait(10)
    with open_bench(data, launch=False) as bench:
        assert bench.service.get(run.id).status == "running"
        assert kinds(bench, run.id)[-1] == "card.started"
    assert toggles.calls == {"join": 1, "first": 1}

    _, opened = close_gate("g")
    opened.set()
    with open_bench(data) as bench:
        ended = bench.service.wait(run.id, 20)
        assert ended.status == "succeeded"
        # The finished segment did not run again, and its pure card was computed again.
        assert toggles.calls == {"join": 3, "first": 1}
        cards = {card.id: card for card in bench.service.card_runs(run.id)}
        assert cards["first"].attempts == 1
        assert cards["waits"].attempts == 2
        started = bench.service.get(run.id).started_at
        assert started is not None
        assert cards["last"].outputs["text"] == f"at {started.isoformat()}"
        # Through the file that the first process had put it in.
        assert [
            event.data["spilled"] > 600_000
            for event in bench.service.events(run.id)
            if event.card == "size"
        ] == [True]
        events = bench.service.events(run.id)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert [event.type for event in events].count("run.resumed") == 1


def test_before_a_card_writes_the_log_says_that_the_run_started(data: Path) -> None:
    """Or a crash in the card would leave no trace, and who begins anew would not know of it."""
    entered, opened = close_gate("g")
    with open_bench(data) as bench:
        run = bench.service.start(flow(use("waits", "gate", name="g")), inputs={})
        assert entered.wait(10)
        status = bench.service.get(run.id).status
        opened.set()
        assert status == "running"
        assert bench.service.wait(run.id, 20).status == "succeeded"


def test_a_run_that_the_engine_never_heard_of_is_begun(data: Path) -> None:
    with open_bench(data, launch=False) as bench:
        runs = bench.runs
        made = Run.model_validate(
            {
                "id": "01900000-0000-7000-8000-000000000000",
                "flow": "toys",
                "version": 1,
                "status": "queued",
                "created_at": "2026-01-01T00:00:00Z",
                "inputs": {},
                "document": flow(use("a", "join", text="x")).model_dump(mode="json"),
                "segments": [["a"]],
            }
        )
        runs.add(made)
    with open_bench(data) as bench:
        assert bench.service.wait(made.id, 20).status == "succeeded"


def test_a_run_whose_checkpoints_are_lost_begins_anew(data: Path) -> None:
    entered, _ = close_gate("g")
    with open_bench(data) as bench:
        run = bench.service.start(
            flow(use("a", "flaky", name="x"), use("b", "gate", name="g")), inputs={}
        )
        assert entered.wait(10)
    for path in data.glob("engine.db*"):
        path.unlink()
    _, opened = close_gate("g")
    opened.set()
    with open_bench(data) as bench:
        assert bench.service.wait(run.id, 20).status == "succeeded"
        assert switches.calls["x"] == 2


def test_more_runs_than_places(data: Path, toggles: Switches) -> None:
    gates = [close_gate(f"g{index}") for index in range(6)]
    with open_bench(data, concurrency=2) as bench:
        started = [
            bench.service.start(flow(use("a", "gate", name=f"g{index}")), inputs={})
            for index in range(6)
        ]
        assert gates[0][0].wait(10)
        assert gates[1][0].wait(10)
        assert not any(entered.is_set() for entered, _ in gates[2:])
        # A queued run is cancelled at once, and its card never runs.
        queued = bench.service.cancel(started[5].id)
        assert queued.status == "cancelled"
        for _, opened in gates:
            opened.set()
        ended = [bench.service.wait(run.id, 20).status for run in started]
        assert ended == ["succeeded"] * 5 + ["cancelled"]
        assert not gates[5][0].is_set()
        assert kinds(bench, started[5].id) == ["run.cancelled"]


def test_a_cancel_that_was_asked_for_before_a_crash_is_kept(data: Path) -> None:
    entered, _ = close_gate("g")
    with open_bench(data) as bench:
        run = bench.service.start(flow(use("a", "gate", name="g")), inputs={})
        assert entered.wait(10)
    with open_bench(data, launch=False) as bench:
        bench.runs.request_cancel(run.id, at=run.created_at)
    with open_bench(data) as bench:
        assert bench.service.wait(run.id, 20).status == "cancelled"


def test_history_is_read_without_an_engine(data: Path) -> None:
    with open_bench(data) as bench:
        run = bench.run(flow(use("a", "join", text="x")))
    with open_bench(data, launch=False) as bench:
        assert bench.service.get(run.id).status == "succeeded"
        assert bench.service.card_runs(run.id)[0].status == "succeeded"
