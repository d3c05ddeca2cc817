"""Responses of unknown kind, and XML as an object."""

from collections.abc import Mapping
from typing import Any

import pytest

from penstock.connectors.s3.file_names import file_name
from penstock.connectors.s3.raw_answer import MOST_INLINE, Body, read_body
from penstock.connectors.s3.relative_urls import split_relative_url
from penstock.connectors.s3.xml_objects import parse_xml
from penstock.errors import CardFailed
from tests.cards import MemoryFiles


class Answer:
    """An answer with this body."""

    def __init__(self, body: bytes, headers: Mapping[str, str]) -> None:
        self._body = body
        self.headers = dict(headers)
        self.status = 200
        self.length: int | None = len(body)

    def chunks(self) -> Any:
        for at in range(0, len(self._body), 100_000):
            yield self._body[at : at + 100_000]


def read(
    body: bytes, content_type: str = "", form: str = "auto", files: MemoryFiles | None = None
) -> Body:
    answer: Any = Answer(body, {"content-type": content_type} if content_type else {})
    return read_body(files or MemoryFiles(), answer, form, "dir/name.bin")


@pytest.mark.parametrize(
    ("body", "content_type", "value"),
    [
        (b'{"a": [1]}', "application/json", {"a": [1]}),
        (b"<a><b>1</b></a>", "application/xml", {"a": {"b": "1"}}),
        (b"<a/>", "text/xml; charset=utf-8", {"a": ""}),
        (b'<?xml version="1.0"?><a>1</a>', "binary/octet-stream", {"a": "1"}),
        ("grün".encode(), "text/plain", "grün"),
        (b"plain", "", "plain"),
        (b"not json", "application/json", "not json"),
        (b"<a>", "application/xml", "<a>"),
        (b"", "application/octet-stream", None),
    ],
)
def test_values(body: bytes, content_type: str, value: Any) -> None:
    assert read(body, content_type) == Body(value)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x00\x01", "application/octet-stream"),
        (b"\xff\xfe", "text/plain"),
        (b"a\x00b", ""),
        (b"x" * (MOST_INLINE + 1), "text/plain"),
    ],
)
def test_files(body: bytes, content_type: str) -> None:
    files = MemoryFiles()
    found = read(body, content_type, files=files)
    assert found.value is None
    assert found.file is not None
    assert files.kept[found.file.key] == body
    assert found.file.name == "name.bin"


def test_what_is_asked_for() -> None:
    assert read(b"1", "text/plain", "json").value == 1
    assert read(b"<a/>", "text/plain", "text").value == "<a/>"
    assert read(b"x", "text/plain", "file").file is not None
    with pytest.raises(CardFailed, match="as xml"):
        read(b"x", "text/plain", "xml")
    with pytest.raises(CardFailed, match="larger"):
        read(b"x" * (MOST_INLINE + 1), "text/plain", "text")


def test_a_file_that_breaks_off_is_none() -> None:
    files = MemoryFiles()
    answer: Any = Answer(b"", {})

    def chunks() -> Any:
        yield b"\x00" * 10
        raise OSError("gone")

    answer.chunks = chunks
    with pytest.raises(OSError, match="gone"):
        read_body(files, answer, "file", "x")
    assert files.kept == {}
    assert files.open_writers == 0


def test_xml() -> None:
    text = (
        b'<r xmlns="urn:x" xmlns:i="urn:i"><one i:type="t" n="1">text</one><many>1</many>'
        b"<many><deep/></many><empty/><spaced> a </spaced></r>"
    )
    assert parse_xml(text) == {
        "r": {
            "one": {"@type": "t", "@n": "1", "#text": "text"},
            "many": ["1", {"deep": ""}],
            "empty": "",
            "spaced": " a ",
        }
    }


@pytest.mark.parametrize(
    "text",
    [
        b"<a>",
        b"",
        b"not xml",
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    ],
)
def test_not_xml(text: bytes) -> None:
    with pytest.raises(ValueError, match="not XML"):
        parse_xml(text)


@pytest.mark.parametrize(
    ("url", "key", "query"),
    [
        ("/a%20b.txt?tagging&versionId=3", "a b.txt", {"tagging": "", "versionId": "3"}),
        ("a/b", "a/b", {}),
        ("//a", "/a", {}),
        ("/", "", {}),
        ("?acl", "", {"acl": ""}),
        ("/a?prefix=http://x", "a", {"prefix": "http://x"}),
        ("/..%2F..", "../..", {}),
    ],
)
def test_relative_url(url: str, key: str, query: dict[str, str]) -> None:
    assert split_relative_url(url) == (key, query)


@pytest.mark.parametrize("url", ["https://x/y", "http:x", "javascript:x", "\\\\x", "/x#y", "x://y"])
def test_url_that_is_not_relative(url: str) -> None:
    with pytest.raises(ValueError, match="relative"):
        split_relative_url(url)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a/b.txt", "b.txt"),
        ("dir/", "dir"),
        ("..", "object"),
        ("a/../..", "object"),
        ("", "object"),
        ("/", "object"),
        ("a\x00\nb", "a__b"),
        ('a\\b:c"', "a_b_c_"),
        ("é" * 200 + ".pdf", "é" * 58 + ".pdf"),
    ],
)
def test_file_name(key: str, name: str) -> None:
    assert file_name(key) == name
