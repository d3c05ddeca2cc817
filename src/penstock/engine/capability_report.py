"""What a connection's role may do, card by card, in a bucket or in the whole account."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from penstock.engine.foresight import NeedForesight, Verdict


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class CapabilityNeed(NeedForesight):
    """One permission that a card may need; `when` says with which inputs.

    Without an `optional` one the card works less well: `without` says what is then missed.
    """

    when: str
    optional: bool = False
    without: str = ""


class CardCapability(_Value):
    """One card: `allowed` if it works when it is given no more than it must be, `denied` if
    something that it needs then is denied, `unknown` if only trying would tell.

    `limits` are what else it may need and is not known to have. `policy` is what to add to the
    role's policies for what is denied (for a card that works: with which it works whatever it is
    given), or None where adding would not help or nothing is denied.
    """

    card: str
    title: str
    verdict: Verdict
    reason: str
    sure: bool = False
    needs: tuple[CapabilityNeed, ...] = ()
    limits: tuple[CapabilityNeed, ...] = ()
    policy: dict[str, Any] | None = None


class CapabilityReport(_Value):
    """All cards that use such a connection. `policy` adds what the denied ones lack, all in one;
    `notes` says how far to trust it."""

    connection: str
    role_arn: str
    bucket: str | None
    cards: tuple[CardCapability, ...]
    policy: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


class Offered(_Value):
    """Names that an input may be given, in order; `complete` is false if there are more that
    begin with `prefix`."""

    prefix: str
    names: tuple[str, ...]
    complete: bool
