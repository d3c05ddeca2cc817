from datetime import UTC, datetime, timedelta
from typing import Any

from penstock.engine.history import history_of
from penstock.engine.model import CardRun, Event, EventType, Run, RunStatus

START = datetime(2026, 1, 31, tzinfo=UTC)


def run(status: RunStatus) -> Run:
    return Run(
        id="r",
        flow="f",
        version=1,
        status=status,
        created_at=START,
        ended_at=START + timedelta(minutes=1),
        inputs={},
        document={"cards": [{"id": "a", "card": "toy.a"}, {"id": "b", "card": "toy.b"}]},
        error={"code": "internal_fault"} if status == "failed" else None,
    )


def events(*given: tuple[EventType, str | None, int | None, dict[str, Any]]) -> list[Event]:
    return [
        Event(
            run_id="r",
            seq=at,
            at=START + timedelta(seconds=at),
            type=kind,
            card=card,
            attempt=attempt,
            data=data,
        )
        for at, (kind, card, attempt, data) in enumerate(given, start=1)
    ]


def card_runs(run: Run, events: list[Event]) -> tuple[CardRun, ...]:
    return history_of(run, events).cards


def test_attempts_of_one_process_and_of_the_next_add_up() -> None:
    a, b = card_runs(
        run("succeeded"),
        events(
            ("card.started", "a", 1, {"inputs": {"x": 1}}),
            ("card.retrying", "a", 2, {"error": {"code": "service_fault"}}),
            ("run.resumed", None, None, {}),
            ("card.started", "a", 1, {"inputs": {"x": 1}}),
            ("card.request", "a", 1, {"request_id": "R"}),
            ("card.progress", "a", 1, {"done": 1}),
            ("card.retrying", "a", 2, {"error": {"code": "service_fault"}}),
            ("card.succeeded", "a", 2, {"outputs": {"y": 2}, "seconds": 0.5}),
        ),
    )
    assert (a.status, a.attempts, a.inputs, a.outputs) == ("succeeded", 4, {"x": 1}, {"y": 2})
    assert (a.error, a.seconds) == (None, 0.5)
    assert a.requests == ({"request_id": "R"},)
    assert a.started_at == START + timedelta(seconds=4)
    assert a.ended_at == START + timedelta(seconds=8)
    assert b.status == "skipped"


def test_a_pure_card_has_only_its_end() -> None:
    a, _ = card_runs(
        run("succeeded"),
        events(("card.succeeded", "a", 1, {"inputs": 1, "outputs": 2, "seconds": 0.25})),
    )
    assert (a.status, a.attempts, a.inputs, a.outputs) == ("succeeded", 1, 1, 2)
    assert a.started_at == START + timedelta(seconds=0.75)


def test_what_no_event_ended_ends_with_the_run() -> None:
    begun = events(("card.started", "a", 1, {}))
    assert [one.status for one in card_runs(run("running"), begun)] == ["running", "waiting"]
    assert [one.status for one in card_runs(run("cancelled"), begun)] == ["cancelled", "skipped"]
    a, _ = card_runs(run("failed"), begun)
    assert (a.status, a.error) == ("failed", {"code": "internal_fault"})


def test_a_card_that_was_gone_on_from_has_error_and_outputs() -> None:
    failed = {"error": {"code": "service_fault"}, "continued": True, "outputs": {"v": 1}}
    a, _ = card_runs(
        run("succeeded"), events(("card.started", "a", 1, {}), ("card.failed", "a", 1, failed))
    )
    assert (a.status, a.error, a.outputs) == ("failed", {"code": "service_fault"}, {"v": 1})


def test_sessions_are_as_last_opened() -> None:
    off = {"connection": "acme", "narrowed": False}
    broader = {"connection": "acme", "narrowed": True, "characters": 9, "coarsened": ["keys"]}
    fits = {"connection": "other", "narrowed": True, "characters": 9, "coarsened": []}
    acme, other = history_of(
        run("running"),
        events(
            ("session.narrowed", None, None, off),
            ("session.narrowed", None, None, fits),
            ("run.resumed", None, None, {}),
            ("session.narrowed", None, None, broader),
        ),
    ).sessions
    assert (acme.connection, acme.narrowed, acme.coarsened) == ("acme", True, ("keys",))
    assert (other.connection, other.narrowed, other.coarsened) == ("other", True, ())


def test_cards_inside_others_follow_the_one_that_holds_them() -> None:
    nested = run("failed")
    inner = [{"id": "c", "card": "toy.c"}, {"id": "d", "card": "toy.d"}]
    nested.document["cards"][0]["blocks"] = {"then": inner[:1], "else": inner[1:]}
    cards = card_runs(nested, events(("card.failed", "c", 1, {"error": {"code": "denied"}})))
    assert [(one.id, one.card, one.status) for one in cards] == [
        ("a", "toy.a", "skipped"),
        ("c", "toy.c", "failed"),
        ("d", "toy.d", "skipped"),
        ("b", "toy.b", "skipped"),
    ]
