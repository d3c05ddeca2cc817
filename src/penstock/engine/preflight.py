"""Looking ahead: what AWS would allow a flow's cards, found out without changing anything.

Where the role's policies are known the evaluator answers. Where they are not, or leave it open,
the connector asks AWS by requests that only read, in a session whose policy allows nothing but
the flow's own reading: what a preflight writes, AWS itself refuses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

from penstock.catalog.card import Card
from penstock.catalog.context import ConnectionHandle, RunFacts, ServiceRequest
from penstock.catalog.files import Files
from penstock.catalog.knowledge import partial_inputs
from penstock.catalog.probing import Probed
from penstock.connections.lifecycle import require_usable
from penstock.connections.model import Connection
from penstock.connections.repository import ConnectionRepository
from penstock.connections.session_name import flow_session_name
from penstock.engine.context import Broker, Resources
from penstock.engine.foresight import CardForesight, Foresight, NeedForesight, of_card
from penstock.engine.narrowing import narrow
from penstock.engine.plan import Plan, PlannedCard
from penstock.errors import InternalFault, NotFound, PenstockError, Refused, RoleArnInvalid
from penstock.iam.actions import find_action
from penstock.iam.evaluation import PolicySet
from penstock.iam.generation import Need
from penstock.iam.grants import grant
from penstock.iam.judging import Judge, Judgement
from penstock.iam.permission import Permission

PolicySource = Callable[[str], PolicySet]
"""The policies of a connection's role, by the connection's id. Raises PenstockError."""

_READS: Final = frozenset({"Read", "List"})
_BY_POLICIES: Final = (
    "What the role's policies say was taken for what AWS will say. A bucket's own policy, a "
    "policy of the organization or of a VPC endpoint may still say otherwise."
)
_BY_POLICIES_ALONE: Final = "Nothing was asked of AWS: only the policies given were looked at."

T = TypeVar("T")


class Preflight:
    """Looks ahead for flows, with the connections that they name."""

    def __init__(
        self,
        connections: ConnectionRepository,
        broker: Broker,
        resources: Resources,
        policies: PolicySource | None = None,
    ) -> None:
        self._connections = connections
        self._broker = broker
        self._resources = resources
        self._policies = policies

    def look(
        self, plan: Plan, scope: Mapping[str, Any], *, policies: PolicySet | None = None
    ) -> Foresight:
        """What each card of the plan may do; `scope` has what is known of mappings already.

        Args:
            policies: what the roles are taken to be allowed; AWS is not asked anything then.
        """
        flight = _Flight(self, plan, scope, policies)
        cards = tuple(flight.card(planned) for planned in plan.cards)
        return Foresight(flow=plan.document.flow, cards=cards, notes=tuple(flight.notes))

    def connection(self, nickname: str) -> Connection:
        """Raises NotFound, ConnectionNotVerified, ConnectionUnsafe."""
        found = self._connections.find(nickname)
        if found is None:
            raise NotFound(
                f"There is no connection {nickname}.", hint="See `penstock connections list`."
            )
        require_usable(found, datetime.now(UTC))
        return found

    def handle(self, found: Connection, flow: str, needs: list[Need]) -> ConnectionHandle:
        """A session that can do of `needs` what reads, and nothing else."""
        reading = [need for need in needs if reads(need.permission)]
        policy = narrow(reading, found.partition or "aws").text
        return self._broker.open(
            found.id, session_policy=policy, session_name=flow_session_name(flow)
        )

    def role_policies(self, found: Connection) -> PolicySet:
        """Raises PenstockError: they cannot be read."""
        if self._policies is None:
            raise NotFound("Nobody reads roles' policies here.")
        return self._policies(found.id)

    def side(
        self, nickname: str, flow: str, needs: list[Need], note: Callable[[str], None]
    ) -> "Side":
        """The connection with what is known of its role, or why it may not be used."""
        try:
            found = self.connection(nickname)
            handle = self.handle(found, flow, needs)
            # Whether the role still lets Penstock in decides for all cards at once.
            handle.credentials()
        except PenstockError as error:
            return Side(None, refusal=error)
        judge = None
        try:
            judge = Judge(self.role_policies(found), found.role_arn or "")
            note(_BY_POLICIES)
        except PenstockError as error:
            note(f"The policies of {nickname}'s role are not known: {error.message}")
        return Side(found, judge, handle)

    def ask(
        self, card: Card, side: "Side", need: Permission, *, card_id: str, flow: str
    ) -> NeedForesight:
        """Whether the side's connection has one permission that `card` needs."""
        judged = None
        if side.judge is not None:
            partition = (side.connection and side.connection.partition) or "aws"
            one = grant(need, card_id, partition)
            judged = side.judge.judge(one.action, one.resource, one.conditions)
            if judged.verdict == "allowed" or judged.explicit:
                return _judged(need, judged)
        probed = self._probed(card, side, need, card_id, flow)
        if probed is not None and probed.verdict != "unknown":
            return NeedForesight(
                action=need.action,
                resource=need.resource,
                verdict=probed.verdict,
                reason=probed.reason,
                by="probe",
                sure=probed.verdict == "denied",
            )
        if judged is not None:
            return _judged(need, judged)
        return NeedForesight(
            action=need.action,
            resource=need.resource,
            verdict="unknown",
            reason=probed.reason if probed else _untold(need),
        )

    def _probed(
        self, card: Card, side: "Side", need: Permission, card_id: str, flow: str
    ) -> Probed | None:
        if side.handle is None or not reads(need):
            return None
        context = ProbeContext(card_id, flow, side.handle, self._resources)
        try:
            return card.probe(context, need)
        except PenstockError as error:
            return Probed("unknown", f"AWS could not be asked: {error.message}")


