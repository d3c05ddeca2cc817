"""The cards of a text in another order, taken out, added, and moved in and out of each other.

A card that stays brings its lines along, comments above it included, at whatever depth it comes
to stand. A new one is written canonically.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from penstock.flows.layout import ASIDE, ITEM, Layout, Unfit
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource
from penstock.flows.sameness import same
from penstock.flows.splicing import item_lines
from penstock.flows.types import Path
from penstock.flows.writing import ordered_card, write_yaml

Card = Mapping[str, Any]
Stays = Callable[[Card, Card], bool]


def arrange(source: FlowSource, cards: Sequence[Any], stays: Stays) -> str:
    """The text with its cards as `cards` has them.

    Args:
        stays: whether a card of the text, as it stands there, is still that card of `cards`; what
            it holds is not asked for.

    Raises:
        Unfit: the text's cards do not stand in lines.
    """
    return _Arranged(source, stays).text(cards)


def skeleton(cards: Any) -> Any:
    """Which cards there are, and which inside which."""
    if not isinstance(cards, list):
        return None
    return [
        (one.get("id"), {name: skeleton(held) for name, held in (one.get("blocks") or {}).items()})
        for one in cards
    ]


@dataclass(slots=True)
class _Row:
    """A list of cards in the text: which lines it goes over, and in which column its dashes are."""

    first: int
    end: int
    indent: int
    cards: list["_Lines"] = field(default_factory=list)


@dataclass(slots=True)
class _Lines:
    """A card in the text: from which line on (with what is said above it) up to which.

    `leads` if it is the first of its row. Its blocks begin at `blocks_first` and end before
    `blocks_end`; other fields of the card may stand behind them.
    """

    card: Card
    first: int
    end: int
    indent: int
    leads: bool
    blocks: dict[str, "_BlockLines"] = field(default_factory=dict)
    blocks_first: int | None = None
    blocks_end: int | None = None


@dataclass(slots=True)
class _BlockLines:
    """A block in the text: from which line on (with what is said above it), where its name
    stands, up to which line, and its row if there are cards in it."""

    first: int
    name: int
    end: int
    row: _Row | None


class _Arranged:
    def __init__(self, source: FlowSource, stays: Stays) -> None:
        self.layout = Layout(source)
        self.lines = source.text.split("\n")
        self.value = source.value
        self.stays = stays
        self.known: dict[str, _Lines] = {}

    def text(self, cards: Sequence[Any]) -> str:
        if not isinstance(self.value, dict) or not cards:
            raise Unfit
        row = self._row(("cards",), self.value.get("cards"))
        written = [*self.lines[: row.first], *self._written(cards, row), *self.lines[row.end :]]
        if "\r\n" in self.layout.text:
            written = [*(one.removesuffix("\r") + "\r" for one in written[:-1]), written[-1]]
        return "\n".join(written)

    # What there is

    def _row(self, path: Path, cards: Any) -> _Row:
        if not isinstance(cards, list) or not cards or self._bracketed(path):
            raise Unfit
        above = self.layout.at.names.get(pointer(path))
        if above is None:
            raise Unfit
        floor = self.layout.line(above[0]) + 1
        row = _Row(floor, floor, -1)
        for at, card in enumerate(cards):
            own = (*path, at)
            first, indent = self._dash(own)
            if row.indent not in (-1, indent) or not isinstance(card, dict):
                raise Unfit
            row.indent = indent
            first = self._with_asides(first, row.end)
            found = _Lines(card, first, self._end_line(own), indent, leads=at == 0)
            self._blocks(own, card, found)
            row.cards.append(found)
            row.end = found.end
            if isinstance(name := card.get("id"), str):
                self.known.setdefault(name, found)
        row.first = row.cards[0].first
        return row

    def _blocks(self, path: Path, card: Card, found: _Lines) -> None:
        blocks, own = card.get("blocks"), (*path, "blocks")
        if not isinstance(blocks, dict) or not blocks:
            return
        if self._bracketed(path) or self._bracketed(own):
            raise Unfit
        found.blocks_first = self._key_line(own)
        found.blocks_end = self._end_line(own)
        end = found.blocks_first + 1
        for name, cards in blocks.items():
            inner = (*own, name)
            line = self._key_line(inner)
            row = self._row(inner, cards) if cards else None
            first = self._with_asides(line, end)
            end = self._end_line(inner)
            found.blocks[name] = _BlockLines(first, line, end, row)

    def _with_asides(self, line: int, floor: int) -> int:
        """The first of the remarks and blank lines above a line."""
        while line > floor and ASIDE.fullmatch(self.lines[line - 1]):
            line -= 1
        return line

    def _bracketed(self, path: Path) -> bool:
        extent = self.layout.at.extents.get(pointer(path))
        return extent is None or extent.flow

    def _dash(self, path: Path) -> tuple[int, int]:
        at = pointer(path)
        place = self.layout.at.extents.get(at)
        if place is None:
            raise Unfit
        line = self.layout.line(place.start)
        found = ITEM.match(self.lines[line])
        if found is None:
            raise Unfit
        return line, found.group().index("-")

    def _key_line(self, path: Path) -> int:
        """The line of a name that stands in a line of its own."""
        start = self.layout.at.names[pointer(path)][0]
        line = self.layout.line(start)
        if self.lines[line][: self.layout.column(start)].strip():
            raise Unfit
        return line

    def _end_line(self, path: Path) -> int:
        return self.layout.line(max(self.layout.end(path) - 1, 0)) + 1

    # What there shall be

    def _written(self, cards: Sequence[Any], row: _Row | None, indent: int = 0) -> Iterator[str]:
        indent = row.indent if row else indent
        apart = row is not None and any(
            not self.lines[one.first].strip() for one in row.cards if not one.leads
        )
        for at, card in enumerate(cards):
            lines = list(self._card(card, indent))
            found = self._found(card)
            if at == 0 and not (found and found.leads):
                while lines and not lines[0].strip():
                    lines.pop(0)
            elif at and apart and lines[0].strip():
                lines.insert(0, "")
            yield from lines

    def _found(self, card: Any) -> _Lines | None:
        if not isinstance(card, dict) or not isinstance(name := card.get("id"), str):
            return None
        found = self.known.get(name)
        return found if found and self.stays(found.card, card) else None

    def _card(self, card: Any, indent: int) -> Iterator[str]:
        found = self._found(card)
        if not isinstance(card, dict):
            yield from (" " * indent + line for line in item_lines(card))
        elif found is None:
            bare = {name: one for name, one in card.items() if name != "blocks"}
            yield from (_shift(line, indent) for line in item_lines(ordered_card(bare)))
            yield from self._new_blocks(card.get("blocks"), indent + 2)
        else:
            lines = self._same(found, card)
            yield from (_shift(line, indent - found.indent) for line in lines)

    def _same(self, found: _Lines, card: Card) -> Iterator[str]:
        """A card that stays, in its old column, with what it is to hold now."""
        blocks = card.get("blocks") or {}
        first, end = found.blocks_first, found.blocks_end
        if first is None or end is None:
            yield from self.lines[found.first : found.end]
            yield from self._new_blocks(blocks, found.indent + 2)
            return
        if not blocks:
            yield from self.lines[found.first : first]
        else:
            begin = min(one.first for one in found.blocks.values())
            yield from self.lines[found.first : begin]
            for name, cards in blocks.items():
                yield from self._block(found.blocks.get(name), name, cards, found.indent + 4)
        yield from self.lines[end : found.end]

    def _block(
        self, there: _BlockLines | None, name: str, cards: Any, indent: int
    ) -> Iterator[str]:
        if there is None:
            yield from self._new_block(name, cards, indent)
        elif there.row is None or not cards:
            yield from self.lines[there.first : there.name]
            indent = len(self.lines[there.name]) - len(self.lines[there.name].lstrip(" "))
            if there.row is None and not cards:
                yield from self.lines[there.name : there.end]
            else:
                yield from self._new_block(name, cards, indent)
        else:
            yield from self.lines[there.first : there.row.first]
            yield from self._written(cards, there.row)

    def _new_blocks(self, blocks: Any, indent: int) -> Iterator[str]:
        if not isinstance(blocks, dict) or not blocks:
            return
        yield " " * indent + "blocks:"
        for name, cards in blocks.items():
            yield from self._new_block(name, cards, indent + 2)

    def _new_block(self, name: str, cards: Any, indent: int) -> Iterator[str]:
        if not isinstance(cards, list) or not cards:
            yield " " * indent + write_yaml({name: cards}).rstrip("\n")
            return
        yield " " * indent + write_yaml({name: []}).removesuffix(" []\n")
        yield from self._written(cards, None, indent + 2)


def only_the_same(there: Card, wanted: Card) -> bool:
    """Whether a card says the same, but for what it holds."""
    return same(_bare(there), _bare(wanted))


def _bare(card: Card) -> dict[str, Any]:
    return {name: one for name, one in card.items() if name != "blocks"}


def _shift(line: str, by: int) -> str:
    if not line.strip() or not by:
        return line
    if by > 0:
        return " " * by + line
    return line[min(-by, len(line) - len(line.lstrip(" "))) :]
