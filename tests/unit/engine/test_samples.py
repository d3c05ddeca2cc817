"""Values of earlier runs that a card can be tested with."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from penstock.catalog.registry import Registry
from penstock.engine.model import CardRun, CardRunStatus, ListedRun, Run
from penstock.engine.redaction import MARK
from penstock.engine.samples import LOOKED_AT, samples
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt, excerpt
from tests.holding import holding

NOW = datetime(2026, 1, 31, tzinfo=UTC)


class Kept:
    """Runs that a test makes, the newest first."""

    def __init__(self) -> None:
        self.runs: list[tuple[Run, list[CardRun]]] = []

    def add(
        self,
        outputs: dict[str, Any],
        *,
        inputs: dict[str, Any] | None = None,
        tested: str | None = None,
        status: CardRunStatus = "succeeded",
    ) -> None:
        run = Run(
            id=f"run-{len(self.runs) + 1}",
            flow="f",
            version=1,
            status="succeeded",
            created_at=NOW,
            inputs=inputs or {},
            document={},
            tested=tested,
        )
        cards = [
            CardRun(id=name, card="holding.say", status=status, outputs=value)
            for name, value in outputs.items()
        ]
        self.runs.insert(0, (run, cards))

    def list(self, *, flow: str, limit: int) -> Sequence[ListedRun]:
        return [
            ListedRun.model_validate(dict(run) | {"title": None}) for run, _ in self.runs[:limit]
        ]

    def get(self, run_id: str) -> Run:
        return next(run for run, _ in self.runs if run.id == run_id)

    def card_runs(self, run_id: str) -> Sequence[CardRun]:
        return next(cards for run, cards in self.runs if run.id == run_id)


def asking(text: str) -> Excerpt:
    document = FlowDocument.model_validate(
        {
            "flow": "f",
            "start": {"inputs": {"word": {}, "password": {"secret": True}}},
            "cards": [
                {"id": "one", "card": "holding.say", "inputs": {"text": "a"}},
                {"id": "two", "card": "holding.say", "inputs": {"text": text}},
            ],
        }
    )
    return excerpt(document, "two", Registry([holding]))


def test_the_newest_run_that_knows_counts() -> None:
    kept = Kept()
    kept.add({"one": {"said": "old", "count": 1}}, inputs={"word": "w1"})
    kept.add({"one": {"said": "new"}}, inputs={"word": "w2"})
    found = samples(kept, "f", asking("{{ one.said }} {{ one.count }} {{ start.word }}"))
    assert {name: tuple(each) for name, each in found.items()} == {
        "one_said": ("new", "run-2"),
        "one_count": (1, "run-1"),
        "word": ("w2", "run-2"),
    }


def test_a_card_that_failed_gives_nothing_also_where_the_flow_went_on() -> None:
    kept = Kept()
    kept.add({"one": {"said": "a"}}, status="failed")
    assert samples(kept, "f", asking("{{ one.said }}")) == {}


def test_a_test_of_an_earlier_card_and_one_of_this_card_count() -> None:
    kept = Kept()
    kept.add({"one": {"said": "from its test"}}, tested="one", inputs={"word": "not mine"})
    assert samples(kept, "f", asking("{{ one.said }}"))["one_said"].value == "from its test"
    assert samples(kept, "f", asking("{{ start.word }}")) == {}
    kept.add({"two": {"said": "x"}}, tested="two", inputs={"one_said": "typed", "word": "typed"})
    found = samples(kept, "f", asking("{{ one.said }} {{ start.word }}"))
    assert [found["one_said"].value, found["word"].value] == ["typed", "typed"]


def test_secrets_are_never_offered() -> None:
    kept = Kept()
    kept.add(
        {"one": {"said": f"the {MARK} is in here"}},
        inputs={"password": MARK, "word": {"deep": [MARK]}},
    )
    asked = asking("{{ start.password }} {{ one.said }} {{ start.word }}")
    assert samples(kept, "f", asked) == {}


def test_only_so_many_runs_are_looked_at() -> None:
    kept = Kept()
    kept.add({"one": {"said": "long ago"}})
    for _ in range(LOOKED_AT):
        kept.add({})
    assert samples(kept, "f", asking("{{ one.said }}")) == {}
