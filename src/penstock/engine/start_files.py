"""The files that a run is given when it starts: from uploads, and from earlier runs."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, BinaryIO, Final, NamedTuple

from pydantic import JsonValue

from penstock.catalog.files import File
from penstock.engine.repository import FileStore, RunRepository
from penstock.engine.uploads import UploadService, file_of
from penstock.errors import InvalidInput, NotFound, Problem, Where
from penstock.flows.document import FlowDocument
from penstock.flows.nearest import quoted
from penstock.flows.positions import pointer

OWNER: Final = "start"
"""Whose these files are. No card can be called so (`flows.checking.RESERVED`)."""


class GivenFile(NamedTuple):
    """A file as the run is going to have it, and where its bytes are now."""

    file: File
    open: Callable[[], BinaryIO]


class StartFiles:
    """Finds what is given for inputs of type file, and makes it the new run's own.

    The run takes a file of its own because what it came from goes on its own day: an upload after
    24 hours, an earlier run when its time is over.
    """

    def __init__(self, *, uploads: UploadService, files: FileStore, runs: RunRepository) -> None:
        self._uploads = uploads
        self._files = files
        self._runs = runs

    def find(self, document: FlowDocument, values: Mapping[str, JsonValue]) -> dict[str, GivenFile]:
        """What the start card's values say of files, by input; nothing is made yet.

        Raises:
            InvalidInput: `problems` has each input whose file is not there.
        """
        found: dict[str, GivenFile] = {}
        problems: list[Problem] = []
        for name, asked in document.start.inputs.items():
            value = values.get(name)
            if asked.type != "file" or not isinstance(value, dict):
                continue
            try:
                given = self._given(value)
            except NotFound as missing:
                problems.append(_problem(document, name, missing))
            else:
                key = f"{OWNER}.{len(found) + 1}"
                found[name] = given._replace(file=given.file.model_copy(update={"key": key}))
        if problems:
            first, more = problems[0], f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
            raise InvalidInput(
                first.message + more, hint=first.hint, where=first.where, problems=tuple(problems)
            )
        return found

    def adopt(self, run_id: str, given: Mapping[str, GivenFile]) -> None:
        """Make them files of the run, which is not there yet. They are there for good then.

        If this is where it ends, the sweep finds files of no run.

        Raises:
            StorageFull
            NotFound: one of them went away meanwhile.
        """
        try:
            for each in given.values():
                with each.open() as source:
                    self._files.adopt(run_id, each.file.key, each.file, source)
        except BaseException:
            self.drop(run_id, given)
            raise

    def drop(self, run_id: str, given: Mapping[str, GivenFile]) -> None:
        """Take away what was adopted for a run that there is not going to be."""
        if given:
            self._files.remove_run(run_id)

    def _given(self, value: Mapping[str, Any]) -> GivenFile:
        if "upload" in value:
            upload = self._uploads.find(value["upload"])
            if upload is None:
                raise NotFound(
                    "names an upload that is not there, or not any more",
                    hint="Give the file again: uploads are kept for 24 hours.",
                )
            return GivenFile(file_of(upload), partial(self._uploads.open, upload.id))
        run_id, key = value["run"], value["key"]
        # Keys that begin with ~ are the engine's own.
        is_there = not key.startswith("~") and self._runs.state(run_id) is not None
        file = self._files.find(run_id, key) if is_there else None
        if file is None:
            raise NotFound(
                "names a file of an earlier run that is not there, or not any more",
                hint="Give the file itself: a run is removed with its files when its time is over.",
            )
        return GivenFile(file, partial(self._files.of_run(run_id).open, file))


def values_with(
    values: Mapping[str, JsonValue], given: Mapping[str, GivenFile]
) -> dict[str, JsonValue]:
    """The start card's values as mappings see them."""
    return {**values, **{name: each.file.model_dump() for name, each in given.items()}}


def _problem(document: FlowDocument, name: str, missing: NotFound) -> Problem:
    where = Where(flow=document.flow, field=name)
    message = f"{quoted(name)} {missing.message}."
    return Problem(pointer((name,)), "file_not_found", message, missing.hint, where)
