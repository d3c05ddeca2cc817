"""Runs of toy cards on a real durable engine and a real database."""

from datetime import UTC, datetime, timedelta

import pytest

from penstock.catalog.registry import Registry
from penstock.engine.model import Event
from penstock.errors import Conflict, InvalidInput, NotFound
from penstock.flows.excerpt import excerpt
from tests.integration.engine.toys import Bench, Switches, close_gate, flow, kinds, toy, use

NO_DELAY = {"attempts": 3, "delay": 0}


def test_cards_get_what_earlier_ones_gave(bench: Bench) -> None:
    run = bench.run(
        flow(
            use("a", "read", size=12),
            use("b", "write", text="<{{ a.text }}> by {{ run.flow }}"),
            use("c", "join", text="{{ b.length }}"),
        )
    )
    assert run.status == "succeeded"
    assert run.error is None
    assert run.started_at <= run.ended_at
    a, b, c = bench.service.card_runs(run.id)
    assert [card.status for card in (a, b, c)] == ["succeeded"] * 3
    assert b.inputs == {"text": f"<{a.outputs['text']}> by toys"}
    assert b.requests[0]["request_id"] == "request-b"
    assert c.outputs == {"text": f"22 {run.started_at.isoformat()}", "length": 2}
    assert kinds(bench, run.id) == [
        "run.started",
        "card.started",
        "card.succeeded",
        "card.started",
        "card.request",
        "card.succeeded",
        "card.succeeded",
        "run.succeeded",
    ]


def test_a_flow_without_cards_succeeds(bench: Bench) -> None:
    run = bench.run(flow())
    assert run.status == "succeeded"
    assert kinds(bench, run.id) == ["run.started", "run.succeeded"]


def test_what_is_retryable_is_tried_again(bench: Bench, toggles: Switches) -> None:
    toggles.failures["x"] = 3
    run = bench.run(flow(use("a", "flaky", name="x", on_error={"retry": NO_DELAY})))
    assert run.status == "succeeded"
    [card] = bench.service.card_runs(run.id)
    assert card.attempts == 4
    assert card.error is None
    assert card.outputs["length"] == 4
    events = bench.service.events(run.id)
    assert [(event.type, event.attempt) for event in events if event.card] == [
        ("card.started", 1),
        ("card.retrying", 2),
        ("card.retrying", 3),
        ("card.retrying", 4),
        ("card.succeeded", 4),
    ]
    assert events[2].data["error"]["code"] == "service_fault"


def test_when_tries_are_used_up_the_run_fails(bench: Bench, toggles: Switches) -> None:
    toggles.failures["x"] = 9
    run = bench.run(
        flow(
            use("a", "flaky", name="x", on_error={"retry": {"attempts": 1, "delay": 0}}),
            use("b", "write", text="never"),
        )
    )
    assert run.status == "failed"
    assert run.error["code"] == "service_fault"
    assert run.error["hint"] == "Wait."
    assert run.error["where"]["card"] == "a"
    assert toggles.calls["x"] == 2
    a, b = bench.service.card_runs(run.id)
    assert (a.status, a.attempts, b.status, b.attempts) == ("failed", 2, "skipped", 0)


def test_what_is_not_retryable_is_tried_once(bench: Bench, toggles: Switches) -> None:
    toggles.failures["x"] = 9
    run = bench.run(flow(use("a", "flaky", name="x", retryable=False)))
    assert run.status == "failed"
    assert toggles.calls["x"] == 1


def test_a_flow_may_go_on_with_values(bench: Bench, toggles: Switches) -> None:
    toggles.failures["x"] = 9
    instead = {"text": "instead of {{ before.text }}", "length": 7}
    run = bench.run(
        flow(
            use("before", "join", text="it"),
            use(
                "a",
                "flaky",
                name="x",
                retryable=False,
                on_error={"then": "continue", "values": instead},
            ),
            use("b", "write", text="{{ a.text }} {{ a.length }}"),
        )
    )
    assert run.status == "succeeded"
    before, a, b = bench.service.card_runs(run.id)
    assert a.status == "failed"
    assert a.error is not None
    assert a.error["code"] == "service_fault"
    assert a.outputs["text"] == f"instead of {before.outputs['text']}"
    assert b.outputs["text"] == f"{a.outputs['text']} 7"


