"""The check of a flow when it is saved: every problem at once, each at its place."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from penstock.errors import InvalidInput, Problem
from penstock.flows.assignment import Mismatch, mismatch, missing
from penstock.flows.blocks import MAX_HELD, every_use, given_inside, ids_inside
from penstock.flows.connection_use import check_connection
from penstock.flows.document import CardUse, FlowDocument
from penstock.flows.mapping import is_template
from penstock.flows.nearest import did_you_mean, nearest, quoted
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource, in_order
from penstock.flows.report import Report
from penstock.flows.scope import Root, Scope
from penstock.flows.signature import CardLookup, CardSignature, ConnectionLookup
from penstock.flows.starting import RUN, input_problems, start_type
from penstock.flows.template import Template, parse_text
from penstock.flows.types import ANY, Path, Type

RESERVED = frozenset({"start", "run"})
_TEXT = Type.of({"type": "string"})


def check(
    subject: FlowSource | FlowDocument,
    cards: CardLookup,
    connections: ConnectionLookup | None = None,
) -> list[Problem]:
    """Every problem of a flow, in document order; none of severity `error` if it may be saved.

    Args:
        subject: with a source, problems have lines and columns.
        connections: left out, connections are not looked up.
    """
    source = FlowSource.of(subject) if isinstance(subject, FlowDocument) else subject
    return _Check(source, cards, connections).all()


class _Check:
    def __init__(
        self, source: FlowSource, cards: CardLookup, connections: ConnectionLookup | None
    ) -> None:
        self.source = source
        self.report = Report(source)
        self.cards = cards
        self.connections = connections
        self.used: set[str] = set()

    def all(self) -> list[Problem]:
        document = self.source.document
        for problem in input_problems(document):
            where = self.source.where(problem.pointer)
            self.report.problems.append(replace(problem, where=where))
        ids = self._ids()
        roots = {"start": Root(start_type(document)), "run": Root(RUN)}
        self._cards(document.cards, ("cards",), Scope(roots, ids=ids))
        self._unused_inputs()
        if not document.cards:
            self.report.note((), "no_cards", "The flow has no cards yet.", severity="warning")
        return in_order(self.report.problems)

    def _ids(self) -> dict[str, int | None]:
        """Every card's id with its line; doubles and reserved ones are noted."""
        lines: dict[str, int | None] = {}
        hint: str | None
        for use, path in every_use(self.source.document.cards, ("cards",)):
            at = (*path, "id")
            if use.id in RESERVED:
                hint = "Call the card something else."
                message = f"{quoted(use.id)} means something else in mappings."
                self.report.note(at, "reserved_id", message, hint)
            elif use.id in lines:
                line = lines[use.id]
                hint = f"The other one is in line {line}." if line else None
                self.report.note(
                    at, "duplicate_id", f"Two cards have the id {quoted(use.id)}.", hint
                )
            else:
                lines[use.id] = self.source.where(pointer(at)).line
        return lines

    def _cards(self, uses: Sequence[CardUse], path: Path, scope: Scope) -> None:
        for at, use in enumerate(uses):
            outputs = self._card(use, (*path, at), replace(scope, own=use.id))
            if use.id not in RESERVED:
                scope = scope.and_also(use.id, outputs)
            if use.blocks:
                scope = scope.and_over(use.id, ids_inside(use))

    def _card(self, use: CardUse, path: Path, scope: Scope) -> Root:
        """What the card gives to those after it."""
        signature = self.cards.signature(use.card)
        if signature is None:
            hint = did_you_mean(use.card, self.cards.ids(), "Cards are: ")
            message = f"There is no card {quoted(use.card)}."
            self.report.note((*path, "card"), "unknown_card", message, hint)
            self._values(use.inputs, (*path, "inputs"), ANY, scope)
        else:
            check_connection(use, path, signature, self.connections, self.report)
            self._inputs(use, path, signature, scope)
        self._blocks(use, path, signature, scope)
        outputs = Type.of(signature.outputs) if signature else ANY
        return self._on_error(use, path, outputs, scope)

    def _inputs(self, use: CardUse, path: Path, signature: CardSignature, scope: Scope) -> None:
        at = (*path, "inputs")
        wanted = Type.of(signature.inputs)
        noted = self._values(use.inputs, at, wanted, scope)
        for finding in self.cards.findings(use.card, use.inputs):
            place = (*at, *finding.path)
            if pointer(place) in noted:
                continue
            self.report.note(place, finding.code, finding.message, finding.hint, key=finding.of_key)

    def _values(self, value: Any, at: Path, wanted: Type | None, scope: Scope) -> set[str]:
        """Check the mappings in a value, and texts that lack their quotes.

        Gives the pointers of literals that were noted.
        """
        noted: set[str] = set()
        if is_template(value):
            self._mapping(value, at, wanted or ANY, scope)
        elif isinstance(value, dict):
            for name, item in value.items():
                if is_template(name):
                    message = f"{quoted(name)} is taken as it is written: names are no mappings."
                    self.report.note(
                        (*at, name), "mapping_in_name", message, severity="warning", key=True
                    )
                inner = wanted.field(name) if wanted else None
                noted |= self._values(item, (*at, name), inner, scope)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                inner = wanted.item(index) if wanted else None
                noted |= self._values(item, (*at, index), inner, scope)
        elif value is not None and wanted is not None:
            noted |= self._literal(value, at, wanted)
        return noted

    def _literal(self, value: Any, at: Path, wanted: Type) -> set[str]:
        if wanted.is_secret:
            hint = "Ask for it when the flow starts: an input with `secret: true`."
            message = f"{quoted(at[-1])} is a secret and stands in the document."
            self.report.note(at, "secret_in_document", message, hint, severity="warning")
        (kind,) = Type.of_value(value).kinds
        if kind == "text" or wanted.is_any or kind in wanted.kinds or "text" not in wanted.kinds:
            return set()
        # YAML reads `2024` and `true` as what they look like; the text meant may be `02024`.
        self.report.note(at, "wrong_type", f"{quoted(at[-1])} must be text.", "Put it in quotes.")
        return {pointer(at)}

    def _mapping(self, text: str, at: Path, wanted: Type, scope: Scope) -> None:
        try:
            template = parse_text(text)
        except InvalidInput as error:
            self.report.note_inside(
                at, text, error.details["offset"], Mismatch("mapping", error.message, error.hint)
            )
            return
        given = self._template(template, text, at, scope)
        name = template.lone.name if template.lone else "this text"
        offset = template.lone.offset if template.lone else 0
        if found := mismatch(given, wanted, name):
            self.report.note_inside(at, text, offset, found)

    def _template(self, template: Template, text: str, at: Path, scope: Scope) -> Type:
        """The type of what the template makes; what is wrong inside it is noted."""
        given = _TEXT
        for reference in template.references:
            self._mark_used(reference.root, reference.path)
            given, found = scope.type_of(reference)
            if not template.lone and not found and given.nullable:
                found = [missing(reference.name)]
            for one in found:
                self.report.note_inside(at, text, reference.offset, one)
            if template.lone and any(one.code == "may_be_missing" for one in found):
                given = given.without_null()
        return given if template.lone else _TEXT

    def _blocks(
        self, use: CardUse, path: Path, signature: CardSignature | None, scope: Scope
    ) -> None:
        if use.blocks and len(scope.around) == MAX_HELD:
            message = f"Cards stand over {MAX_HELD} deep inside cards here."
            hint = "Let another flow do part of it."
            self.report.note((*path, "blocks"), "too_deep", message, hint, key=True)
            return
        for block in signature.blocks if signature else ():
            if block.required and not use.blocks.get(block.name):
                at = (*path, "blocks", block.name)
                message = f"{quoted(block.title)} of {quoted(use.id)} has no cards yet."
                self.report.note(at, "missing", message, "Put a card into it.", key=True)
        for name, inner in use.blocks.items():
            at = (*path, "blocks", name)
            known = signature.block(name) if signature else None
            if signature and not known:
                self._unknown_block(at, name, signature)
            given = given_inside(use, known, scope) if known else ANY
            self._cards(inner, at, scope.within(use.id, given))
            scope = scope.and_over(use.id, (one.id for one, _ in every_use(inner, at)))

    def _unknown_block(self, at: Path, name: str, signature: CardSignature) -> None:
        names = [block.name for block in signature.blocks]
        message = f"{quoted(signature.id)} holds no cards in {quoted(name)}."
        hint: str | None = did_you_mean(name, names, "Its blocks are: ")
        if not names:
            message = f"{quoted(signature.id)} holds no other cards."
            hint = "Put them after it."
        self.report.note(at, "unknown_block", message, hint, key=True)

    def _on_error(self, use: CardUse, path: Path, outputs: Type, scope: Scope) -> Root:
        handling = use.on_error
        if handling is None:
            return Root(outputs)
        at = (*path, "on_error", "values")
        hint: str | None
        if handling.values and handling.then != "continue":
            hint = "Write `then: continue`, or take the values out."
            message = "These values are used only if the flow goes on after an error."
            self.report.note(at, "unused_values", message, hint, severity="warning", key=True)
        for name, value in handling.values.items():
            wanted = outputs.field(name)
            if wanted is None:
                hint = did_you_mean(name, outputs.names(), "It has: ")
                message = f"{quoted(use.card)} gives no {quoted(name)}."
                self.report.note((*at, name), "unknown_field", message, hint, key=True)
            self._values(value, (*at, name), wanted, scope)
        sure = frozenset(handling.values) if handling.then == "continue" else None
        return Root(outputs, sure)

    def _mark_used(self, root: str, path: Path) -> None:
        if root == "start":
            self.used.add(str(path[0]) if path else "")

    def _unused_inputs(self) -> None:
        if "" in self.used:  # `start` as a whole
            return
        names = self.source.document.start.inputs
        for name in names:
            if name not in self.used:
                close = [one for one in self.used if one not in names and nearest(one, [name])]
                if close:  # told already, as a reference that leads nowhere
                    continue
                self.report.note(
                    ("start", "inputs", name),
                    "unused_input",
                    f"Nothing uses the input {quoted(name)}.",
                    f"Refer to it as `{{{{ start.{name} }}}}`, or take it out.",
                    severity="warning",
                    key=True,
                )


def connections_of(cards: Sequence[CardUse]) -> Mapping[str, None]:
    """The nicknames that cards use, inner cards included, in order."""
    return {
        use.connection: None
        for use, _ in every_use(cards, ("cards",))
        if use.connection is not None
    }
