"""The least-privilege policies of flows and cards, and what given policies make of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from penstock.catalog.policies import needs_of_card, needs_of_flow
from penstock.catalog.verdicts import ANY_ROLE
from penstock.connections.model import Connection
from penstock.errors import InvalidInput, NotFound, Where
from penstock.flows.checking import connections_of
from penstock.flows.document import FlowDocument
from penstock.flows.reading import document_invalid, read_flow
from penstock.iam.downloads import given_policy
from penstock.iam.evaluation import PolicySet
from penstock.iam.flow_policy import policies_for, split_notice
from penstock.iam.generation import Need, policy_for
from penstock.iam.managed import managed_policy
from penstock.iam.policy import Policy
from penstock.server.application import Application
from penstock.server.policy_bodies import GivenPolicies, PolicyFor

# What a role needs can be asked before there is a connection, so these do not matter.
_OF_CONNECTIONS = frozenset({"unknown_connection", "unsafe_connection", "missing_connection"})


@dataclass(frozen=True, slots=True)
class Needed:
    """What is asked about: its needs, a name for their policies, and whose role it is for.

    `owned` are the needs with the account that is expected to own the buckets. `connections` are
    the nicknames that its cards use; `connection` is the one that counts, if it exists.
    """

    needs: tuple[Need, ...]
    owned: tuple[Need, ...]
    name: str
    connections: tuple[str, ...]
    connection: Connection | None = None

    @property
    def role_arn(self) -> str:
        """The connection's role, or one that stands for any."""
        found = self.connection
        if found is None or found.role_arn is None:
            return ANY_ROLE
        return found.role_arn

    @property
    def role_name(self) -> str | None:
        """The role's name, if it has one."""
        return None if self.role_arn == ANY_ROLE else self.role_arn.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Given:
    """Policies to be judged, and what is to be said of where they come from."""

    policies: PolicySet
    notes: tuple[str, ...] = field(default=())


def policy_of(
    application: Application,
    *,
    flows: Iterable[str] = (),
    cards: Iterable[str] = (),
    partition: str = "aws",
    connection: str | None = None,
) -> Policy:
    """What a role needs for these flows (as they are now) and cards, as one policy.

    Raises:
        NotFound: no such flow or card.
    """
    needs: list[Need] = []
    for name in flows:
        document = application.flows.get(name).document
        needs += needs_of_flow(document, application.catalog, connection=connection)
    for card_id in cards:
        needs += needs_of_card(application.catalog.card(card_id))
    return policy_for(needs, partition=partition)


def needed(application: Application, asked: PolicyFor) -> Needed:
    """What flows, documents and cards need; with a connection alone, all flows that use it.

    Raises:
        NotFound: no such flow, card or connection.
        DocumentInvalid: a document with errors.
        InvalidInput: nothing is asked about.
    """
    found = application.connections.get(asked.connection) if asked.connection else None
    names = list(asked.flows)
    if found and not (asked.flows or asked.texts or asked.cards):
        names = list(application.connections.usage(found.id))
    elif not (asked.flows or asked.texts or asked.cards):
        raise InvalidInput(
            "Nothing is named that could need a policy.",
            hint="Name flows, documents, cards, or a connection.",
        )
    documents = [application.flows.get(name).document for name in names]
    documents += [_document(application, text) for text in asked.texts]
    used = tuple(dict.fromkeys(one for each in documents for one in connections_of(each.cards)))
    if found is None and len(used) == 1:
        found = _known(application, used[0])
    nickname = found.nickname if found and asked.connection else None
    of_cards = [
        need for card_id in asked.cards for need in needs_of_card(application.catalog.card(card_id))
    ]

    def needs(owner: str | None) -> tuple[Need, ...]:
        of_flows = [
            need
            for each in documents
            for need in needs_of_flow(
                each,
                application.catalog,
                connection=nickname,
                owner=owner,
                qualified=len(documents) > 1,
            )
        ]
        return (*of_flows, *of_cards)

    owned = needs(found.account_id if found else None)
    return Needed(needs(None), owned, _name(documents, asked, found), used, found)


def written(application: Application, what: Needed) -> tuple[tuple[Policy, ...], tuple[str, ...]]:
    """The policies for a role, and what is to be said of them."""
    found = what.connection
    partition = found.partition if found else None
    if partition is None:
        partition = "aws"
    policies = policies_for(what.owned, partition=partition)
    notices: list[str] = []
    if said := split_notice(policies):
        notices.append(said)
    if not what.needs:
        notices.append("The cards need no permission: this policy allows nothing.")
    if found is None and len(what.connections) > 1:
        names = ", ".join(what.connections)
        notices.append(f"The cards use several connections ({names}): ask for each role's own.")
    return policies, tuple(notices)


def given(application: Application, asked: GivenPolicies, connection: Connection | None) -> Given:
    """The policies that are named, pasted, or the role's own.

    Raises:
        PolicyInvalid: a document that cannot be read.
        NotFound: no AWS managed policy of that name is known.
        InvalidInput: the role's own are asked for and it is not known which role, or nothing is
            given.
        AccessDenied: the role may not read its own policies.
    """
    if not (asked.documents or asked.managed or asked.role):
        raise InvalidInput("No policy is given.", hint="Give documents, names, or the role's own.")
    identity: list[Policy] = []
    notes: list[str] = []
    for one in asked.documents:
        try:
            identity.append(given_policy(one.document, name=one.name))
        except InvalidInput as error:
            error.message = f"{one.name}: {error.message}" if one.name else error.message
            raise
    for name in asked.managed:
        kept = managed_policy(name)
        identity.append(kept.policy)
        notes.append(f"{kept.name} is taken as AWS published it on {kept.taken}.")
    boundary = None
    if asked.role:
        if connection is None:
            raise InvalidInput(
                "It is not known whose role to look at.",
                hint="Name the connection, or give the policy as a file.",
                where=Where(field="connection"),
            )
        own = application.role_policies.read(connection.id)
        identity += own.identity
        boundary = own.boundary
        notes += own.notes
    return Given(PolicySet(identity=tuple(identity), boundary=boundary), tuple(notes))


def _document(application: Application, text: str) -> FlowDocument:
    problems = [each for each in application.flows.check(text) if each.code not in _OF_CONNECTIONS]
    if any(each.severity == "error" for each in problems):
        raise document_invalid(problems)
    return read_flow(text).document


def _known(application: Application, nickname: str) -> Connection | None:
    try:
        return application.connections.get(nickname)
    except NotFound:
        return None


def _name(
    documents: Sequence[FlowDocument], asked: PolicyFor, connection: Connection | None
) -> str:
    if len(documents) == 1 and not asked.cards:
        return documents[0].flow
    if len(asked.cards) == 1 and not documents:
        return asked.cards[0].replace(".", "-")
    return connection.nickname if connection else "permissions"
