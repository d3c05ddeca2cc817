"""What a response of unknown kind is: JSON, XML, text, or a file."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from pydantic_core import to_json

from penstock.catalog.files import File, Files
from penstock.connectors.s3.file_names import file_name
from penstock.connectors.s3.raw_request import RawAnswer
from penstock.connectors.s3.xml_objects import parse_xml
from penstock.errors import CardFailed

MOST_INLINE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """A response's body: a value or a file; `error` is AWS's error document, if it is one."""

    value: Any = None
    file: File | None = None

    @property
    def error(self) -> Mapping[str, Any] | None:
        found = self.value.get("Error") if isinstance(self.value, dict) else None
        return found if isinstance(found, dict) and "Code" in found else None


def read_body(files: Files, answer: RawAnswer, form: str, key: str) -> Body:
    """The body in the form asked for (`auto`: what it is), never more than 1 MiB in memory.

    Args:
        key: what a file is named for.

    Raises:
        CardFailed: it is not of that form.
    """
    chunks = answer.chunks()
    if form == "file":
        return Body(file=_file(files, answer, chunks, key))
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) > MOST_INLINE:
            break
    if len(start) > MOST_INLINE:
        if form != "auto":
            raise CardFailed(
                f"The response is larger than {MOST_INLINE:,} bytes.",
                hint="Take it as a file.",
            )
        return Body(file=_file(files, answer, chain([start], chunks), key))
    if not start:
        return Body()
    found = _inline(start, form, answer.headers)
    return found or Body(file=_file(files, answer, iter([start]), key))


def _inline(content: bytes, form: str, headers: Mapping[str, str]) -> Body | None:
    """The content as a value; None if it is of no kind that can be one."""
    if form == "auto":
        if headers.get("content-encoding", "identity") not in ("identity", "aws-chunked", ""):
            return None
        kind = _kind(content, headers.get("content-type", ""))
        # What is not what it says it is may be text all the same.
        for reader in (kind, "text") if kind else ():
            with suppress(ValueError, RecursionError):
                return Body(_READERS[reader](content))
        return None
    try:
        return Body(_READERS[form](content))
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise CardFailed(
            f"The response cannot be read as {form}: {reason}.",
            hint="Choose auto, or take it as a file.",
        ) from error


def _kind(content: bytes, content_type: str) -> str | None:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type.endswith(("/json", "+json")):
        return "json"
    if media_type.endswith(("/xml", "+xml")) or content.lstrip()[:5] == b"<?xml":
        return "xml"
    return "text" if media_type.startswith("text/") or not media_type else None


def _text(content: bytes) -> str:
    text = content.decode()
    if "\x00" in text:
        raise ValueError("it holds NUL characters")
    return text


def _json(content: bytes) -> Any:
    return _kept(json.loads(content, parse_constant=_no_number))


def _kept(value: Any) -> Any:
    """The value, if it can be said again: whole characters, and not nested too deeply."""
    to_json(value)
    return value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number in JSON")


def _xml(content: bytes) -> Any:
    return _kept(parse_xml(content))


_READERS: Final[Mapping[str, Callable[[bytes], Any]]] = {
    "json": _json,
    "xml": _xml,
    "text": _text,
}


def _file(files: Files, answer: RawAnswer, chunks: Iterator[bytes], key: str) -> File:
    writer = files.create(
        file_name(key), content_type=answer.headers.get("content-type"), size=answer.length
    )
    try:
        for chunk in chunks:
            writer.write(chunk)
        return writer.commit()
    except BaseException:
        writer.abort()
        raise
