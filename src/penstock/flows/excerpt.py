"""One card of a flow as a flow of its own: to test it without running what comes before it.

What the card takes from earlier cards becomes inputs of the start card. A file lives in the run
that made it, so a card whose file is wanted comes along instead.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import JsonValue

from penstock.errors import InvalidInput, NotFound
from penstock.flows.blocks import every_use, given_inside, ids_inside
from penstock.flows.document import CardUse, FlowDocument, FlowInput, InputType, Start
from penstock.flows.mapping import texts
from penstock.flows.nearest import did_you_mean, quoted
from penstock.flows.scope import Root, Scope
from penstock.flows.signature import CardLookup
from penstock.flows.starting import RUN, start_type
from penstock.flows.template import Reference, Template, parse_text
from penstock.flows.types import ANY, Type

_ITS_OWN: Final = frozenset({"start", "run"})
_LONGEST_NAME: Final = 56
_DEEPEST: Final = 5
"""How deep files are looked for inside a value."""
_TYPES: Final[tuple[InputType, ...]] = (
    "text",
    "number",
    "boolean",
    "date-time",
    "object",
    "list",
    "file",
)

_Change = Callable[[Reference, Type], Reference]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`document` has `card` alone, and before it the cards that come `along`, by id.

    `taken` says of inputs of the start card where the flow takes their values from: from earlier
    cards, and from what the flow asks for itself (`start.<name>`).
    """

    document: FlowDocument
    card: str
    along: tuple[str, ...]
    taken: dict[str, Reference]


def excerpt(document: FlowDocument, card_id: str, cards: CardLookup) -> Excerpt:
    """The card with that id, ready to be run by itself, with all that it holds.

    What is wrong with its mappings stays wrong: a check of the excerpt says so.

    Raises:
        NotFound: the document has no card with that id.
    """
    use, scope = _find(document, card_id, cards)
    return _Excerpting(document, scope, cards).of(use)


def _find(document: FlowDocument, card_id: str, cards: CardLookup) -> tuple[CardUse, Scope]:
    """The card, and what it can refer to."""
    ids = [use.id for use, _ in every_use(document.cards, ())]
    if card_id not in ids:
        hint = did_you_mean(card_id, ids, "Its cards are: ")
        raise NotFound(f"The flow {document.flow} has no card {quoted(card_id)}.", hint=hint)
    scope = Scope({"start": Root(start_type(document)), "run": Root(RUN)})
    here: Sequence[CardUse] = document.cards
    while True:
        for use in here:
            if use.id == card_id:
                return use, replace(scope, own=card_id)
            if card_id in ids_inside(use):
                break
            signature = cards.signature(use.card)
            scope = scope.and_also(use.id, Root(Type.of(signature.outputs) if signature else ANY))
        name, here = next(
            (name, inner)
            for name, inner in use.blocks.items()
            if any(one.id == card_id for one, _ in every_use(inner, ()))
        )
        signature = cards.signature(use.card)
        block = signature.block(name) if signature else None
        scope = scope.within(use.id, given_inside(use, block, scope) if block else ANY)


