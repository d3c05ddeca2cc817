"""Custom API Action: any request of the S3 REST API, signed."""

import io
import json
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from botocore.exceptions import ClientError
from pydantic import Field, JsonValue, SecretStr, model_validator

from penstock.catalog.card import CardModel, Example, Ui
from penstock.catalog.context import CardContext
from penstock.catalog.files import File
from penstock.connectors.s3 import connector
from penstock.connectors.s3.custom_permissions import needs
from penstock.connectors.s3.object_facts import Answer
from penstock.connectors.s3.raw_answer import Body, read_body
from penstock.connectors.s3.raw_request import RawAnswer, RawRequest, RawSender
from penstock.connectors.s3.relative_urls import split_relative_url
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.values import (
    AccountId,
    BucketName,
    ObjectKey,
    Region,
    decode_base64,
)
from penstock.iam.s3_requests import S3Call, recognize

_OURS: Final = frozenset(
    {
        "host",
        "authorization",
        "content-length",
        "transfer-encoding",
        "connection",
        "expect",
        "te",
        "trailer",
        "upgrade",
        "user-agent",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-content-sha256",
        "proxy-authorization",
    }
)
_MAY_HOLD_ERROR: Final = frozenset(
    {"CopyObject", "UploadPartCopy", "CompleteMultipartUpload", "DeleteObjects"}
)
"""Operations that can fail after AWS has said 200 (their pages in the S3 API Reference)."""


class CustomApiActionInputs(CardModel):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = "GET"
    """The request's method."""
    bucket: BucketName | None = None
    """The bucket that the request is about. Empty: the account (GET lists its buckets)."""
    key: ObjectKey | None = None
    """The object's key, if the request is about an object. It is encoded for you."""
    relative_url: str | None = None
    """In place of key and query: the rest of the address, encoded: `/2026/a%20b.txt?tagging`."""
    query: dict[str, str | None] = Field(default_factory=dict)
    """Parameters of the query, not encoded: `{tagging: ""}`, `{versionId: abc}`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers of the request. Host and signature are added."""
    secret_headers: Annotated[dict[str, SecretStr], Ui(widget="secret")] = Field(
        default_factory=dict
    )
    """Further headers, whose values are never stored: customer-provided keys, say."""
    body: JsonValue = None
    """The request's body: text (XML, say) as it is, anything else as JSON."""
    body_base64: Annotated[str | None, Ui(widget="bytes")] = None
    """The request's body as base64."""
    body_file: Annotated[File | None, Ui(widget="file")] = None
    """The request's body: a file of this run."""
    response: Literal["auto", "json", "xml", "text", "file"] = "auto"
    """What to make of the response. `auto`: by its media type; what is large or binary is a
    file."""
    accept_errors: bool = False
    """Whether an answer that is an error is a result as any other. Else the card fails."""
    region: Region | None = None
    """The bucket's region. It may be left out: it is learnt from the bucket."""
    expected_bucket_owner: AccountId | None = None
    """The account that must own the bucket, else AWS refuses. Empty: the connection's account."""

    @model_validator(mode="after")
    def _is_one_request(self) -> "CustomApiActionInputs":
        if self.relative_url and (self.key or self.query):
            raise ValueError("give either relative_url or key and query, not both")
        if self.relative_url:
            split_relative_url(self.relative_url)
        if self.key and not self.bucket:
            raise ValueError("a key needs a bucket")
        if self.body_base64:
            decode_base64(self.body_base64)
        bodies = (self.body, self.body_base64, self.body_file)
        if sum(each is not None for each in bodies) > 1:
            raise ValueError("give at most one of body, body_base64 and body_file")
        if self.method in ("GET", "HEAD") and any(each is not None for each in bodies):
            raise ValueError(f"a {self.method} request has no body")
        _check_headers([*self.headers, *self.secret_headers], self.headers)
        return self


class CustomApiActionOutputs(Answer):
    headers: dict[str, str]
    """The response's headers, names in lower case."""
    body: JsonValue = None
    """The response: JSON as it is, XML as an object, text as text; null if empty or a file."""
    file: File | None = None
    """The response, if it is large or not text."""
    operation: str | None = None
    """The S3 operation that this request is, if it is a known one."""


