"""The canonical YAML of a flow document: what reads well in a pull request."""

import io
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from penstock.flows.document import FlowDocument
from penstock.flows.scalars import plain_value

_TAG: Final = "tag:yaml.org,2002:"
FLOW_ORDER: Final[tuple[str, ...]] = (
    "flow",
    "title",
    "description",
    "start",
    "cards",
    "settings",
)
CARD_ORDER: Final[tuple[str, ...]] = (
    "id",
    "card",
    "connection",
    "note",
    "inputs",
    "on_error",
    "blocks",
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*")
_WORDS_OF_YAML_1_1: Final = frozenset(("y", "n", "yes", "no", "on", "off"))


def write_flow(document: FlowDocument) -> str:
    """The document as YAML 1.2: keys in a fixed order, long texts as block literals, nothing that
    is a default. `read_flow` of it gives an equal document."""
    values = document.model_dump(mode="json", exclude_defaults=True)
    return write_yaml(ordered(values))


def write_yaml(value: Any) -> str:
    """A JSON value as YAML 1.2, in the order it has."""
    yaml = YAML(pure=True)
    yaml.width = 1_000_000  # a folded text would read back the same but look different
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.serialize(_node(value), out)
    return out.getvalue()


def write_inline(text: str) -> str:
    """A text as it may stand anywhere on a line of YAML, or of JSON."""
    plain = _reads_plain(text) and not any(one in text for one in ",[]{}")
    return text if plain else json.dumps(text, ensure_ascii=not text.isprintable())


def ordered(values: Mapping[str, Any]) -> dict[str, Any]:
    """A document's value with its keys in the fixed order, unknown ones last."""
    written = {name: values[name] for name in (*FLOW_ORDER, *values) if name in values}
    if isinstance(cards := written.get("cards"), list):
        written["cards"] = [ordered_card(card) for card in cards]
    return written


def ordered_card(card: Any) -> Any:
    """A card's value with its keys in the fixed order; what is no card as it is."""
    if not isinstance(card, dict):
        return card
    written = {name: card[name] for name in (*CARD_ORDER, *card) if name in card}
    if isinstance(blocks := written.get("blocks"), dict):
        written["blocks"] = {
            name: [ordered_card(inner) for inner in cards] if isinstance(cards, list) else cards
            for name, cards in blocks.items()
        }
    return written


def _node(value: Any) -> Node:
    if isinstance(value, dict):
        pairs = [(_text(str(name), key=True), _node(item)) for name, item in value.items()]
        return MappingNode(f"{_TAG}map", pairs, flow_style=not pairs)
    if isinstance(value, list):
        items = [_node(item) for item in value]
        for item in items:  # a list in a list reads better in brackets
            if isinstance(item, SequenceNode):
                item.flow_style = True
        return SequenceNode(f"{_TAG}seq", items, flow_style=not items)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return ScalarNode(f"{_TAG}bool", "true" if value else "false")
    if value is None:
        return ScalarNode(f"{_TAG}null", "null")
    kind = "int" if isinstance(value, int) else "float"
    return ScalarNode(f"{_TAG}{kind}", repr(value))


def _text(text: str, *, key: bool = False) -> ScalarNode:
    return ScalarNode(f"{_TAG}str", text, style=_style(text, key=key))


def _style(text: str, *, key: bool) -> str | None:
    if "\n" in text and not key and _fits_block(text):
        return "|"
    if _reads_plain(text):
        return None
    return "'" if text.isprintable() and any(one in text for one in '"\\') else '"'


def _fits_block(text: str) -> bool:
    """Whether a block literal keeps the text as it is, whatever the emitter makes of it."""
    lines = text.removesuffix("\n").split("\n")
    return (
        all(line == line.rstrip() and line.isprintable() for line in lines)
        and bool(lines[0])
        and bool(lines[-1])
        and not lines[0].startswith(" ")
    )


def _reads_plain(text: str) -> bool:
    """Whether the text is itself without quotes, to YAML 1.2 and to readers of YAML 1.1."""
    if not text or not (text[0].isalnum() or text[0] in "_./(") or not text.isprintable():
        return False
    if (
        text != text.strip()
        or ": " in text
        or " #" in text
        or text.endswith(":")
        or _DATE.match(text)
    ):
        return False
    try:
        return plain_value(text) == text and text.lower() not in _WORDS_OF_YAML_1_1
    except ValueError:
        return False
