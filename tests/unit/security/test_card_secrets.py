"""A card that computes and fails may quote its inputs: its secrets have to be known by then."""

from types import SimpleNamespace
from typing import Any, cast

from penstock.engine.attempts import Surroundings, run_card
from penstock.engine.plan import PlannedCard
from penstock.engine.redaction import MARK, Redactor, values_at
from penstock.errors import CardFailed

PASSWORD = "hunter2-hunter2"


class Around:
    """Redacts what is emitted, with the secrets it was shown."""

    def __init__(self) -> None:
        self.redact = Redactor()
        self.said: list[Any] = []
        self.scope: dict[str, Any] = {}

    def context(self, *_: Any) -> Any:
        return SimpleNamespace()

    def emit(self, kind: str, card: str, attempt: int, data: dict[str, Any], /) -> None:
        self.said.append(self.redact(data))

    def shown_inputs(self, planned: PlannedCard, inputs: Any) -> dict[str, Any]:
        self.redact.add(values_at(inputs, planned.secrets))
        return {}


def test_a_pure_card_that_fails_does_not_tell_its_secret() -> None:
    class Inputs:
        @staticmethod
        def model_validate(values: Any) -> Any:
            return values

    def run(_: Any, inputs: Any) -> Any:
        raise CardFailed(f"{inputs['password']} is too short.")

    planned = SimpleNamespace(
        id="hash",
        card=SimpleNamespace(effect="pure", inputs=Inputs, run=run),
        use=SimpleNamespace(card="toy.hash", on_error=None),
        inputs=SimpleNamespace(resolve=lambda _: {"password": PASSWORD}),
        secrets=(("password",),),
        retry=SimpleNamespace(attempts=0),
    )
    around = Around()
    outcome = run_card(cast(PlannedCard, planned), cast(Surroundings, around))
    assert outcome.error is not None
    assert PASSWORD not in str(around.said)
    assert MARK in str(around.said)
