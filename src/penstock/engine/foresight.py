"""What a preflight says of a flow: card by card, what AWS would allow."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from penstock.engine.plan import PlannedCard

Verdict = Literal["allowed", "denied", "unknown"]
Source = Literal["policies", "probe"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class NeedForesight(_Value):
    """One permission that a card cannot do without.

    `by` says where the verdict comes from: the role's policies, or a request that only reads;
    None if from neither. A denial is `sure` if an explicit Deny or AWS itself said so: what only
    no policy of the role allows, the bucket's own policy still may.
    """

    action: str
    resource: str
    verdict: Verdict
    reason: str
    by: Source | None = None
    sure: bool = False


class CardForesight(_Value):
    """One card: `denied` if something that it needs is, `unknown` if that cannot be told before
    it runs, and why."""

    id: str
    card: str
    connection: str | None
    verdict: Verdict
    reason: str
    sure: bool = False
    permissions: tuple[NeedForesight, ...] = ()


class Foresight(_Value):
    """All cards of a flow in order; `notes` says how far to trust it."""

    flow: str
    cards: tuple[CardForesight, ...]
    notes: tuple[str, ...] = ()


def of_card(planned: PlannedCard, needs: tuple[NeedForesight, ...]) -> CardForesight:
    """What the verdicts on its permissions come to for the card."""
    denied = [need for need in needs if need.verdict == "denied"]
    unknown = [need for need in needs if need.verdict == "unknown"]
    deciding = denied or unknown
    verdict: Verdict = "denied" if denied else "unknown" if unknown else "allowed"
    said = " ".join(dict.fromkeys(need.reason for need in deciding))
    if not needs:
        said = "It needs no permission."
    elif not deciding:
        said = "All that it cannot do without is allowed."
    return CardForesight(
        id=planned.id,
        card=planned.use.card,
        connection=planned.use.connection,
        verdict=verdict,
        reason=said,
        sure=any(need.sure for need in denied),
        permissions=needs,
    )
