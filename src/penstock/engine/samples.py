"""Values that cards had in earlier runs of a flow, to test one of them with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, Protocol

from pydantic import JsonValue

from penstock.engine.model import CardRun, ListedRun, Run
from penstock.engine.redaction import MARK
from penstock.errors import InvalidInput
from penstock.flows.excerpt import Excerpt
from penstock.flows.mapping import look_up

LOOKED_AT: Final = 10
"""How many of the flow's newest runs are looked at."""


class Sample(NamedTuple):
    """A value, and the run in which it was that."""

    value: JsonValue
    run_id: str


class Runs(Protocol):
    """Runs, as far as samples need them."""

    def list(self, *, flow: str, limit: int) -> Sequence[ListedRun]: ...
    def get(self, run_id: str) -> Run: ...
    def card_runs(self, run_id: str) -> Sequence[CardRun]: ...


def samples(runs: Runs, flow: str, excerpt: Excerpt) -> Mapping[str, Sample]:
    """The newest value of each input of an excerpt, by input; those without one are left out.

    Earlier tests of the same card count as well: what was typed then is what was taken. Secrets,
    which history does not hold, are left out, and so are values that it holds in part only.
    """
    asked = excerpt.document.start.inputs
    open_ = {name for name in excerpt.taken if not asked[name].secret}
    found: dict[str, Sample] = {}
    for listed in runs.list(flow=flow, limit=LOOKED_AT) if open_ else ():
        for name, value in _values(runs, listed, excerpt, open_ - found.keys()):
            found[name] = Sample(value, listed.id)
        if found.keys() == open_:
            break
    return found


def _values(
    runs: Runs, listed: ListedRun, excerpt: Excerpt, wanted: set[str]
) -> Iterator[tuple[str, JsonValue]]:
    run = runs.get(listed.id)
    given = run.inputs if run.tested in (None, excerpt.card) else {}
    scope: dict[str, Any] = {"start": {} if run.tested else run.inputs}
    for card in runs.card_runs(run.id):
        if card.status == "succeeded" and card.outputs is not None:
            scope[card.id] = card.outputs
    for name in sorted(wanted):
        if run.tested and given.get(name) is not None:
            value = given[name]
        else:
            try:
                value = look_up(excerpt.taken[name], scope)
            except InvalidInput:
                continue
        if value is not None and not _is_marked(value):
            yield name, value


def _is_marked(value: JsonValue) -> bool:
    """Whether a secret was taken out of it."""
    if isinstance(value, str):
        return MARK in value
    if isinstance(value, dict):
        return any(map(_is_marked, value.values()))
    return isinstance(value, list) and any(map(_is_marked, value))