@dataclass(slots=True)
class Side:
    """A connection as a preflight sees it."""

    connection: Connection | None
    judge: Judge | None = None
    handle: ConnectionHandle | None = None
    refusal: PenstockError | None = None


class _Flight:
    """One preflight under way. Whatever several cards need is asked once."""

    def __init__(
        self,
        preflight: Preflight,
        plan: Plan,
        scope: Mapping[str, Any],
        policies: PolicySet | None,
    ) -> None:
        self._preflight = preflight
        self._flow = plan.document.flow
        self._policies = policies
        self._needs = {planned.id: _needs(planned, scope) for planned in plan.cards}
        self._plan = plan
        self._sides: dict[str, Side] = {}
        self._found: dict[tuple[str, str], NeedForesight] = {}
        self.notes: list[str] = [] if policies is None else [_BY_POLICIES_ALONE]

    def card(self, planned: PlannedCard) -> CardForesight:
        nickname = planned.use.connection
        needs = [one.permission for one in self._needs[planned.id] if not one.permission.optional]
        if nickname is None or not planned.card.needs_connection:
            return of_card(planned, ())
        if nickname not in self._sides:
            self._sides[nickname] = self._side(nickname)
        side = self._sides[nickname]
        if (refusal := side.refusal) is not None:
            return CardForesight(
                id=planned.id,
                card=planned.use.card,
                connection=nickname,
                verdict="denied" if isinstance(refusal, Refused | NotFound) else "unknown",
                reason=refusal.message,
                sure=isinstance(refusal, Refused | NotFound),
            )
        return of_card(planned, tuple(self._need(planned, side, need) for need in needs))

    def _side(self, nickname: str) -> Side:
        if self._policies is not None:
            return self._given(nickname)
        mine = [
            need
            for planned in self._plan.cards
            if planned.use.connection == nickname
            for need in self._needs[planned.id]
        ]
        return self._preflight.side(nickname, self._flow, mine, self._note)

    def _given(self, nickname: str) -> Side:
        """A role that has the policies given, of whatever name."""
        assert self._policies is not None
        try:
            found: Connection | None = self._preflight.connection(nickname)
        except PenstockError:
            found = None
        arn = (found and found.role_arn) or "arn:aws:iam::000000000000:role/any"
        try:
            return Side(found, Judge(self._policies, arn))
        except RoleArnInvalid as error:
            return Side(found, refusal=error)

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def _need(self, planned: PlannedCard, side: Side, need: Permission) -> NeedForesight:
        key = (planned.use.connection or "", repr(need))
        if key not in self._found:
            self._found[key] = self._preflight.ask(
                planned.card, side, need, card_id=planned.id, flow=self._flow
            )
        return self._found[key]


def reads(permission: Permission) -> bool:
    """Whether the action changes nothing, by AWS's own access levels."""
    found = find_action(permission.action)
    return found is not None and found.access in _READS


def _needs(planned: PlannedCard, scope: Mapping[str, Any]) -> list[Need]:
    inputs = partial_inputs(planned.card, planned.use.inputs, scope)
    return [Need(permission, planned.id) for permission in planned.card.permissions(inputs)]


def _judged(need: Permission, judged: Judgement) -> NeedForesight:
    verdict = "unknown" if judged.verdict == "partly" else judged.verdict
    reason = judged.reason
    if verdict == "denied" and not judged.explicit:
        reason = f"{reason} Only a policy of the bucket or key itself could still allow it."
    return NeedForesight(
        action=need.action,
        resource=need.resource,
        verdict=verdict,
        reason=reason,
        by="policies",
        sure=judged.explicit,
    )


def _untold(need: Permission) -> str:
    if reads(need):
        return f"No harmless request tells whether {need.action} is allowed."
    return f"Only doing it would tell whether {need.action} on {need.resource} is allowed."


class ProbeContext:
    """Implements `catalog.context.CardContext` for a probe: there is no run, and no file."""

    attempt = 1

    def __init__(
        self, card_id: str, flow: str, connection: ConnectionHandle, resources: Resources
    ) -> None:
        self.run = RunFacts("preflight", flow, 0, datetime.now(UTC))
        self.card_id = card_id
        self.connection = connection
        self._resources = resources

    @property
    def files(self) -> Files:
        raise InternalFault("A preflight has no files.")

    def resource(self, kind: type[T]) -> T:
        return self._resources.get(kind)

    def note_request(self, request: ServiceRequest) -> None:
        """There is no run to note it in."""

    def note_progress(self, done: int, total: int | None, unit: Literal["bytes", "items"]) -> None:
        """There is nobody to tell."""

    def raise_if_cancelled(self) -> None:
        """It cannot be cancelled; its requests are few and small."""
