"""Engine overhead: a segment against the durable engine's bare step, a pure card, a whole run.

`python -m benchmarks.segments [COUNT]`; ratios in one run on one machine, alternating, so that
noise hits both alike. CPU is the whole process's, the event writer's thread included.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from penstock.catalog.card import Card, CardModel, CardOutputs, Connector
from penstock.catalog.context import CardContext, ConnectionHandle
from penstock.engine.durable import DbosEngine
from penstock.engine.runs import RunService
from penstock.engine.uploads import UploadService
from penstock.flows.document import FlowDocument
from penstock.store.connections import Connections
from penstock.store.database import engine_database, open_database
from penstock.store.events import Events
from penstock.store.files import RunFileStore
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.uploads import UploadFolder

ROUNDS = 7

bench = Connector(id="bench", title="Bench", summary="Cards that do nothing.")


class Given(CardModel):
    text: str
    number: int = 0


class Made(CardOutputs):
    text: str
    number: int


@bench.card("pure", title="Pure", effect="pure", needs_connection=False)
def pure(ctx: CardContext, inputs: Given) -> Made:
    """Give back what was given."""
    return Made(text=inputs.text, number=inputs.number)


@bench.card("write", title="Write", effect="write", needs_connection=False)
def write(ctx: CardContext, inputs: Given) -> Made:
    """Give back what was given."""
    return Made(text=inputs.text, number=inputs.number)


class _Catalog:
    def card(self, card_id: str) -> Card:
        return bench.cards[card_id]


class _NoBroker:
    def open(
        self, reference: str, /, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle:
        raise AssertionError(reference)


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds for each of so many pieces."""

    wall: float
    cpu: float


@contextmanager
def service(data: Path) -> Iterator[tuple[RunService, DbosEngine]]:
    """A run service in `data`, launched."""
    database = open_database(data)
    durable = DbosEngine(engine_database(data), executor_id="bench", concurrency=2)
    runs = RunService(
        runs=Runs(database, Sealer.of_directory(data)),
        events=Events(database),
        files=RunFileStore(data / "files"),
        uploads=UploadService(UploadFolder(data / "uploads")),
        durable=durable,
        cards=_Catalog(),
        connections=Connections(database),
        broker=_NoBroker(),
    )
    try:
        runs.launch()
        yield runs, durable
    finally:
        runs.close()
        database.close()


def flow(card: str, count: int) -> FlowDocument:
    """So many cards, each of which refers to the one before."""
    cards: list[dict[str, Any]] = [
        {
            "id": f"c{index}",
            "card": f"bench.{card}",
            "inputs": {"text": f"{{{{ c{index - 1}.text }}}}" if index else "x", "number": index},
        }
        for index in range(count)
    ]
    return FlowDocument.model_validate({"flow": "bench", "cards": cards})


def measured(work: Callable[[], object], pieces: int) -> Cost:
    """What one of `pieces` costs when `work` does them all."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost((time.perf_counter() - wall) / pieces, (time.process_time() - cpu) / pieces)


def bare_steps(count: int) -> Cost:
    """The durable engine's own step, of a result like a segment's, in its own workflow."""
    import dbos  # noqa: PLC0415 - launched by then

    def work() -> None:
        for index in range(count):
            dbos.DBOS.run_step({"name": "bare"}, partial(dict, text="x", number=index))

    workflow = dbos.DBOS.workflow(name=f"bench.bare.{time.perf_counter_ns()}")(work)
    return measured(lambda: dbos.DBOS.start_workflow(workflow).get_result(), count)


def cards(runs: RunService, card: str, count: int) -> Cost:
    """A run of so many cards, to its end."""
    document = flow(card, count)

    def work() -> None:
        run = runs.wait(runs.start(document, inputs={}).id)
        assert run.status == "succeeded", run.error

    return measured(work, count)


def main(count: int = 300) -> None:
    with tempfile.TemporaryDirectory() as folder, service(Path(folder) / "data") as (runs, _):
        bare_steps(10), cards(runs, "write", 10)
        bare, segments, pure_cards, whole = [], [], [], []
        for _ in range(ROUNDS):
            bare.append(bare_steps(count))
            segments.append(cards(runs, "write", count))
            empty = cards(runs, "pure", 1)
            many = cards(runs, "pure", count * 10)
            pure_cards.append(Cost(many.wall, many.cpu - empty.cpu / (count * 10)))
            whole.append(empty)
        rows = {
            "bare step of the durable engine": bare,
            "segment of one write card": segments,
            "pure card": pure_cards,
            "run of one pure card": whole,
        }
        for name, costs in rows.items():
            wall, cpu = median(c.wall for c in costs), median(c.cpu for c in costs)
            print(f"{name:34} {wall * 1e6:9,.0f} us wall {cpu * 1e6:9,.0f} us CPU")
        for what in ("wall", "cpu"):
            ratios = [
                getattr(s, what) / getattr(b, what) for s, b in zip(segments, bare, strict=True)
            ]
            print(f"segment / bare step, {what:4} {median(ratios):.2f}  (target 1.10 or less)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
