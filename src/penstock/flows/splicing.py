"""Changes put into a YAML text where they belong: only the lines of what changed are touched."""

import re
from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from penstock.flows.inline import in_the_manner_of, inline
from penstock.flows.positions import Extent, TextSpan, pointer
from penstock.flows.reading import FlowSource
from penstock.flows.sameness import same
from penstock.flows.types import Path
from penstock.flows.writing import write_yaml

ITEM: Final = re.compile(r" *- +")
ASIDE: Final = re.compile(r"\s*(#.*)?")
_COMMENT: Final = re.compile(r"[ \t]+#.*")
_HEADER: Final = re.compile(r"[|>][-+0-9]*([ \t]+#.*)?")
_AFTER_KEY: Final = re.compile(r":([ \t]+#.*)?$")
_LONGEST: Final = 100
"""A line in brackets that would become longer is written over several lines."""


_NOTHING: Final = object()


class Unfit(Exception):
    """This cannot be changed where it stands: what holds it has to be written anew."""


class Splice:
    """Edits of a text, gathered and then made together.

    `put` wants what a value is as it stands there (`raw`) and as the document's model says it
    (`said`, where `5m` may be another text); what `wanted` has of either is left alone.
    """

    def __init__(self, source: FlowSource) -> None:
        self.text = source.text
        self.at = source.positions
        self.edits: list[tuple[int, int, str]] = []
        self._texts: set[int] | None = None
        self._lines = [0, *(found.end() for found in re.finditer("\n", source.text))]
        # The last value inside each object and list: places are in the text's order.
        self._last = {at.rpartition("/")[0]: at for at in source.positions.values if at}
        self._newline = "\r\n" if "\r\n" in source.text else "\n"

    def done(self) -> str:
        """The text with all edits in it. Raises Unfit where two of them meet."""
        parts: list[str] = []
        here = 0
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < here:
                raise Unfit
            parts += (self.text[here:start], text)
            here = end
        return "".join((*parts, self.text[here:]))

    def put(self, path: Path, raw: Any, said: Any, wanted: Any) -> None:
        """Let the value at `path` be `wanted`. Raises Unfit."""
        if same(wanted, raw) or same(wanted, said):
            return
        if isinstance(raw, dict) and isinstance(wanted, dict) and raw and wanted:
            self.members(path, raw, said, wanted, order=tuple(wanted))
        elif isinstance(raw, list) and isinstance(wanted, list) and raw and wanted:
            self._items(path, raw, said, wanted)
        elif isinstance(raw, dict | list) or isinstance(wanted, dict | list):
            raise Unfit
        else:
            self._scalar(path, wanted)

    def members(
        self,
        path: Path,
        raw: Mapping[str, Any],
        said: Any,
        wanted: Mapping[str, Any],
        *,
        order: Sequence[str],
        besides: Collection[str] = (),
    ) -> None:
        """Let an object have the fields `wanted`, new ones where `order` has them.

        Fields named in `besides` are left alone. Raises Unfit.
        """
        kept = [name for name in raw if name in wanted or name in besides]
        if not kept:
            raise Unfit
        for name in kept:
            if name not in besides:
                self._member(path, name, raw[name], part(said, name), wanted[name])
        gone = [name for name in raw if name not in kept]
        added = [name for name in order if name in wanted and name not in raw]
        added = [name for name in added if name not in besides]
        if self._extent(path).flow:
            self._bracketed(path, [(*path, name) for name in raw], set(gone), kept)
            new = [
                f"{self._key_like(path, kept[0], name)}: {inline(wanted[name])}" for name in added
            ]
            self._add_bracketed((*path, kept[-1]), new)
            return
        for name in gone:
            self._remove_lines((*path, name), self._key(path, name)[0])
        indent = " " * self.column(self._key(path, kept[0])[0])
        for name in added:
            before = [one for one in order[: order.index(name)] if one in kept]
            lines = write_yaml({name: wanted[name]}).splitlines()
            self._add_lines((*path, before[-1] if before else kept[0]), lines, indent)

    def again(self, path: Path, name: str, wanted: Any) -> None:
        """Write a field of an object anew."""
        start, key_end = self._key(path, name)
        own = (*path, name)
        if self._extent(path).flow:
            self.edits.append((self._start(own), self.end(own), inline(wanted)))
            return
        first, *rest = write_yaml({name: wanted}).splitlines()
        indent = " " * self.column(start)
        comment, end = self._comment(own, key_end)
        lines = [first + comment, *(indent + line if line else line for line in rest)]
        self.edits.append((start, end, self._newline.join(lines)))

    def end(self, path: Path) -> int:
        """Where what is at `path` ends, comments and blank lines after it left out."""
        return self._end(pointer(path))

    def _end(self, at: str) -> int:
        if (span := self.at.spans.get(at)) is not None:
            return self._span(at, span)[1]
        extent = self.at.extents[at]
        if extent.end is None:
            extent.end = self._end(self._last[at])
        return extent.end

    def line(self, index: int) -> int:
        """The line that a character stands in, from 0."""
        return bisect_right(self._lines, index) - 1

    def _member(self, path: Path, name: str, raw: Any, said: Any, wanted: Any) -> None:
        mark = len(self.edits)
        try:
            self.put((*path, name), raw, said, wanted)
        except Unfit:
            del self.edits[mark:]
            self.again(path, name, wanted)

    def _items(self, path: Path, raw: list[Any], said: Any, wanted: list[Any]) -> None:
        """Let a list be `wanted`: what is the same at both ends stays, the rest goes in order."""

        def alike(one: int, other: int) -> bool:
            return same(raw[one], wanted[other]) or same(part(said, one), wanted[other])

        shorter = min(len(raw), len(wanted))
        head = next((at for at in range(shorter) if not alike(at, at)), shorter)
        tail = 0
        while tail < shorter - head and alike(len(raw) - 1 - tail, len(wanted) - 1 - tail):
            tail += 1
        changed = min(len(raw), len(wanted)) - head - tail
        for at in range(head, head + changed):
            self._item(path, at, raw[at], part(said, at), wanted[at])
        gone = range(head + changed, len(raw) - tail)
        new = wanted[head + changed : len(wanted) - tail]
        last = head + changed - 1
        if new and last < 0:
            raise Unfit
        paths: list[Path] = [(*path, at) for at in range(len(raw))]
        if self._extent(path).flow:
            self._bracketed(
                path, paths, set(gone), [at for at in range(len(raw)) if at not in gone]
            )
            self._add_bracketed((*path, last), [inline(one) for one in new])
            return
        for at in gone:
            self._remove_lines(paths[at], self._dash(paths[at]))
        for one in new:
            indent = " " * self.column(self._dash(paths[last]))
            self._add_lines(paths[last], item_lines(one), indent)

    def _item(self, path: Path, at: int, raw: Any, said: Any, wanted: Any) -> None:
        mark, own = len(self.edits), (*path, at)
        try:
            self.put(own, raw, said, wanted)
        except Unfit:
            del self.edits[mark:]
            if self._extent(path).flow:
                self.edits.append((self._start(own), self.end(own), inline(wanted)))
                return
            dash = self._dash(own)
            indent = " " * self.column(dash)
            first, *rest = item_lines(wanted)
            comment, end = self._comment(own, self._start(own))
            lines = [first + comment, *(indent + line if line else line for line in rest)]
            self.edits.append((dash, end, self._newline.join(lines)))

    def _scalar(self, path: Path, wanted: Any) -> None:
        span = self.at.spans[pointer(path)]
        if span.style in ("|", ">") or (isinstance(wanted, str) and "\n" in wanted):
            raise Unfit
        bracketed = any(
            (extent := self.at.extents.get(pointer(path[:depth]))) is not None and extent.flow
            for depth in range(len(path))
        )
        text = in_the_manner_of(span.style, wanted, bracketed=bracketed)
        start, end = self._span(pointer(path), span)
        self.edits.append((start, end, f" {text}" if start == end else text))

    # In brackets

    def _bracketed(self, path: Path, paths: list[Path], gone: set[Any], kept: list[Any]) -> None:
        """Take out some of what stands between brackets, with the commas."""
        names = [own[-1] for own in paths]
        for at, own in enumerate(paths):
            if names[at] not in gone:
                continue
            if at + 1 < len(paths) and any(name in kept for name in names[at + 1 :]):
                self.edits.append((self._begin(own), self._begin(paths[at + 1]), ""))
            else:
                self.edits.append((self.end(paths[at - 1]), self.end(own), ""))

    def _add_bracketed(self, after: Path, new: Sequence[str]) -> None:
        if not new:
            return
        end = self.end(after)
        text = "".join(f", {one}" for one in new)
        line = self.line(end)
        if self._line_end(line) - self._lines[line] + len(text) > _LONGEST:
            raise Unfit
        self.edits.append((end, end, text))

    def _key_like(self, path: Path, other: str, name: str) -> str:
        """A name, quoted if its neighbour is."""
        start, end = self._key(path, other)
        return in_the_manner_of(
            '"' if self.text[start:end].startswith('"') else None, name, bracketed=True
        )

    def _begin(self, path: Path) -> int:
        """Where a member of an object or an item of a list begins."""
        return self.at.names[at][0] if (at := pointer(path)) in self.at.names else self._start(path)

    # In lines

    def _remove_lines(self, path: Path, start: int) -> None:
        """Take out a field or an item with the comments right above it."""
        first = self.line(start)
        if self.text[self._lines[first] : start].strip():
            raise Unfit
        while first and self._is_comment(first - 1) and not self._in_text(first - 1):
            first -= 1
        last = self.line(max(self.end(path) - 1, start))
        self.edits.append((self._lines[first], self._line_after(last), ""))

    def _add_lines(self, after: Path, lines: Sequence[str], indent: str) -> None:
        end = self.end(after)
        at = self._line_after(self.line(max(end - 1, 0)))
        text = "".join((indent + line if line else line) + self._newline for line in lines)
        if at == len(self.text) and not self.text.endswith("\n"):
            text = self._newline + text.removesuffix(self._newline)
        self.edits.append((at, at, text))

    def _comment(self, path: Path, key_end: int) -> tuple[str, int]:
        """The comment beside a value, and where the value ends with it where it stands behind."""
        end = self.end(path)
        span = self.at.spans.get(pointer(path))
        if span is not None and span.style in ("|", ">"):
            found = _HEADER.match(self.text, span.start)
            return (found.group(1) or "") if found else "", end
        if span is None and not self._extent(path).flow:
            line = self.text[key_end : self._line_end(self.line(key_end))].rstrip("\r")
            behind = _AFTER_KEY.match(line)
            return (behind.group(1) or "") if behind else "", end
        comment = _COMMENT.match(self.text, end)
        return (comment.group().rstrip("\r"), comment.end()) if comment else ("", end)

    def _is_comment(self, line: int) -> bool:
        return self.text[self._lines[line] : self._line_end(line)].lstrip().startswith("#")

    def _line_end(self, line: int) -> int:
        after = self._line_after(line)
        return after - 1 if self.text[after - 1 : after] == "\n" else after

    def _line_after(self, line: int) -> int:
        return self._lines[line + 1] if line + 1 < len(self._lines) else len(self.text)

    def column(self, index: int) -> int:
        return index - self._lines[self.line(index)]

    def _dash(self, path: Path) -> int:
        """Where the dash of a list's item stands. Raises Unfit where it is not alone before it."""
        start = self._start(path)
        begin = self._lines[self.line(start)]
        before = self.text[begin:start]
        if not ITEM.fullmatch(before):
            raise Unfit
        return begin + before.index("-")

    # Where things are

    def _key(self, path: Path, name: str) -> tuple[int, int]:
        return self.at.names[pointer((*path, name))]

    def _start(self, path: Path) -> int:
        at = pointer(path)
        span = self.at.spans.get(at)
        return self._span(at, span)[0] if span else self.at.extents[at].start

    def _span(self, at: str, span: TextSpan) -> tuple[int, int]:
        """From and up to which character a value goes that is no object and no list.

        The parser has a block go on over the blank lines after it, and what is left out begin
        where the next thing does.
        """
        if span.style in ("|", ">"):
            return span.start, len(self.text[: span.end].rstrip())
        if span.start == span.end and span.style is None:
            name = self.at.names.get(at)
            before = self.text.find(":", name[1]) if name else self.text.rfind("-", 0, span.start)
            return before + 1, before + 1
        return span.start, span.end

    def _in_text(self, line: int) -> bool:
        """Whether a line is part of a text that goes over several: no comment stands there."""
        if self._texts is None:
            self._texts = set()
            for at, span in self.at.spans.items():
                start, end = self._span(at, span)
                self._texts.update(range(self.line(start) + 1, self.line(max(start, end - 1)) + 1))
        return line in self._texts

    def _extent(self, path: Path) -> Extent:
        return self.at.extents[pointer(path)]


def item_lines(value: Any) -> list[str]:
    """The lines of a list's item, from its dash on."""
    lines = write_yaml({"cards": [value]}).splitlines()[1:]
    return [line.removeprefix("  ") for line in lines]


def part(said: Any, step: str | int) -> Any:
    """A part of what the model says, if it has the same shape as the text."""
    if isinstance(said, dict):
        return said.get(str(step), _NOTHING)
    if isinstance(said, list) and isinstance(step, int) and step < len(said):
        return said[step]
    return _NOTHING
