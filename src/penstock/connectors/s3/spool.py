"""A list that may be long: a little of it in memory, all of it in a file."""

import json
from collections.abc import Sequence
from typing import Any, Final

from penstock.catalog.card import CardOutputs
from penstock.catalog.context import CardContext
from penstock.catalog.files import File, FileWriter

MOST_INLINE: Final = 1_000


class Spool:
    """Records of one kind: the first thousand in memory, of more than that all in a file."""

    def __init__(self, ctx: CardContext, name: str) -> None:
        self._ctx = ctx
        self._name = name
        self._writer: FileWriter | None = None
        self.inline: list[Any] = []
        self.count = 0

    def add(self, records: Sequence[Any]) -> None:
        """Take records; a model is written as its JSON."""
        self.count += len(records)
        if self._writer is None and self.count > MOST_INLINE:
            self._writer = self._ctx.files.create(self._name, content_type="application/jsonl")
            self._write(self.inline)
        self._write(records)
        self.inline += records[: MOST_INLINE - len(self.inline)]

    def commit(self) -> File | None:
        return self._writer.commit() if self._writer else None

    def abort(self) -> None:
        if self._writer:
            self._writer.abort()

    def _write(self, records: Sequence[Any]) -> None:
        if self._writer is None or not records:
            return
        plain = (
            each.model_dump(mode="json") if isinstance(each, CardOutputs) else each
            for each in records
        )
        lines = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in plain)
        self._writer.write(lines.encode())
