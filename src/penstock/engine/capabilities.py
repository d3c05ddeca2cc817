"""Finds out what a connection's role may do, and offers what it can list, without writing.

As a preflight does for a flow, but for every card there is and whatever its inputs are.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from penstock.catalog.card import Card
from penstock.catalog.choices import Choices
from penstock.catalog.needs import Needed, needed
from penstock.connections.model import Connection
from penstock.connections.repository import ConnectionRepository
from penstock.engine.capability_report import (
    CapabilityNeed,
    CapabilityReport,
    CardCapability,
    Offered,
)
from penstock.engine.context import Broker, Resources
from penstock.engine.foresight import NeedForesight, Verdict
from penstock.engine.preflight import PolicySource, Preflight, ProbeContext, Side
from penstock.errors import InvalidInput, Where
from penstock.iam.flow_policy import owned_by
from penstock.iam.generation import Need, policy_for
from penstock.iam.permission import Permission

KEPT_SECONDS: Final = 30.0
"""For so long names once listed are offered again without asking AWS."""

MOST_KEPT: Final = 64

_INPUT: Final = re.compile(r"\{[a-z_.]+\}")
_NAME: Final = "capabilities"
"""In the place of a flow's name in the session's name, which the role's owner sees."""

_BUCKETS: Final = "buckets"


class Catalog(Protocol):
    """`catalog.registry.Registry`, as far as it is asked here."""

    def cards(self) -> Sequence[Card]: ...
    def choices(self, kind: str) -> Choices:
        """Raises NotFound."""
        ...


class Capabilities:
    """Reports on verified connections. Safe in many threads."""

    def __init__(
        self,
        catalog: Catalog,
        connections: ConnectionRepository,
        broker: Broker,
        resources: Resources,
        policies: PolicySource | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalog = catalog
        self._resources = resources
        self._preflight = Preflight(connections, broker, resources, policies)
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], tuple[float, Offered]] = OrderedDict()

    def report(self, reference: str, *, bucket: str | None = None) -> CapabilityReport:
        """Card by card, in the bucket, or without one in whatever bucket of the account.

        Raises:
            NotFound, ConnectionNotVerified, ConnectionUnsafe
            AccessDenied: the role does not let Penstock in any more.
            InvalidInput: no bucket can have that name.
        """
        if bucket is not None:
            _checked(self._catalog.choices(_BUCKETS), bucket)
        known = {} if bucket is None else {_BUCKETS: bucket}
        found = self._preflight.connection(reference)
        cards = [card for card in self._catalog.cards() if card.needs_connection]
        needs = {card.id: [_placed(one) for one in needed(card, known)] for card in cards}
        notes: list[str] = []
        every = [Need(one.permission, card) for card, each in needs.items() for one in each]
        side = self._preflight.side(found.nickname, _NAME, every, notes.append)
        if side.refusal is not None:
            raise side.refusal
        look = _Look(self._preflight, side)
        looked = [_of_card(card, look.needs(card, needs[card.id]), found) for card in cards]
        lacking = [need for _, several in looked for need in several]
        return CapabilityReport(
            connection=found.nickname,
            role_arn=found.role_arn or "",
            bucket=bucket,
            cards=tuple(card for card, _ in looked),
            policy=policy_for(lacking, partition=found.partition or "aws").as_dict()
            if lacking
            else None,
            notes=tuple(notes),
        )

    def offer(self, reference: str, kind: str, *, prefix: str = "") -> Offered:
        """Names of this kind that begin with `prefix`; those of half a minute ago will do.

        Raises:
            NotFound, ConnectionNotVerified, ConnectionUnsafe
            AccessDenied: the role may not list them.
            ServiceFault: AWS did not answer.
        """
        choices = self._catalog.choices(kind)
        found = self._preflight.connection(reference)
        scope = (found.id, found.role_arn or "", kind)
        if (whole := self._remembered((*scope, ""))) and (not prefix or whole.complete):
            names = tuple(name for name in whole.names if name.startswith(prefix))
            return Offered(prefix=prefix, names=names, complete=whole.complete)
        if kept := self._remembered((*scope, prefix)):
            return kept
        needs = [Need(one, kind) for one in choices.permissions]
        handle = self._preflight.handle(found, _NAME, needs)
        answer = choices.ask(ProbeContext(kind, _NAME, handle, self._resources), prefix)
        offered = Offered(prefix=prefix, names=answer.names, complete=answer.complete)
        with self._lock:
            self._kept[*scope, prefix] = (self._clock(), offered)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return offered

    def _remembered(self, key: tuple[str, ...]) -> Offered | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                return None
            if self._clock() - kept[0] > KEPT_SECONDS:
                del self._kept[key]
                return None
            return kept[1]


