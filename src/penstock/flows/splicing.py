"""Changes put into a YAML text where they belong: only the lines of what changed are touched."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from penstock.flows.inline import in_the_manner_of, inline
from penstock.flows.layout import Layout, Unfit
from penstock.flows.positions import pointer
from penstock.flows.reading import FlowSource
from penstock.flows.sameness import same
from penstock.flows.types import Path
from penstock.flows.writing import write_yaml

_LONGEST: Final = 100
"""A line in brackets that would become longer is written over several lines."""


_NOTHING: Final = object()


class Splice:
    """Edits of a text, gathered and then made together.

    `put` wants what a value is as it stands there (`raw`) and as the document's model says it
    (`said`, where `5m` may be another text); what `wanted` has of either is left alone.
    """

    def __init__(self, source: FlowSource) -> None:
        self.layout = Layout(source)
        self.edits: list[tuple[int, int, str]] = []

    def done(self) -> str:
        """The text with all edits in it. Raises Unfit where two of them meet."""
        parts: list[str] = []
        here = 0
        for start, end, text in sorted(self.edits, key=lambda edit: edit[:2]):
            if start < here:
                raise Unfit
            parts += (self.layout.text[here:start], text)
            here = end
        return "".join((*parts, self.layout.text[here:]))

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
        if self.layout.extent(path).flow:
            self._bracketed(path, [(*path, name) for name in raw], set(gone), kept)
            new = [
                f"{self._key_like(path, kept[0], name)}: {inline(wanted[name])}" for name in added
            ]
            self._add_bracketed((*path, kept[-1]), new)
            return
        for name in gone:
            self._remove_lines((*path, name), self.layout.key(path, name)[0])
        indent = " " * self.layout.column(self.layout.key(path, kept[0])[0])
        for name in added:
            before = [one for one in order[: order.index(name)] if one in kept]
            lines = write_yaml({name: wanted[name]}).splitlines()
            self._add_lines((*path, before[-1] if before else kept[0]), lines, indent)

    def again(self, path: Path, name: str, wanted: Any) -> None:
        """Write a field of an object anew."""
        start, key_end = self.layout.key(path, name)
        own = (*path, name)
        if self.layout.extent(path).flow:
            self.edits.append((self.layout.start(own), self.layout.end(own), inline(wanted)))
            return
        first, *rest = write_yaml({name: wanted}).splitlines()
        indent = " " * self.layout.column(start)
        comment, end = self.layout.comment(own, key_end)
        lines = [first + comment, *(indent + line if line else line for line in rest)]
        self.edits.append((start, end, self.layout.newline.join(lines)))

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
        if self.layout.extent(path).flow:
            self._bracketed(
                path, paths, set(gone), [at for at in range(len(raw)) if at not in gone]
            )
            self._add_bracketed((*path, last), [inline(one) for one in new])
            return
        for at in gone:
            self._remove_lines(paths[at], self.layout.dash(paths[at]))
        for one in new:
            indent = " " * self.layout.column(self.layout.dash(paths[last]))
            self._add_lines(paths[last], item_lines(one), indent)

    def _item(self, path: Path, at: int, raw: Any, said: Any, wanted: Any) -> None:
        mark, own = len(self.edits), (*path, at)
        try:
            self.put(own, raw, said, wanted)
        except Unfit:
            del self.edits[mark:]
            if self.layout.extent(path).flow:
                self.edits.append((self.layout.start(own), self.layout.end(own), inline(wanted)))
                return
            dash = self.layout.dash(own)
            indent = " " * self.layout.column(dash)
            first, *rest = item_lines(wanted)
            comment, end = self.layout.comment(own, self.layout.start(own))
            lines = [first + comment, *(indent + line if line else line for line in rest)]
            self.edits.append((dash, end, self.layout.newline.join(lines)))

    def _scalar(self, path: Path, wanted: Any) -> None:
        span = self.layout.at.spans[pointer(path)]
        if span.style in ("|", ">") or (isinstance(wanted, str) and "\n" in wanted):
            raise Unfit
        bracketed = any(
            (extent := self.layout.at.extents.get(pointer(path[:depth]))) is not None
            and extent.flow
            for depth in range(len(path))
        )
        text = in_the_manner_of(span.style, wanted, bracketed=bracketed)
        start, end = self.layout.span(pointer(path), span)
        self.edits.append((start, end, f" {text}" if start == end else text))

    # In brackets

    def _bracketed(self, path: Path, paths: list[Path], gone: set[Any], kept: list[Any]) -> None:
        """Take out some of what stands between brackets, with the commas."""
        names = [own[-1] for own in paths]
        for at, own in enumerate(paths):
            if names[at] not in gone:
                continue
            if at + 1 < len(paths) and any(name in kept for name in names[at + 1 :]):
                self.edits.append((self.layout.begin(own), self.layout.begin(paths[at + 1]), ""))
            else:
                self.edits.append((self.layout.end(paths[at - 1]), self.layout.end(own), ""))

    def _add_bracketed(self, after: Path, new: Sequence[str]) -> None:
        if not new:
            return
        end = self.layout.end(after)
        text = "".join(f", {one}" for one in new)
        line = self.layout.line(end)
        if self.layout.line_end(line) - self.layout.lines[line] + len(text) > _LONGEST:
            raise Unfit
        self.edits.append((end, end, text))

    def _key_like(self, path: Path, other: str, name: str) -> str:
        """A name, quoted if its neighbour is."""
        start, end = self.layout.key(path, other)
        return in_the_manner_of(
            '"' if self.layout.text[start:end].startswith('"') else None, name, bracketed=True
        )

    # In lines

    def _remove_lines(self, path: Path, start: int) -> None:
        """Take out a field or an item with the comments right above it."""
        first = self.layout.line(start)
        if self.layout.text[self.layout.lines[first] : start].strip():
            raise Unfit
        while first and self.layout.is_comment(first - 1) and not self.layout.in_text(first - 1):
            first -= 1
        last = self.layout.line(max(self.layout.end(path) - 1, start))
        self.edits.append((self.layout.lines[first], self.layout.line_after(last), ""))

    def _add_lines(self, after: Path, lines: Sequence[str], indent: str) -> None:
        end = self.layout.end(after)
        at = self.layout.line_after(self.layout.line(max(end - 1, 0)))
        text = "".join((indent + line if line else line) + self.layout.newline for line in lines)
        if at == len(self.layout.text) and not self.layout.text.endswith("\n"):
            text = self.layout.newline + text.removesuffix(self.layout.newline)
        self.edits.append((at, at, text))


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
