"""Custom API Action: any request of the S3 REST API, signed."""

import io
import json
from collections.abc import Mapping
from typing import Any, Final

from botocore.exceptions import ClientError
from pydantic import JsonValue

from penstock.catalog.card import Example
from penstock.catalog.context import CardContext
from penstock.catalog.files import File
from penstock.connectors.s3 import connector
from penstock.connectors.s3.custom_inputs import CustomApiActionInputs
from penstock.connectors.s3.custom_permissions import needs
from penstock.connectors.s3.object_facts import Answer
from penstock.connectors.s3.raw_answer import Body, read_body
from penstock.connectors.s3.raw_request import RawAnswer, RawRequest, RawSender
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.values import (
    decode_base64,
)
from penstock.iam.s3_requests import S3Call, recognize

_MAY_HOLD_ERROR: Final = frozenset(
    {"CopyObject", "UploadPartCopy", "CompleteMultipartUpload", "DeleteObjects"}
)
"""Operations that can fail after AWS has said 200 (their pages in the S3 API Reference)."""


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
    place = inputs.model_copy(update={"key": inputs.address()[0] or None})
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


def _recognized(inputs: CustomApiActionInputs) -> S3Call | None:
    key, query = inputs.address()
    names = {**inputs.headers, **dict.fromkeys(inputs.secret_headers, "")}
    return recognize(inputs.method, inputs.bucket or "", key, query, names)


def _asked(
    ctx: CardContext, requests: Requests, inputs: CustomApiActionInputs, name: str
) -> RawRequest:
    key, query = inputs.address()
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