def test_a_defect_of_a_card_is_said_without_a_stack_trace(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    run = bench.run(flow(use("a", "broken", text="precious")))
    assert run.status == "failed"
    assert run.error["code"] == "internal_fault"
    assert "KeyError" in run.error["message"]
    assert "precious" not in str(run.error)
    assert "Traceback" not in str(run.error)
    assert "KeyError" in caplog.text


def test_inputs_that_do_not_fit_name_the_field(bench: Bench) -> None:
    run = bench.run(
        flow(use("a", "join", text="not a number"), use("b", "read", size="{{ a.text }}"))
    )
    assert run.status == "failed"
    assert run.error["code"] == "invalid_input"
    assert run.error["where"] == {"card": "b", "field": "size"}


def test_a_reference_that_leads_nowhere_names_card_and_field(bench: Bench) -> None:
    run = bench.run(flow(use("a", "join", text="x"), use("b", "join", text="{{ a.nothing }}")))
    assert run.status == "failed"
    assert run.error["where"] == {"card": "b", "field": "text"}


def test_cancel_reaches_into_a_card(bench: Bench, toggles: Switches) -> None:
    entered, _ = close_gate("g")
    run = bench.service.start(
        flow(use("a", "gate", name="g"), use("b", "write", text="never")), inputs={}
    )
    assert entered.wait(10)
    bench.service.cancel(run.id)
    ended = bench.service.wait(run.id, 10)
    assert ended.status == "cancelled"
    a, b = bench.service.card_runs(run.id)
    assert (a.status, b.status) == ("cancelled", "skipped")
    assert kinds(bench, run.id)[-1] == "run.cancelled"
    with pytest.raises(Conflict, match="ended already"):
        bench.service.cancel(run.id)


def test_cancel_ends_the_wait_before_another_attempt(bench: Bench, toggles: Switches) -> None:
    toggles.failures["x"] = 9
    retry = {"attempts": 3, "delay": 3600}
    run = bench.service.start(
        flow(use("a", "flaky", name="x", on_error={"retry": retry})), inputs={}
    )
    for events in bench.service.follow(run.id):
        if any(event.type == "card.retrying" for event in events):
            break
    bench.service.cancel(run.id)
    assert bench.service.wait(run.id, 10).status == "cancelled"


def test_one_unended_run_per_deduplication_key(bench: Bench, toggles: Switches) -> None:
    entered, opened = close_gate("g")
    document = flow(use("a", "gate", name="g"))
    first = bench.service.start(document, inputs={}, deduplication_key="k")
    assert entered.wait(10)
    again = bench.service.start(document, inputs={}, deduplication_key="k")
    assert again.id == first.id
    opened.set()
    assert bench.service.wait(first.id, 10).status == "succeeded"
    later = bench.service.start(document, inputs={}, deduplication_key="k")
    assert later.id != first.id
    assert bench.service.wait(later.id, 10).status == "succeeded"


def test_follow_gives_every_event_once_and_ends(bench: Bench, toggles: Switches) -> None:
    entered, opened = close_gate("g")
    run = bench.service.start(
        flow(use("w", "write", text="x"), use("a", "gate", name="g"), use("b", "join", text="y")),
        inputs={},
    )
    assert entered.wait(10)
    seen: list[Event] = []
    for events in bench.service.follow(run.id):
        seen += events
        if any(event.card == "a" for event in seen):
            opened.set()
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1].type == "run.succeeded"
    assert list(bench.service.events(run.id)) == seen
    after = [event for events in bench.service.follow(run.id, after=3) for event in events]
    assert after == seen[3:]


def test_files_of_a_run_are_its_own(bench: Bench) -> None:
    run = bench.run(flow(use("a", "save", text="hello"), use("b", "load", file="{{ a.file }}")))
    assert bench.service.card_runs(run.id)[1].outputs["text"] == "hello"
    [file] = bench.service.files(run.id)
    assert (file.name, file.size, file.content_type) == ("said.txt", 5, "text/plain")
    with bench.service.open_file(run.id, file.key) as opened:
        assert opened.read() == b"hello"
    other = bench.run(flow(use("b", "load", file=file.model_dump())))
    assert other.status == "failed"
    assert other.error["code"] == "not_found"
    with pytest.raises(NotFound):
        bench.service.open_file(other.id, file.key)


