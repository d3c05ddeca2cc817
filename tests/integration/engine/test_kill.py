"""kill -9 at any moment: what is finished is not run again, what was in flight is, and it ends."""

import json
import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from penstock.engine.model import Event
from tests.integration.engine import killable
from tests.integration.engine.toys import flow, open_bench, use

CARDS = 14


def the_flow() -> str:
    cards = []
    for index in range(CARDS):
        cards.append(use(f"read_{index}", "read", size=20))
        cards.append(use(f"said_{index}", "join", text=f"{{{{ read_{index}.text }}}}"))
        text = f"{{{{ said_{index}.text }}}}" if index % 2 else f"{{{{ read_{index}.text }}}}"
        cards.append(use(f"write_{index}", "write", text=text, milliseconds=15))
    cards.append(use("last", "join", text=f"{{{{ write_{CARDS - 1}.text }}}}"))
    return flow(*cards).model_dump_json()


def lines(journal: Path) -> list[dict[str, Any]]:
    if not journal.exists():
        return []
    return [json.loads(line) for line in journal.read_text().splitlines()]


@pytest.fixture
def processes() -> Iterator[Any]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["dbos", killable.__name__])
    made: list[BaseProcess] = []

    def start(*arguments: str | None) -> BaseProcess:
        process = context.Process(target=killable.main, args=arguments)
        process.start()
        made.append(process)
        return process

    yield start
    for process in made:
        process.kill()
        process.join()
        process.close()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "most_kills"), [("sqlite", 18), ("postgresql", 5)])
def test_a_run_survives_being_killed_at_any_moment(
    kind: str, most_kills: int, request: pytest.FixtureRequest, tmp_path: Path, processes: Any
) -> None:
    data, journal, document = tmp_path / "data", tmp_path / "journal", the_flow()
    url = request.getfixturevalue("postgres").database() if kind == "postgresql" else None
    chance = random.Random(20)  # noqa: S311 - repeatable, not secret
    kills = 0
    deadline = time.monotonic() + 240
    while True:
        process = processes(str(data), str(journal), document, url)
        if kills < most_kills:
            # Until it has written something, and then a moment more, whatever that interrupts.
            before = len(lines(journal))
            until = before + chance.choice((1, 1, 1, 2, 3))
            while process.is_alive() and len(lines(journal)) < until:
                assert time.monotonic() < deadline
                time.sleep(0.002)
            time.sleep(chance.uniform(0, 0.03))
            if process.is_alive():
                process.kill()
                kills += 1
        process.join()
        if process.exitcode == 0:
            break
        assert process.exitcode == -9
    assert kills >= most_kills * 2 / 3

    begins = [line["card"] for line in lines(journal) if line["event"] == "begin"]
    order = [int(card.removeprefix("write_")) for card in begins]
    assert order == sorted(order), "a finished segment ran again"
    assert set(order) == set(range(CARDS))
    assert len(order) - CARDS <= kills, "more was repeated than was interrupted"

    with open_bench(data, url=url, launch=False) as bench:
        [run] = bench.service.list()
        assert run.status == "succeeded"
        events = list(bench.service.events(run.id, limit=5000))
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        check_history(events)
        cards = {card.id: card for card in bench.service.card_runs(run.id)}
        assert {card.status for card in cards.values()} == {"succeeded"}
        written = {line["card"]: line["text"] for line in lines(journal) if line["event"] == "end"}
        for index in range(CARDS):
            # What history says was written is what was: by the attempt that counted.
            assert cards[f"write_{index}"].outputs["text"] == written[f"write_{index}"]
            assert cards[f"read_{index}"].outputs["text"] in written[f"write_{index}"]


def check_history(events: list[Event]) -> None:
    """Each card has its start and its end, in order; a card that has a successor had an end."""
    kinds = [event.type for event in events]
    assert kinds[0] == "run.started"
    assert kinds[-1] == "run.succeeded"
    assert kinds.count("run.started") == kinds.count("run.succeeded") == 1
    assert "run.resumed" in kinds
    ended: dict[str, int] = {}
    for event in events:
        if event.type == "card.succeeded" and event.card:
            ended[event.card] = event.seq
        if event.type == "card.started" and event.card and event.card.startswith("write_"):
            index = int(event.card.removeprefix("write_"))
            assert index == 0 or f"write_{index - 1}" in ended
    requests = {event.card for event in events if event.type == "card.request"}
    assert requests == {f"write_{index}" for index in range(CARDS)}