class _Excerpting:
    def __init__(self, document: FlowDocument, scope: Scope, cards: CardLookup) -> None:
        self.document = document
        self.scope = scope
        self.cards = cards
        self.inputs: dict[str, FlowInput] = {}
        self.taken: dict[str, Reference] = {}
        self.names: dict[str, str] = {}
        self.used: set[str] = set()
        self.counts: dict[str, int] = {}

    def of(self, use: CardUse) -> Excerpt:
        along = self._along(use)
        inside = {use.id, *ids_inside(use)}.union(*({each.id, *ids_inside(each)} for each in along))

        def change(reference: Reference, wanted: Type) -> Reference:
            return self._asked(reference, wanted, inside)

        chosen = [self._rewritten(each, change) for each in (*along, use)]
        document = self.document.model_copy(
            update={"start": Start(inputs=self.inputs), "cards": chosen}
        )
        return Excerpt(document, use.id, tuple(each.id for each in along), self.taken)

    def _along(self, use: CardUse) -> list[CardUse]:
        """Earlier cards whose files are wanted, in the flow's order."""
        known = {each.id: each for each, _ in every_use(self.document.cards, ())}
        wanted: set[str] = set()
        looked_at = [use]
        while looked_at:
            for reference in _references(looked_at.pop()):
                root = reference.root
                if root in wanted | _ITS_OWN | self.scope.around or root not in self.scope.roots:
                    continue
                if _holds_file(self.scope.type_of(reference)[0]):
                    wanted.add(root)
                    looked_at.append(known[root])
        return [each for each in known.values() if each.id in wanted]

    def _asked(self, reference: Reference, wanted: Type, inside: set[str]) -> Reference:
        """The reference as it is in the excerpt, with what it leads to among the inputs."""
        if reference.root == "start":
            self._keep(reference)
            return reference
        if reference.root in inside | {"run"} or reference.root not in self.scope.roots:
            return reference
        plain = replace(reference, has_fallback=False, fallback=None)
        type_, found = self.scope.type_of(plain)
        if any(one.severity == "error" for one in found):
            return reference
        needed = not (reference.has_fallback or type_.nullable or found)
        name = self._named(reference.name)
        before = self.inputs.get(name)
        self.inputs[name] = FlowInput(
            type=_input_type(type_, wanted),
            title=reference.name,
            required=needed or (before is not None and before.required),
            secret=type_.is_secret,
        )
        self.taken[name] = plain
        return replace(reference, root="start", path=(name,))

    def _keep(self, reference: Reference) -> None:
        """What the flow asks for itself, as it asks for it."""
        declared = self.document.start.inputs
        step = reference.path[0] if reference.path else None
        for name, asked in declared.items():
            if step is None or step == name:
                self.inputs[name] = asked
                self.taken[name] = Reference("start", (name,))

    def _named(self, reference: str) -> str:
        """A name for an input that the flow does not have."""
        if reference in self.names:
            return self.names[reference]
        stem = re.sub(r"[^a-z0-9]+", "_", reference.lower()).strip("_")[:_LONGEST_NAME]
        name = stem
        # Counted on from where the last of this stem came to: there may be very many.
        while name in self.document.start.inputs or name in self.used:
            self.counts[stem] = self.counts.get(stem, 1) + 1
            name = f"{stem}_{self.counts[stem]}"
        self.used.add(name)
        self.names[reference] = name
        return name

    def _rewritten(self, use: CardUse, change: _Change) -> CardUse:
        signature = self.cards.signature(use.card)
        inputs = Type.of(signature.inputs) if signature else ANY
        outputs = Type.of(signature.outputs) if signature else ANY
        handling = use.on_error
        if handling is not None:
            values = {
                name: _changed(value, outputs.field(name), change)
                for name, value in handling.values.items()
            }
            handling = handling.model_copy(update={"values": values})
        return use.model_copy(
            update={
                "inputs": {
                    name: _changed(value, inputs.field(name), change)
                    for name, value in use.inputs.items()
                },
                "on_error": handling,
                "blocks": {
                    name: [self._rewritten(inner, change) for inner in block]
                    for name, block in use.blocks.items()
                },
            }
        )


def _references(use: CardUse) -> Iterator[Reference]:
    """Every one that can be read, of the card and of those that it holds."""
    for each, _ in every_use([use], ()):
        values: list[Any] = [each.inputs, each.on_error.values if each.on_error else {}]
        for _, text in texts(values):
            if template := _template(text):
                yield from template.references


def _template(text: str) -> Template | None:
    try:
        return parse_text(text)
    except InvalidInput:
        return None


def _changed(value: JsonValue, wanted: Type | None, change: _Change) -> JsonValue:
    if isinstance(value, dict):
        return {
            name: _changed(item, wanted.field(name) if wanted else None, change)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [
            _changed(item, wanted.item(index) if wanted else None, change)
            for index, item in enumerate(value)
        ]
    if not isinstance(value, str) or "{{" not in value or (template := _template(value)) is None:
        return value
    type_ = (wanted or ANY) if template.lone else Type.of({"type": "string"})
    parts = tuple(
        change(part, type_) if isinstance(part, Reference) else part for part in template.parts
    )
    return value if parts == template.parts else str(Template(parts))


def _input_type(given: Type, wanted: Type) -> InputType:
    """What to ask for where the flow gives `given`; where that may be anything, what is wanted."""
    for one in (given.without_null(), wanted.without_null()):
        found = [kind for kind in _TYPES if kind in one.kinds]
        if found:
            return found[0]
    return "text"


def _holds_file(type_: Type, depth: int = 0) -> bool:
    if "file" in type_.kinds:
        return True
    if depth == _DEEPEST or type_.is_any:
        return False
    item = type_.item()
    inner = [type_.field(name) for name in type_.names()] + ([item] if item else [])
    return any(one is not None and _holds_file(one, depth + 1) for one in inner)
