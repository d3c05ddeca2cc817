"""A changed document put into the text it came from: what did not change stays as it was written.

A program that edits the document knows nothing of comments and layout. Here only what changed is
touched: a card is known by its id, wherever it stands, and inside of it a field by its name.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import JsonValue, ValidationError

from penstock.flows.arranging import arrange, only_the_same, skeleton
from penstock.flows.document import FlowDocument
from penstock.flows.layout import Unfit
from penstock.flows.reading import FlowSource, read_as_far_as_possible
from penstock.flows.sameness import same
from penstock.flows.splicing import Splice, part
from penstock.flows.types import Path
from penstock.flows.writing import CARD_ORDER, FLOW_ORDER, ordered, write_yaml

Document = Mapping[str, JsonValue]

_CARDS: Final = "cards"
_BLOCKS: Final = "blocks"


def as_written(document: FlowDocument) -> dict[str, Any]:
    """The document as a JSON value with what was written in it, defaults included."""
    return document.model_dump(mode="json", exclude_unset=True)


def rewrite(text: str, document: Document) -> str:
    """The text of `document`: `text` itself if it says the same, else with as much of it as is
    still true, else canonical YAML.

    `document` may be wrong as a flow document; it is then written as it is.
    """
    try:
        wanted = FlowDocument.model_validate(document)
    except ValidationError:
        return write_yaml(ordered(document))
    source = _read(text)
    if source is not None:
        if _alike(source.document, wanted):
            return text
        for way in (_field_by_field, _card_by_card):
            try:
                written = way(source, document)
            except Unfit:
                continue
            found = _read(written)
            if found is not None and _alike(found.document, wanted):
                return written
    return write_yaml(ordered(document))


def _read(text: str) -> FlowSource | None:
    reading = read_as_far_as_possible(text)
    return None if reading.problems else reading.source


def _alike(one: FlowDocument, other: FlowDocument) -> bool:
    return same(one.model_dump(mode="json"), other.model_dump(mode="json"))


def _field_by_field(source: FlowSource, document: Document) -> str:
    """First what is inside cards and around them, then which cards there are and where."""
    splice = Splice(source)
    wanted = {card["id"]: card for card in _every(document.get(_CARDS))}
    renamed = _renamed(source.value, document)

    def inside(path: Path, cards: Any, said: Any) -> None:
        for at, card in enumerate(cards):
            own, as_said = (*path, at), part(said, at)
            new = wanted.get(renamed.get(card["id"], card["id"]))
            if new is not None:
                order = _order(CARD_ORDER, new)
                splice.members(own, card, as_said, new, order=order, besides=(_BLOCKS,))
            blocks = part(as_said, _BLOCKS)
            for name, held in (card.get(_BLOCKS) or {}).items():
                inside((*own, _BLOCKS, name), held, part(blocks, name))

    return _put(source, document, splice, inside, _by_id)


def _card_by_card(source: FlowSource, document: Document) -> str:
    """A card that changed is written anew as a whole, and so is any other part."""
    return _put(source, document, Splice(source), lambda *_: None, only_the_same)


def _put(
    source: FlowSource,
    document: Document,
    splice: Splice,
    inside: Callable[[Path, Any, Any], None],
    stays: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
) -> str:
    value = source.value
    if not isinstance(value, dict) or splice.layout.at.extents[""].flow:
        raise Unfit
    cards = document.get(_CARDS)
    arranged = bool(value.get(_CARDS)) and isinstance(cards, list) and bool(cards)
    besides = (_CARDS,) if arranged else ()
    said = as_written(source.document)
    order = _order(FLOW_ORDER, document)
    splice.members((), value, said, document, order=order, besides=besides)
    if not arranged:
        return splice.done()
    inside((_CARDS,), value[_CARDS], said[_CARDS])
    text = splice.done()
    changed = _read(text) if splice.edits else source
    if changed is None or not isinstance(changed.value, dict) or not isinstance(cards, list):
        raise Unfit
    if stays is _by_id and skeleton(changed.value[_CARDS]) == skeleton(cards):
        return text
    return arrange(changed, cards, stays)


def _by_id(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return bool(there.get("id") == wanted.get("id"))


def _renamed(value: Any, document: Document) -> dict[str, str]:
    """Cards that have another id in the place where they stood."""
    before, after = _places(value.get(_CARDS)), _places(document.get(_CARDS))
    there, wanted = set(before.values()), set(after.values())
    return {
        old: after[place]
        for place, old in before.items()
        if place in after and old not in wanted and after[place] not in there
    }


def _places(cards: Any, path: Path = ()) -> dict[Path, str]:
    found: dict[Path, str] = {}
    for at, card in enumerate(cards or ()):
        found[(*path, at)] = card["id"]
        for name, held in (card.get(_BLOCKS) or {}).items():
            found |= _places(held, (*path, at, name))
    return found


def _every(cards: Any) -> Iterator[Mapping[str, Any]]:
    for card in cards or ():
        yield card
        for held in (card.get(_BLOCKS) or {}).values():
            yield from _every(held)


def _order(usual: tuple[str, ...], document: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of an object where they are usual, others last."""
    return tuple(name for name in dict.fromkeys((*usual, *document)) if name in document)
