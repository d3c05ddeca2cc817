"""What a person does with flows: check, save, look at, take away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import JsonValue

from penstock.errors import NotFound, Problem
from penstock.flows.checking import check, connections_of
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt, excerpt
from penstock.flows.map import FlowMap, map_of
from penstock.flows.nearest import quoted
from penstock.flows.nicknames import nickname_key
from penstock.flows.organisation import FlowOrganisation
from penstock.flows.reading import (
    Reading,
    document_invalid,
    in_order,
    read_as_far_as_possible,
    read_flow,
)
from penstock.flows.renaming import rename_in
from penstock.flows.repository import FlowRepository, FlowVersion
from penstock.flows.rewriting import as_written, rewrite
from penstock.flows.signature import CardLookup, ConnectionLookup


@dataclass(frozen=True, slots=True)
class Draft:
    """A document being edited. `document` is None where the text cannot be read as one."""

    text: str
    document: Mapping[str, JsonValue] | None
    problems: tuple[Problem, ...]


class FlowService(FlowOrganisation):
    """Flows and their versions. Also tells connections who uses them (their `UsageLookup`).

    Args:
        connections: left out, connections that flows name are not looked up.
        known_user: a username as it is kept, or None if there is no such user.
    """

    def __init__(
        self,
        repository: FlowRepository,
        cards: CardLookup,
        connections: ConnectionLookup | None = None,
        *,
        known_user: Callable[[str], str | None] = lambda _: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(repository, known_user)
        self._cards = cards
        self._connections = connections
        self._clock = clock

    def check(self, text: str) -> Sequence[Problem]:
        """Every problem of a document, warnings included, in document order.

        Where parts of it cannot be read, the rest is checked all the same.
        """
        return self._checked(read_as_far_as_possible(text))

    def draft(self, text: str, document: Mapping[str, JsonValue] | None = None) -> Draft:
        """A document being edited: its text, what that says, and its problems. Keeps nothing.

        Args:
            document: what `text` is to say instead; as much of it as is still true stays.
        """
        if document is not None:
            text = rewrite(text, document)
        reading = read_as_far_as_possible(text)
        whole = reading.source is not None and not reading.problems
        said = as_written(reading.source.document) if whole and reading.source else None
        return Draft(text, said, tuple(self._checked(reading)))

    def excerpt(self, text: str, card_id: str) -> Excerpt:
        """One card of a document, ready to be run by itself; the others may be wrong.

        Raises:
            DocumentInvalid: the text is no flow document, or something is wrong with the card.
            NotFound: the document has no card with that id.
        """
        reading = read_as_far_as_possible(text)
        if reading.source is None:
            raise document_invalid(reading.problems)
        found = excerpt(reading.source.document, card_id, self._cards)
        problems = check(found.document, self._cards, self._connections)
        if any(problem.severity == "error" for problem in problems):
            raise document_invalid(problems)
        return found

    def apply(
        self, text: str, *, based_on: int | None = None, saved_by: str | None = None
    ) -> FlowVersion:
        """Save the document as its flow's next version. The same text again changes nothing.

        Args:
            based_on: the version that it was made from, 0 for none: another one must not have
                been saved since.
            saved_by: a username; of a new flow its owner.

        Raises:
            DocumentInvalid: with all problems; warnings alone do not stop it.
            Conflict: there is a later version than `based_on`.
        """
        reading = read_as_far_as_possible(text)
        problems = self._checked(reading)
        if reading.source is None or any(problem.severity == "error" for problem in problems):
            raise document_invalid(problems)
        return self._save(text, reading.source.document, based_on, saved_by=saved_by)

    def get(self, name: str, version: int | None = None) -> FlowVersion:
        """The current version of a flow, or that one. Raises NotFound."""
        found = self._repository.find(name, version)
        if found is not None:
            return found
        current = None if version is None else self._repository.find(name)
        if current is not None:
            raise NotFound(
                f"The flow {quoted(name)} has no version {version}.",
                hint=f"Its current version is {current.version}.",
            )
        raise self._no_flow(name)

    def map(self) -> FlowMap:
        """Which flows use which connections, and which call which."""
        return map_of(self.list(), self._cards, self._connections)

    def versions(self, name: str) -> Sequence[FlowVersion]:
        """Newest first. Raises NotFound."""
        self.get(name)
        return self._repository.versions(name)

    def export(self, name: str, version: int | None = None) -> str:
        """The text as it was saved, comments included. Raises NotFound."""
        return self.get(name, version).text

    def delete(self, name: str) -> None:
        """Take the flow away with all its versions; runs keep their own. Raises NotFound."""
        self.get(name)
        self._repository.remove(name)

    def flows_using(self, nickname: str) -> Sequence[str]:
        """Names of flows whose current version has a card with this connection."""
        return [one.flow for one in self.list(connection=nickname)]

    def rename_connection(
        self, old: str, new: str, *, saved_by: str | None = None
    ) -> Sequence[str]:
        """Let flows follow a connection's new nickname, each as a new version; gives their names.

        Their texts keep comments and layout.
        """
        key = nickname_key(old)
        renamed = []
        for flow in self.list(connection=old):
            source = read_flow(flow.current.text)
            text = rename_in(source, lambda one: nickname_key(one) == key, new)
            renamed.append(self._save(text, read_flow(text).document, saved_by=saved_by).flow)
        return renamed

    def _checked(self, reading: Reading) -> Sequence[Problem]:
        if reading.source is None:
            return reading.problems
        told = {problem.pointer for problem in reading.problems}
        found = check(reading.source, self._cards, self._connections)
        return in_order([*reading.problems, *(one for one in found if one.pointer not in told)])

    def _save(
        self,
        text: str,
        document: FlowDocument,
        based_on: int | None = None,
        *,
        saved_by: str | None = None,
    ) -> FlowVersion:
        version = FlowVersion(
            flow=document.flow,
            version=0,
            text=text,
            document=document,
            connections=tuple(connections_of(document.cards)),
            saved_at=self._clock(),
            saved_by=saved_by,
        )
        return self._repository.save(version, based_on=based_on)
