"""What goes to the terminal: results on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

_STYLES = {
    "verified": "green",
    "succeeded": "green",
    "passed": "green",
    "allowed": "green",
    "ok": "green",
    "warn": "yellow",
    "bad": "red",
    "draft": "yellow",
    "stale": "yellow",
    "queued": "yellow",
    "running": "cyan",
    "skipped": "dim",
    "on": "green",
    "off": "yellow",
    "cancelled": "yellow",
    "waiting": "dim",
    "unsafe": "bold red",
    "denied": "red",
    "failed": "red",
    "explicit_deny": "red",
    "implicit_deny": "red",
    "unknown": "yellow",
}
_UNSEEN = (
    *(0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
)
"""What turns writing round, breaks lines or cannot be written at all."""
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(32), *range(0x7F, 0xA0)) if code != 10}
_CONTROLS |= {code: f"\\u{code:04x}" for code in _UNSEEN}
_IN_JSON = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), *_UNSEEN)}
_UNBOUNDED = 100_000
"""Columns of what is no terminal, where nothing may be cut off."""


@cache
def _console(stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _UNBOUNDED
    return Console(stderr=stderr, width=width, highlight=False)


def _print(*values: Any, stderr: bool) -> None:
    console = _console(stderr)
    if console.is_terminal:
        console.print(*values)
        return
    # Rich fills lines up to their column's width, which nobody wants in a file or a pipe.
    with console.capture() as said:
        console.print(*values)
    stream = sys.stderr if stderr else sys.stdout
    stream.write("".join(f"{line.rstrip()}\n" for line in said.get().splitlines()))
    stream.flush()


def document(value: Any) -> None:
    """A JSON document on stdout."""
    sys.stdout.write(json_text(value, indent=2) + "\n")
    sys.stdout.flush()


def json_text(value: Any, *, indent: int | None = None) -> str:
    """JSON for people and programs alike: what would command a terminal is escaped."""
    return json.dumps(value, indent=indent, ensure_ascii=False).translate(_IN_JSON)


def result(value: Any) -> None:
    """A result on stdout; text as it is, without markup."""
    if isinstance(value, str):
        sys.stdout.write(value if value.endswith("\n") else value + "\n")
        sys.stdout.flush()
    else:
        _print(value, stderr=False)


def remark(*values: Any) -> None:
    """A line on stderr; strings without markup."""
    parts = [Text(plain(each)) if isinstance(each, str) else each for each in values]
    _print(*parts, stderr=True)


@contextmanager
def progress(title: str, whole: int) -> Iterator[Callable[[int], None]]:
    """On stderr, how much of so many bytes there is: a bar that goes away, or a line that stays
    where nobody looks on. Gives what is to be told of it."""
    console = _console(stderr=True)
    if not console.is_terminal:
        remark(f"{title} ({whole:,} bytes)")
        yield lambda _: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        bar = bars.add_task(plain(title), total=whole)
        yield lambda done: bars.update(bar, completed=done)


def block(text: str, *, stderr: bool = True) -> None:
    """Lines to be copied: as they are, never wrapped to the width of the terminal."""
    _console(stderr).print(Text(plain(text)), soft_wrap=True)


def plain(value: Any) -> str:
    """The text with control characters made visible: names come from elsewhere."""
    return str(value).translate(_CONTROLS)


def status(value: str) -> Text:
    """A status in its colour."""
    return Text(plain(value), style=_STYLES.get(value, ""))


def seconds(value: float | None) -> str:
    """A time as people read it."""
    if value is None:
        return ""
    return f"{value:.2f} s" if value < 100 else f"{value:.0f} s"


def when(value: str | None) -> str:
    """A time of the API without what nobody reads."""
    return (value or "")[:19].replace("T", " ")


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Table:
    """Columns without lines; nothing is cut off."""
    made = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="dim")
    for column in columns:
        made.add_column(column, overflow="fold", no_wrap=False)
    for row in rows:
        made.add_row(*(each if isinstance(each, Text) else Text(plain(each)) for each in row))
    return made


def facts(pairs: Iterable[tuple[str, Any]]) -> Table:
    """Names and values, those without a value left out."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 0))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None and value != "":
            made.add_row(name, value if isinstance(value, Text) else Text(plain(value)))
    return made
