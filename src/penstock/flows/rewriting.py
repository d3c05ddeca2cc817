"""A changed document put into the text it came from: what did not change stays as it was written.

A program that edits the document knows nothing of comments and layout. Here each top-level part
and each card that is still the same keeps its lines, comments above it included.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import JsonValue, ValidationError

from penstock.flows.document import FlowDocument
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource, read_as_far_as_possible
from penstock.flows.writing import FLOW_ORDER, ordered, ordered_card, write_yaml

Document = Mapping[str, JsonValue]

_ITEM: Final = re.compile(r"( *)- +")
_ASIDE: Final = re.compile(r"\s*(#.*)?")


def as_written(document: FlowDocument) -> dict[str, Any]:
    """The document as a JSON value with what was written in it, defaults included."""
    return document.model_dump(mode="json", exclude_unset=True)


def rewrite(text: str, document: Document) -> str:
    """The text of `document`: `text` itself if it says the same, else with as much of it as is
    still true, else canonical YAML.

    `document` may be wrong as a flow document; it is then written as it is.
    """
    canonical = write_yaml(ordered(document))
    try:
        wanted = FlowDocument.model_validate(document)
    except ValidationError:
        return canonical
    reading = read_as_far_as_possible(text)
    if reading.problems or reading.source is None:
        return canonical
    if reading.source.document == wanted:
        return text
    spliced = _splice(reading.source, document)
    return spliced if spliced is not None and _says(spliced, wanted) else canonical


def _says(text: str, wanted: FlowDocument) -> bool:
    reading = read_as_far_as_possible(text)
    return reading.source is not None and not reading.problems and reading.source.document == wanted


@dataclass(frozen=True, slots=True)
class _Part:
    """Lines of the text, and what they say: as it stands there and as models say it."""

    lines: tuple[str, ...]
    said: tuple[Any, ...]


def _splice(source: FlowSource, document: Document) -> str | None:
    """None where the text is not laid out as block YAML."""
    if not isinstance(source.value, dict):
        return None
    lines = source.text.splitlines()
    model = as_written(source.document)
    starts = {name: source.positions.keys.get(pointer((name,))) for name in source.value}
    if any(place is None or place[1] != 1 for place in starts.values()):
        return None
    begins = {name: _from(lines, place[0]) for name, place in starts.items() if place}
    parts = {
        name: _Part(tuple(lines[begin:end]), (source.value[name], model.get(name)))
        for name, (begin, end) in zip(begins, _stretches(begins.values(), len(lines)), strict=True)
    }
    written: list[str] = []
    for name in _order(tuple(parts), document):
        part, value = parts.get(name), document[name]
        if part is not None and value in part.said:
            written += part.lines
        elif name == "cards" and part is not None and isinstance(value, list) and value:
            cards = _cards(source, begins[name], part, value)
            if cards is None:
                return None
            written += cards
        else:
            written += write_yaml(ordered({name: value})).splitlines()
    return "\n".join(written) + "\n"


def _cards(
    source: FlowSource, begin: int, part: _Part, wanted: Sequence[JsonValue]
) -> list[str] | None:
    """The lines of `cards:` with each card that is still the same as it was written."""
    lines = source.text.splitlines()
    cards = source.value["cards"] if isinstance(source.value, dict) else None
    model = as_written(source.document).get("cards", [])
    if not isinstance(cards, list) or not cards:
        return None
    places = [source.positions.values.get(pointer(("cards", at))) for at in range(len(cards))]
    if any(place is None for place in places):
        return None
    firsts = [place[0] for place in places if place]
    items = [_ITEM.match(lines[first - 1]) for first in firsts]
    indents = {item.group(1) for item in items if item}
    if len(indents) != 1 or not all(items):
        return None
    (indent,) = indents
    begins = [_from(lines, first) for first in firsts]
    kept = [
        _Part(tuple(lines[start:end]), (card, dumped))
        for (start, end), card, dumped in zip(
            _stretches(begins, begin + len(part.lines)), cards, model, strict=True
        )
    ]
    written = list(lines[begin : begins[0]])
    for card in wanted:
        at = next((at for at, one in enumerate(kept) if card in one.said), None)
        if at is not None:
            written += kept.pop(at).lines
        else:
            anew = ordered_card(card) if isinstance(card, dict) else card
            written += [indent + line if line else line for line in _item(anew)]
    return written


def _item(card: Any) -> list[str]:
    """The lines of a list item, without the indentation that lists have in canonical YAML."""
    lines = write_yaml({"cards": [card]}).splitlines()[1:]
    return [line.removeprefix("  ") for line in lines]


def _from(lines: Sequence[str], line: int) -> int:
    """The index of the line where a part begins: comments right above it are its own."""
    at = line - 1
    while at > 0 and _ASIDE.fullmatch(lines[at - 1]):
        at -= 1
    return at


def _stretches(begins: Any, end: int) -> Iterator[tuple[int, int]]:
    starts = list(begins)
    yield from zip(starts, [*starts[1:], end], strict=True)


def _order(there: Sequence[str], document: Document) -> list[str]:
    """The names of `document`: those of the text as they stand there, new ones where they are
    usual."""
    names = [name for name in there if name in document]
    for name in document:
        if name in names:
            continue
        usual = FLOW_ORDER.index(name) if name in FLOW_ORDER else len(FLOW_ORDER)
        after = [
            at
            for at, one in enumerate(names)
            if one in FLOW_ORDER and FLOW_ORDER.index(one) < usual
        ]
        names.insert(max(after) + 1 if after else len(names), name)
    return names