@connector.card(
    "custom_api_action",
    title="Custom API Action",
    effect="write",
    permissions=needs,
    examples=(
        Example(
            "Who may do what with a bucket",
            {"method": "GET", "bucket": "example-records", "query": {"policy": ""}},
        ),
        Example(
            "Put a legal hold on an object",
            {
                "method": "PUT",
                "bucket": "example-archive",
                "key": "2026/minutes.txt",
                "query": {"legal-hold": ""},
                "body": "<LegalHold><Status>ON</Status></LegalHold>",
            },
        ),
    ),
)
def custom_api_action(ctx: CardContext, inputs: CustomApiActionInputs) -> CustomApiActionOutputs:
    """Make any request of the S3 REST API, signed with the connection's session.

    Requests go to the bucket's endpoint and nowhere else. The response may be JSON, XML, text or
    a file.
    """
    requests = Requests(ctx, inputs, needs)
    place = inputs.model_copy(update={"key": _path(inputs)[0] or None})
    client = requests.client(place)
    call = _recognized(inputs)
    name = call.name if call else f"{inputs.method} request"
    asked = _asked(ctx, requests, inputs, name)
    with requests.about(name, requests.subject(place)):
        answer = ctx.resource(RawSender).send(requests, client, asked)
        try:
            failed = not 200 <= answer.status < 300
            body = _read(ctx, inputs, place.key, answer, failed)
        finally:
            answer.close()
        error = body.error if failed or name in _MAY_HOLD_ERROR else None
        if (failed or error) and not inputs.accept_errors:
            raise ClientError(_described(answer, error), name)
    return CustomApiActionOutputs(
        status_code=answer.status,
        headers=answer.headers,
        body=body.value,
        file=body.file,
        operation=call.name if call else None,
    )


def _path(inputs: CustomApiActionInputs) -> tuple[str, dict[str, str]]:
    if inputs.relative_url:
        return split_relative_url(inputs.relative_url)
    return inputs.key or "", {name: value or "" for name, value in inputs.query.items()}


def _recognized(inputs: CustomApiActionInputs) -> S3Call | None:
    key, query = _path(inputs)
    names = {**inputs.headers, **dict.fromkeys(inputs.secret_headers, "")}
    return recognize(inputs.method, inputs.bucket or "", key, query, names)


def _asked(
    ctx: CardContext, requests: Requests, inputs: CustomApiActionInputs, name: str
) -> RawRequest:
    key, query = _path(inputs)
    secret = {name: value.get_secret_value() for name, value in inputs.secret_headers.items()}
    headers = {**inputs.headers, **secret}
    given = {each.lower() for each in headers}
    if inputs.bucket and name != "CreateBucket" and "x-amz-expected-bucket-owner" not in given:
        headers["x-amz-expected-bucket-owner"] = requests.owner(inputs)
    if inputs.body_file is not None:
        file = inputs.body_file
        if file.content_type and "content-type" not in given:
            headers["Content-Type"] = file.content_type
        return RawRequest(
            name,
            inputs.method,
            inputs.bucket or "",
            key,
            query,
            headers,
            lambda: ctx.files.open(file),
            file.size,
        )
    content, media_type = _content(inputs)
    if media_type and "content-type" not in given:
        headers["Content-Type"] = media_type
    return RawRequest(
        name,
        inputs.method,
        inputs.bucket or "",
        key,
        query,
        headers,
        None if content is None else lambda: io.BytesIO(content),
        len(content or b""),
    )


def _content(inputs: CustomApiActionInputs) -> tuple[bytes | None, str | None]:
    if inputs.body_base64 is not None:
        return decode_base64(inputs.body_base64), "application/octet-stream"
    if inputs.body is None:
        return None, None
    if isinstance(inputs.body, str):
        xml = inputs.body.lstrip().startswith("<")
        return inputs.body.encode(), "application/xml" if xml else "text/plain; charset=utf-8"
    return json.dumps(inputs.body).encode(), "application/json"


def _read(
    ctx: CardContext,
    inputs: CustomApiActionInputs,
    key: str | None,
    answer: RawAnswer,
    failed: bool,
) -> Body:
    if inputs.method == "HEAD":
        return Body()
    form = "auto" if failed else inputs.response
    return read_body(ctx.files, answer, form, key or "response")


def _described(answer: RawAnswer, error: Mapping[str, Any] | None) -> Any:
    """The answer as botocore gives an error."""
    told = dict(error or {})
    told.setdefault("Code", str(answer.status))
    told.setdefault("Message", "")
    return {
        "Error": told,
        "ResponseMetadata": {
            "HTTPStatusCode": answer.status,
            "RequestId": answer.headers.get("x-amz-request-id"),
            "HostId": answer.headers.get("x-amz-id-2"),
            "HTTPHeaders": answer.headers,
        },
    }


def _check_headers(names: list[str], open_headers: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for name in names:
        lower = name.lower()
        if not name or not all(each.isalnum() or each in "!#$%&'*+-.^_`|~" for each in name):
            raise ValueError(f"{name!r} cannot be the name of a header")
        if lower in _OURS:
            raise ValueError(f"the header {name} is not for a flow to set")
        if lower in seen:
            raise ValueError(f"the header {name} is given twice")
        seen.add(lower)
    for name, value in open_headers.items():
        if not value.isprintable():
            raise ValueError(f"the header {name} has characters that a header cannot have")
        if name.lower().endswith("customer-key"):
            raise ValueError(f"the header {name} is a secret: give it in secret_headers")
