"""Small texts that ask for much: each is bounded before it costs."""

import time
from typing import Any

import pytest

from penstock.catalog.files import File, Files
from penstock.connectors.s3.raw_answer import read_body
from penstock.connectors.s3.raw_request import RawAnswer
from penstock.flows.yaml import MAX_PROBLEMS, read_yaml
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.policy import parse_policy
from penstock.iam.request import Principal, Request

MEBIBYTE = 1024 * 1024


@pytest.mark.parametrize(
    "unit",
    ["- a\n", "a: 1\n", "- &a b\n", "? a\n", "- *a\n", "- !!python/object:os.system a\n"],
)
def test_a_document_of_many_values_is_given_up_early(unit: str) -> None:
    read = read_yaml(unit * (MEBIBYTE // len(unit)))
    assert read.problems
    assert read.problems[-1].code in {"too_large", "too_many_problems"}
    assert len(read.problems) <= MAX_PROBLEMS + 1


@pytest.mark.parametrize("opening", ["[", "{a: "])
def test_a_list_in_brackets_is_given_up_as_early(opening: str) -> None:
    text = opening + "a," * (MEBIBYTE // 2 - 8)
    read = read_yaml(text)
    # Unbounded, this takes half a minute.
    assert read.problems[-1].code in {"too_large", "too_many_problems"}


def test_a_long_flow_is_still_read() -> None:
    text = "\n".join(f"- {{id: a{at}, card: c, inputs: {{a: 1, b: 2}}}}" for at in range(1000))
    assert not read_yaml(text).problems


class Response:
    """As much of botocore's response as an answer takes."""

    status_code = 200

    def __init__(self, content: bytes, content_type: str) -> None:
        self.headers = {"Content-Type": content_type, "Content-Length": str(len(content))}
        self.raw = self
        self._content = content

    def read(self, _: int) -> bytes:
        content, self._content = self._content, b""
        return content

    def close(self) -> None:
        pass


class Shelf:
    """Files of no run."""

    def create(self, name: str, **_: Any) -> "Shelf":
        self.name = name
        self.content = b""
        return self

    def write(self, chunk: bytes) -> int:
        self.content += chunk
        return len(chunk)

    def commit(self) -> File:
        return File(key="a.1", name=self.name, size=len(self.content))

    def abort(self) -> None:
        pass

    def open(self, file: File) -> Any:
        raise NotImplementedError


def body_of(content: bytes, content_type: str) -> Any:
    shelf: Files = Shelf()  # type: ignore[assignment]  # what reading a body needs of it
    answer = RawAnswer(Response(content, content_type))  # type: ignore[arg-type]  # as above
    body = read_body(shelf, answer, "auto", "k")
    return body.file if body.file is not None else body.value


HOSTILE_JSON = [
    b"[" * 100_000 + b"]" * 100_000,
    b"[" * 400 + b"]" * 400,
    b'{"a":' * 300 + b"1" + b"}" * 300,
    b'"\\ud800"',
    b'{"\\udfff": 1}',
    b"[NaN]",
    b"[Infinity, -Infinity]",
    b"1" * 10_000,
]


@pytest.mark.parametrize("content", HOSTILE_JSON)
def test_json_that_cannot_be_kept_is_text(content: bytes) -> None:
    assert body_of(content, "application/json") == content.decode()


HOSTILE_XML = [
    b"<a>" * 50_000 + b"</a>" * 50_000,
    b'<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><a>&d;</a>',
    b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    b'<?xml version="1.0" encoding="nonsense"?><a/>',
]


@pytest.mark.parametrize("content", HOSTILE_XML)
def test_xml_that_is_a_bomb_is_text(content: bytes) -> None:
    assert body_of(content, "application/xml") == content.decode()


def test_many_elements_are_read_in_time() -> None:
    content = b"<a>" + b"<b/>" * 200_000 + b"</a>"
    assert len(body_of(content, "application/xml")["a"]["b"]) == 200_000


@pytest.mark.parametrize("pattern", ["*a" * 500, "?*" * 500, "*a*b" * 250 + "c"])
def test_wildcards_cannot_make_matching_slow(pattern: str) -> None:
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:aws:s3:::{pattern}"}
    policy = parse_policy({"Version": "2012-10-17", "Statement": [statement]})
    request = Request(
        principal=Principal("user", "arn:aws:iam::111122223333:user/a", "111122223333"),
        action="s3:GetObject",
        resource="arn:aws:s3:::" + "a" * 1000 + "!",
        context={},
        resource_account="111122223333",
    )
    begun = time.process_time()
    evaluate(request, PolicySet(identity=(policy,)))
    assert time.process_time() - begun < 2
