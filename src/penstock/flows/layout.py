"""Where each part of a YAML text stands, to the character, with the remarks beside it."""

import re
from bisect import bisect_right
from typing import Final

from penstock.flows.positions import Extent, TextSpan, pointer
from penstock.flows.reading import FlowSource
from penstock.flows.types import Path

ITEM: Final = re.compile(r" *- +")
ASIDE: Final = re.compile(r"\s*(#.*)?")
_COMMENT: Final = re.compile(r"[ \t]+#.*")
_HEADER: Final = re.compile(r"[|>][-+0-9]*([ \t]+#.*)?")
_AFTER_KEY: Final = re.compile(r":([ \t]+#.*)?$")


class Unfit(Exception):
    """This cannot be changed where it stands: what holds it has to be written anew."""


class Layout:
    """A text and its places. `lines` are the characters at which its lines begin."""

    def __init__(self, source: FlowSource) -> None:
        self.text = source.text
        self.at = source.positions
        self.lines = [0, *(found.end() for found in re.finditer("\n", source.text))]
        self.newline = "\r\n" if "\r\n" in source.text else "\n"
        # The last value inside each object and list: places are in the text's order.
        self._last = {at.rpartition("/")[0]: at for at in source.positions.values if at}
        self._texts: set[int] | None = None

    def end(self, path: Path) -> int:
        """Where what is at `path` ends, comments and blank lines after it left out."""
        return self._end(pointer(path))

    def _end(self, at: str) -> int:
        if (span := self.at.spans.get(at)) is not None:
            return self.span(at, span)[1]
        extent = self.at.extents[at]
        if extent.end is None:
            extent.end = self._end(self._last[at])
        return extent.end

    def line(self, index: int) -> int:
        """The line that a character stands in, from 0."""
        return bisect_right(self.lines, index) - 1

    def is_comment(self, line: int) -> bool:
        return self.text[self.lines[line] : self.line_end(line)].lstrip().startswith("#")

    def line_end(self, line: int) -> int:
        after = self.line_after(line)
        return after - 1 if self.text[after - 1 : after] == "\n" else after

    def line_after(self, line: int) -> int:
        return self.lines[line + 1] if line + 1 < len(self.lines) else len(self.text)

    def column(self, index: int) -> int:
        return index - self.lines[self.line(index)]

    def dash(self, path: Path) -> int:
        """Where the dash of a list's item stands. Raises Unfit where it is not alone before it."""
        start = self.start(path)
        begin = self.lines[self.line(start)]
        before = self.text[begin:start]
        if not ITEM.fullmatch(before):
            raise Unfit
        return begin + before.index("-")

    def key(self, path: Path, name: str) -> tuple[int, int]:
        return self.at.names[pointer((*path, name))]

    def start(self, path: Path) -> int:
        at = pointer(path)
        span = self.at.spans.get(at)
        return self.span(at, span)[0] if span else self.at.extents[at].start

    def span(self, at: str, span: TextSpan) -> tuple[int, int]:
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

    def in_text(self, line: int) -> bool:
        """Whether a line is part of a text that goes over several: no comment stands there."""
        if self._texts is None:
            self._texts = set()
            for at, span in self.at.spans.items():
                start, end = self.span(at, span)
                self._texts.update(range(self.line(start) + 1, self.line(max(start, end - 1)) + 1))
        return line in self._texts

    def extent(self, path: Path) -> Extent:
        return self.at.extents[pointer(path)]

    def begin(self, path: Path) -> int:
        """Where a member of an object or an item of a list begins."""
        return self.at.names[at][0] if (at := pointer(path)) in self.at.names else self.start(path)

    def comment(self, path: Path, key_end: int) -> tuple[str, int]:
        """The comment beside a value, and where the value ends with it where it stands behind."""
        end = self.end(path)
        span = self.at.spans.get(pointer(path))
        if span is not None and span.style in ("|", ">"):
            found = _HEADER.match(self.text, span.start)
            return (found.group(1) or "") if found else "", end
        if span is None and not self.extent(path).flow:
            line = self.text[key_end : self.line_end(self.line(key_end))].rstrip("\r")
            behind = _AFTER_KEY.match(line)
            return (behind.group(1) or "") if behind else "", end
        comment = _COMMENT.match(self.text, end)
        return (comment.group().rstrip("\r"), comment.end()) if comment else ("", end)
