"""A connection's new nickname put into a flow's text, which otherwise stays as it was written."""

from collections.abc import Callable
from typing import Any

from penstock.flows.document import CardUse, FlowDocument
from penstock.flows.positions import path_of
from penstock.flows.reading import FlowSource, read_as_far_as_possible, write_flow
from penstock.flows.writing import write_inline

Matches = Callable[[str], bool]


def rename_in(source: FlowSource, matches: Matches, new: str) -> str:
    """The text with `new` for each nickname that `matches`; comments and layout are kept.

    Where that cannot be done in place, the document is written canonically.
    """
    wanted = _renamed(source.document, matches, new)
    text = source.text
    spans = [
        span
        for at, span in source.positions.spans.items()
        if _is_connection(path_of(at)) and matches(_value(source.value, path_of(at)))
    ]
    for span in sorted(spans, key=lambda span: span.start, reverse=True):
        quoted = text[span.start : span.end].startswith(("'", '"'))
        written = write_inline(new) if not quoted else _in_quotes(new)
        after = "\n" if text[span.start : span.end].endswith("\n") else ""
        text = text[: span.start] + written + after + text[span.end :]
    read = read_as_far_as_possible(text)
    if read.problems or read.source is None or read.source.document != wanted:
        return write_flow(wanted)
    return text


def _renamed(document: FlowDocument, matches: Matches, new: str) -> FlowDocument:
    return document.model_copy(
        update={"cards": [_renamed_card(use, matches, new) for use in document.cards]}
    )


def _renamed_card(use: CardUse, matches: Matches, new: str) -> CardUse:
    blocks = {
        name: [_renamed_card(inner, matches, new) for inner in cards]
        for name, cards in use.blocks.items()
    }
    named = new if use.connection is not None and matches(use.connection) else use.connection
    return use.model_copy(update={"connection": named, "blocks": blocks})


def _is_connection(path: tuple[str, ...]) -> bool:
    """Whether this is the connection of a card, and not an input of that name."""
    if path[:1] != ("cards",):
        return False
    rest = path[2:]
    while rest[:1] == ("blocks",):
        rest = rest[3:]
    return rest == ("connection",)


def _value(value: Any, path: tuple[str, ...]) -> str:
    for step in path:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return str(value)


def _in_quotes(text: str) -> str:
    written = write_inline(text)
    return written if written.startswith('"') else f'"{written}"'