class _Look:
    """One report under way. What several cards need is asked once."""

    def __init__(self, preflight: Preflight, side: Side) -> None:
        self._preflight = preflight
        self._side = side
        self._found: dict[str, NeedForesight] = {}

    def needs(self, card: Card, needs: Iterable[Needed]) -> list[tuple[Needed, CapabilityNeed]]:
        return [(one, self._need(card, one)) for one in needs]

    def _need(self, card: Card, one: Needed) -> CapabilityNeed:
        permission = replace(one.permission, optional=False, without="")
        key = repr(permission)
        if key not in self._found:
            self._found[key] = self._preflight.ask(
                card, self._side, permission, card_id=card.id, flow=_NAME
            )
        return CapabilityNeed(
            **self._found[key].model_dump(),
            when=_when(one),
            optional=one.permission.optional,
            without=one.permission.without,
        )


def _of_card(
    card: Card, looked: list[tuple[Needed, CapabilityNeed]], connection: Connection
) -> tuple[CardCapability, list[Need]]:
    """The verdict on a card, and what it lacks so that it is denied."""
    basic = [pair for pair in looked if pair[0].always and not pair[0].permission.optional]
    denied = [pair for pair in basic if pair[1].verdict == "denied"]
    unknown = [pair for pair in basic if pair[1].verdict == "unknown"]
    limits = [pair for pair in looked if pair not in basic and pair[1].verdict != "allowed"]
    deciding = denied or unknown
    said = " ".join(dict.fromkeys(found.reason for _, found in deciding))
    if not basic:
        said = "It needs no permission."
    elif not deciding:
        said = "All that it cannot do without is allowed."
    verdict: Verdict = "denied" if denied else "unknown" if unknown else "allowed"
    broad = {found.verdict for one, found in looked if "*" in one.permission.action}
    if broad and broad != {verdict}:
        # Whatever it is given decides what it needs, so that the least of it says little.
        verdict, denied = "unknown", []
        said = f"What it needs depends on what it asks for. {said}"
    missing = denied or [
        (one, found)
        for one, found in limits
        if found.verdict == "denied" and not found.optional and "*" not in found.action
    ]
    account = connection.account_id
    add = [
        Need(_owned(one.permission, account), card.id)
        for one, found in missing
        # No Allow undoes a Deny.
        if not (found.sure and found.by == "policies")
    ]
    capability = CardCapability(
        card=card.id,
        title=card.title,
        verdict=verdict,
        reason=said,
        sure=any(found.sure for _, found in denied),
        needs=tuple(found for _, found in basic),
        limits=tuple(found for _, found in limits),
        policy=policy_for(add, partition=connection.partition or "aws").as_dict() if add else None,
    )
    return capability, add if denied else []


def _placed(one: Needed) -> Needed:
    """With `*` in place of the inputs that only a run knows."""
    permission = one.permission
    conditions = {
        operator: {
            key: tuple(_INPUT.sub("*", value) for value in values) for key, values in tests.items()
        }
        for operator, tests in permission.conditions.items()
    }
    resource = _INPUT.sub("*", permission.resource)
    return replace(one, permission=replace(permission, resource=resource, conditions=conditions))


def _owned(permission: Permission, account: str | None) -> Permission:
    plain = permission.resource.startswith("arn:aws:s3:::")
    return owned_by(permission, account) if account and plain else permission


def _when(one: Needed) -> str:
    names = " or ".join((*one.inputs, *one.unless))
    if one.always:
        return f"unless {names} is given" if names else "always"
    return f"with {names}" if names else "with some inputs"


def _checked(choices: Choices, name: str) -> None:
    try:
        choices.check(name)
    except ValueError as error:
        raise InvalidInput(
            f"`{name[:80]}` is no bucket: {error}.", where=Where(field="bucket")
        ) from None