def test_large_outputs_go_through_a_file_that_is_not_shown(bench: Bench) -> None:
    run = bench.run(flow(use("a", "read", size=2_000_000), use("b", "join", text="{{ a.text }}")))
    a, b = bench.service.card_runs(run.id)
    assert a.outputs is None
    # What is too long for an event is cut in it; the card had all of it.
    assert b.inputs["text"].endswith("... (2,000,000 characters)")
    assert len(b.inputs["text"]) < 300
    assert b.outputs is None
    spilled = [e.data["spilled"] for e in bench.service.events(run.id) if "spilled" in e.data]
    assert len(spilled) == 2
    assert min(spilled) > 2_000_000
    assert bench.service.files(run.id) == []
    assert run.status == "succeeded"


def test_outputs_beyond_reason_are_refused(bench: Bench) -> None:
    run = bench.run(flow(use("a", "read", size=33 * 1024 * 1024)))
    assert run.status == "failed"
    assert run.error["code"] == "card_failed"
    assert "file" in run.error["hint"]


def test_what_the_start_card_does_not_take_is_refused(bench: Bench) -> None:
    before = len(bench.service.list())
    with pytest.raises(InvalidInput) as refused:
        bench.service.start(flow(use("a", "join", text="x")), inputs={"unknown": 1})
    assert refused.value.where.field == "unknown"
    assert len(bench.service.list()) == before


def test_a_run_that_is_not_there(bench: Bench) -> None:
    with pytest.raises(NotFound):
        bench.service.get("nothing")
    with pytest.raises(NotFound):
        bench.service.events("nothing")
    with pytest.raises(NotFound):
        bench.service.files("../secrets.key")


def test_runs_are_listed_newest_first_and_by_page(bench: Bench) -> None:
    made = [bench.run(flow(flow="paged")).id for _ in range(3)]
    listed = [run.id for run in bench.service.list(flow="paged")]
    assert listed == made[::-1]
    assert [run.id for run in bench.service.list(flow="paged", limit=1)] == made[2:]
    assert [run.id for run in bench.service.list(flow="paged", before=made[1])] == made[:1]
    assert bench.service.list(flow="paged", status="failed") == []


def test_one_card_is_tested_with_what_the_newest_run_gave(bench: Bench) -> None:
    document = flow(
        use("a", "write", text="whole"),
        use("b", "save", text="{{ a.text }} {{ a.length }}"),
        use("c", "load", file="{{ b.file }}"),
        flow="tested",
    )
    whole = bench.run(document)
    taken = excerpt(document, "c", Registry([toy]))
    assert taken.along == ("b",)
    known = bench.service.samples("tested", taken)
    assert {name: each.value for name, each in known.items()} == {"a_text": "whole", "a_length": 5}
    assert {each.run_id for each in known.values()} == {whole.id}

    test = bench.service.start(
        taken.document, inputs={"a_text": "other", "a_length": 7}, tested="c"
    )
    ended = bench.service.wait(test.id, 30)
    assert (ended.status, ended.tested) == ("succeeded", "c")
    assert [card.id for card in bench.service.card_runs(test.id)] == ["b", "c"]
    assert bench.service.card_runs(test.id)[1].outputs["text"] == "other 7"
    # What was typed for one test is offered for the next.
    assert bench.service.samples("tested", taken)["a_text"].value == "other"


def test_tests_are_no_runs_of_the_flow(bench: Bench) -> None:
    document = flow(use("a", "join", text="x"), flow="counted")
    begin = datetime.now(UTC)
    whole = bench.run(document)
    test = bench.service.start(document, inputs={}, tested="a")
    bench.service.wait(test.id, 30)
    listed = bench.service.list(flow="counted")
    assert [(each.id, each.tested) for each in listed] == [(test.id, "a"), (whole.id, None)]
    assert [each.id for each in bench.service.list(flow="counted", tests=True)] == [test.id]
    assert [each.id for each in bench.service.list(flow="counted", tests=False)] == [whole.id]
    hour = timedelta(hours=1)
    found = bench.service.activity(since=begin, until=datetime.now(UTC), step=hour)
    assert [each.succeeded for each in found] == [1]
