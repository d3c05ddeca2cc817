"""One card of a run: resolve, validate, call, try again, and what its failure comes to."""

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from penstock.catalog.context import CardContext
from penstock.catalog.inputs import validate_inputs
from penstock.engine.model import EventType
from penstock.engine.plan import PlannedCard
from penstock.errors import InternalFault, PenstockError, RunCancelled, Where
from penstock.flows.document import Retry

LONGEST_DELAY: Final = 120.0
_DOUBLINGS: Final = 20

_log = logging.getLogger(__name__)


class Surroundings(Protocol):
    """What the attempts of a card need of the run they are in."""

    @property
    def scope(self) -> Mapping[str, Any]: ...
    def context(self, planned: PlannedCard, attempt: int) -> CardContext: ...
    def emit(self, kind: EventType, card: str, attempt: int, data: dict[str, Any], /) -> None: ...
    def shown_inputs(self, planned: PlannedCard, inputs: Any) -> dict[str, Any]:
        """What an event says of inputs: nothing, if values are not saved."""
        ...

    def shown_outputs(self, kept: Any) -> dict[str, Any]: ...
    def kept(self, planned: PlannedCard, outputs: Any) -> Any:
        """The outputs as they are recorded."""
        ...

    def pause(self, seconds: float) -> None:
        """Raises RunCancelled, Suspended."""
        ...

    def raise_if_cancelled(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CardOutcome:
    """How a card ended. `kept` is what is recorded of `outputs`."""

    outputs: Any = None
    kept: Any = None
    error: PenstockError | None = None
    replaced: bool = False


def run_card(planned: PlannedCard, around: Surroundings) -> CardOutcome:
    """Try until it succeeds, or until it is decided that it fails.

    Raises:
        RunCancelled, Suspended
    """
    attempt = 1
    begun = time.monotonic()
    pure = planned.card.effect == "pure"
    inputs: Any = None
    while True:
        context = around.context(planned, attempt)
        try:
            if attempt == 1:
                inputs = _resolved(planned, around.scope)
                if not pure:
                    around.emit(
                        "card.started", planned.id, attempt, around.shown_inputs(planned, inputs)
                    )
                elif planned.secrets:
                    # So that they are known for what they are, should the card's error quote one.
                    around.shown_inputs(planned, inputs)
            outputs = call(planned, context, inputs)
            kept = around.kept(planned, outputs)
        except RunCancelled:
            raise
        except Exception as raised:
            error = _placed(raised, planned)
        else:
            # A pure card has no event of its own for its start: it is over in microseconds.
            said = around.shown_inputs(planned, inputs) if pure else {}
            said["seconds"] = round(time.monotonic() - begun, 6)
            if requests := getattr(context, "requests", 0):
                said["requests"] = requests
            said |= around.shown_outputs(kept)
            around.emit("card.succeeded", planned.id, attempt, said)
            return CardOutcome(outputs, kept)
        if not error.retryable or attempt > planned.retry.attempts:
            return _failed(planned, around, attempt, error, time.monotonic() - begun)
        seconds = delay(planned.retry, attempt, error)
        attempt += 1
        around.emit(
            "card.retrying",
            planned.id,
            attempt,
            {"error": error.as_dict(), "delay": round(seconds, 3)},
        )
        around.pause(seconds)


def compute(planned: PlannedCard, scope: Mapping[str, Any], context: CardContext) -> Any:
    """A pure card's outputs once more, for a replay."""
    return call(planned, context, _resolved(planned, scope))


def call(planned: PlannedCard, context: CardContext, inputs: Any) -> Any:
    """The card's outputs as JSON.

    Raises:
        InvalidInput: the inputs do not validate.
    """
    validated = validate_inputs(planned.card, inputs)
    return planned.card.run(context, validated).model_dump(mode="json", by_alias=True)


def delay(
    retry: Retry, attempt: int, error: PenstockError, chance: Callable[[], float] = random.random
) -> float:
    """Seconds before the next attempt: exponential with full jitter, or what the service asks for.

    `attempt` is the one that failed. See the AWS Architecture Blog, "Exponential Backoff And
    Jitter".
    """
    most = min(LONGEST_DELAY, retry.delay.total_seconds() * 2.0 ** min(attempt - 1, _DOUBLINGS))
    asked = error.details.get("retry_after")
    least = float(asked) if isinstance(asked, int | float) else 0.0
    return max(chance() * most, min(least, LONGEST_DELAY))


def _resolved(planned: PlannedCard, scope: Mapping[str, Any]) -> Any:
    return planned.inputs.resolve(scope)


def _failed(
    planned: PlannedCard,
    around: Surroundings,
    attempt: int,
    error: PenstockError,
    seconds: float,
) -> CardOutcome:
    said = {"error": error.as_dict(), "seconds": round(seconds, 6)}
    handling = planned.use.on_error
    if handling is None or handling.then != "continue":
        around.emit("card.failed", planned.id, attempt, said)
        return CardOutcome(error=error)
    try:
        values = planned.values.resolve(around.scope)
        kept = around.kept(planned, values)
    except PenstockError as wrong:
        wrong = _placed(wrong, planned)
        around.emit("card.failed", planned.id, attempt, {**said, "error": wrong.as_dict()})
        return CardOutcome(error=wrong)
    said |= {"continued": True, **around.shown_outputs(kept)}
    around.emit("card.failed", planned.id, attempt, said)
    return CardOutcome(values, kept, replaced=True)


def _placed(raised: Exception, planned: PlannedCard) -> PenstockError:
    """The error with the card it happened in; what no card should raise is a defect."""
    if not isinstance(raised, PenstockError):
        _log.error("card %s raised %s", planned.use.card, type(raised).__name__, exc_info=raised)
        fault = InternalFault(
            f"The card {planned.use.card} failed with {type(raised).__name__}, which it should "
            "have explained.",
            hint="Please report this; the server's log has the details.",
            where=Where(card=planned.id),
        )
        fault.__cause__ = raised
        return fault
    if raised.where.card is None:
        where = raised.where
        raised.where = Where(where.flow, planned.id, where.field, where.line, where.column)
    return raised
