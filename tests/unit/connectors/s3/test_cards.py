"""What cards ask of S3, and what they make of its answers, without a server."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from penstock.connectors.s3.tagging import Tag, as_header, from_text
from penstock.errors import AccessDenied, Conflict, NotFound, RunCancelled, ServiceFault
from tests.cards import FakeConnection, FakeContext, connection_of, run_card
from tests.unit.connectors.s3.sent import Reply, Wire, wire

ACCOUNT = "444455556666"
PLACE = {"bucket": "records", "key": "k", "region": "eu-central-1"}


@pytest.fixture(autouse=True)
def _no_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def kept() -> dict[type[Any], Any]:
    return {}


@pytest.fixture
def context(kept: dict[type[Any], Any]) -> FakeContext:
    role: FakeConnection = connection_of("ASIAROLE", "secret", "token", account_id=ACCOUNT)
    return FakeContext(role, resources=kept)


def run(
    context: FakeContext, name: str, inputs: Mapping[str, Any], *replies: Reply, attempt: int = 1
) -> tuple[Any, Wire]:
    """The card's outputs and what it sent; the last reply is said again and again."""
    left = list(replies)

    def answer(_: Any) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    with wire(answer) as sent:
        found = run_card(f"s3.{name}", inputs, context.connection, context=context, attempt=attempt)
    return found, sent


def fails(context: FakeContext, name: str, inputs: Mapping[str, Any], reply: Reply) -> Any:
    with pytest.raises(Exception) as caught:
        run(context, name, inputs, reply)
    return caught.value


def error(code: str, status: int) -> Reply:
    return Reply(status, {}, f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode())


OWNED: list[tuple[str, dict[str, Any], Reply]] = [
    ("read_object", PLACE, Reply()),
    ("read_object_tags", PLACE, Reply(200, {}, b"<Tagging><TagSet/></Tagging>")),
    ("tag_object", {**PLACE, "tags": [{"key": "a"}]}, Reply()),
    ("delete_object", PLACE, Reply(204)),
    ("delete_bucket", {"bucket": "records", "region": "eu-central-1"}, Reply(204)),
    ("search_objects", {"bucket": "records", "region": "eu-central-1"}, Reply(200, {}, b"<L/>")),
    ("upload_object", {**PLACE, "text": "x"}, Reply()),
    ("download_object", PLACE, Reply()),
    ("custom_api_action", PLACE, Reply()),
]


@pytest.mark.parametrize(("name", "inputs", "reply"), OWNED)
def test_expected_owner_is_always_sent(
    context: FakeContext, name: str, inputs: dict[str, Any], reply: Reply
) -> None:
    _, sent = run(context, name, inputs, reply)
    assert sent.header("x-amz-expected-bucket-owner") == ACCOUNT
    _, sent = run(context, name, {**inputs, "expected_bucket_owner": "1" * 12}, reply)
    assert sent.header("x-amz-expected-bucket-owner") == "1" * 12


def test_a_copy_says_both_owners(context: FakeContext) -> None:
    inputs = {
        "source": {"bucket": "from", "key": "a b", "expected_bucket_owner": "1" * 12},
        "destination": PLACE,
    }
    body = b'<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>'
    found, sent = run(context, "copy_object", inputs, Reply(200, {}, body))
    assert found.etag == '"e"'
    assert sent.header("x-amz-expected-bucket-owner") == ACCOUNT
    assert sent.header("x-amz-source-expected-bucket-owner") == "1" * 12
    assert sent.header("x-amz-copy-source") == "from/a%20b"


@pytest.mark.parametrize(
    ("destination", "metadata", "tagging"),
    [
        ({}, "COPY", "COPY"),
        ({"content_type": "a/b"}, "REPLACE", "COPY"),
        ({"tagging": "a=1"}, "COPY", "REPLACE"),
        ({"metadata_directive": "REPLACE", "tagging_directive": "REPLACE"}, "REPLACE", "REPLACE"),
    ],
)
def test_copy_directives(
    context: FakeContext, destination: dict[str, Any], metadata: str, tagging: str
) -> None:
    inputs = {
        "source": {"bucket": "from", "key": "k"},
        "destination": {**PLACE, **destination},
    }
    body = b"<CopyObjectResult/>"
    _, sent = run(context, "copy_object", inputs, Reply(200, {}, body))
    assert sent.header("x-amz-metadata-directive") == metadata
    assert sent.header("x-amz-tagging-directive") == tagging


def test_conditions_of_a_copys_source(context: FakeContext) -> None:
    source = {
        "bucket": "from",
        "key": "k",
        "if_match": '"e"',
        "if_none_match": '"f"',
        "if_modified_since": "Fri, 14 Jan 2022 23:34:36 GMT",
        "if_unmodified_since": "2022-01-14T23:34:36Z",
    }
    inputs = {"source": source, "destination": {**PLACE, "if_none_match": "*"}}
    _, sent = run(context, "copy_object", inputs, Reply(200, {}, b"<CopyObjectResult/>"))
    assert sent.header("x-amz-copy-source-if-match") == '"e"'
    assert sent.header("x-amz-copy-source-if-none-match") == '"f"'
    assert sent.header("x-amz-copy-source-if-modified-since") == "Fri, 14 Jan 2022 23:34:36 GMT"
    assert sent.header("x-amz-copy-source-if-unmodified-since") == "Fri, 14 Jan 2022 23:34:36 GMT"
    assert sent.header("If-None-Match") == "*"


def test_delete_says_what_it_is_told(context: FakeContext) -> None:
    inputs = {
        **PLACE,
        "version_id": "null",
        "bypass_governance_retention": True,
        "request_payer": "requester",
        "mfa": "arn:aws:iam::1:mfa/x 123456",
        "if_match": '"e"',
    }
    headers = {"x-amz-delete-marker": "true", "x-amz-version-id": "v9"}
    found, sent = run(context, "delete_object", inputs, Reply(204, headers))
    assert (found.delete_marker, found.version_id) == (True, "v9")
    assert parse_qs(urlsplit(sent.requests[-1].url).query) == {"versionId": ["null"]}
    assert sent.header("x-amz-bypass-governance-retention") == "true"
    assert sent.header("x-amz-request-payer") == "requester"
    assert sent.header("x-amz-mfa") == "arn:aws:iam::1:mfa/x 123456"
    assert sent.header("If-Match") == '"e"'


def test_head_of_an_object_with_a_customers_key(context: FakeContext) -> None:
    found = fails(context, "read_object", PLACE, Reply(400))
    assert "sse_customer_key" in found.hint


def test_read_object_outputs(context: FakeContext) -> None:
    headers = {
        "ETag": '"e"',
        "Content-Length": "7",
        "Expires": "not a date",
        "Last-Modified": "Fri, 14 Jan 2022 23:34:36 GMT",
        "x-amz-mp-parts-count": "3",
        "x-amz-missing-meta": "1",
        "x-amz-replication-status": "COMPLETED",
        "x-amz-restore": 'ongoing-request="true"',
        "x-amz-archive-status": "ARCHIVE_ACCESS",
        "x-amz-storage-class": "GLACIER",
        "x-amz-object-lock-mode": "COMPLIANCE",
        "x-amz-object-lock-retain-until-date": "2040-01-01T00:00:00Z",
        "x-amz-object-lock-legal-hold": "OFF",
        "x-amz-tagging-count": "2",
        "x-amz-request-charged": "requester",
        "x-amz-website-redirect-location": "/x",
        "x-amz-server-side-encryption": "aws:kms",
        "x-amz-server-side-encryption-aws-kms-key-id": "arn:key",
        "x-amz-server-side-encryption-bucket-key-enabled": "true",
        "x-amz-expiration": 'expiry-date="x"',
        "x-amz-meta-a": "1",
    }
    found, _ = run(context, "read_object", {**PLACE, "part_number": 1}, Reply(206, headers))
    told = found.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    assert told == {
        "status_code": 206,
        "etag": '"e"',
        "content_length": 7,
        "expires": "not a date",
        "last_modified": "2022-01-14T23:34:36Z",
        "parts_count": 3,
        "missing_meta": 1,
        "replication_status": "COMPLETED",
        "restore": 'ongoing-request="true"',
        "archive_status": "ARCHIVE_ACCESS",
        "storage_class": "GLACIER",
        "object_lock_mode": "COMPLIANCE",
        "object_lock_retain_until_date": "2040-01-01T00:00:00Z",
        "object_lock_legal_hold_status": "OFF",
        "tag_count": 2,
        "request_charged": "requester",
        "website_redirect_location": "/x",
        "server_side_encryption": "aws:kms",
        "sse_kms_key_id": "arn:key",
        "bucket_key_enabled": True,
        "expiration": 'expiry-date="x"',
        "metadata": {"a": "1"},
    }


def test_location_constraint(context: FakeContext) -> None:
    for region, body in (("us-east-1", b""), ("eu-west-1", b"eu-west-1")):
        _, sent = run(context, "create_bucket", {"bucket": "new-one", "region": region}, Reply())
        content: Any = sent.requests[-1].body or b""
        assert body in content
        assert (b"LocationConstraint" in content) is bool(body)
        assert f"s3.{region}.amazonaws.com" in sent.requests[-1].url


def test_lost_answers_are_not_conflicts(context: FakeContext) -> None:
    made, sent = run(
        context,
        "create_bucket",
        {"bucket": "new-two", "region": "eu-west-1"},
        Reply(500),
        error("BucketAlreadyOwnedByYou", 409),
    )
    assert not made.created
    assert len(sent.requests) == 2
    gone, _ = run(
        context,
        "delete_bucket",
        {"bucket": "old-one", "region": "eu-west-1"},
        Reply(503),
        error("NoSuchBucket", 404),
    )
    assert not gone.deleted
    taken = fails(
        context,
        "create_bucket",
        {"bucket": "new-two", "region": "eu-west-1"},
        error("BucketAlreadyExists", 409),
    )
    assert type(taken) is Conflict


def test_a_conditional_delete_that_was_done(context: FakeContext) -> None:
    inputs = {**PLACE, "if_match": '"e"'}
    assert type(fails(context, "delete_object", inputs, error("NoSuchKey", 404))) is NotFound
    again, _ = run(context, "delete_object", inputs, error("NoSuchKey", 404), attempt=2)
    assert again.status_code == 204


def page(keys: list[str], *, more: bool, prefixes: tuple[str, ...] = ()) -> Reply:
    contents = "".join(
        f"<Contents><Key>{key}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
        f"<ETag>e</ETag><Size>1</Size></Contents>"
        for key in keys
    )
    common = "".join(
        f"<CommonPrefixes><Prefix>{each}</Prefix></CommonPrefixes>" for each in prefixes
    )
    end = "<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>"
    body = f"<ListBucketResult>{contents}{common}{end if more else ''}</ListBucketResult>"
    return Reply(200, {}, body.encode())


def asked(sent: Wire) -> list[dict[str, str]]:
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(each.url).query).items()}
        for each in sent.requests
    ]


def test_search_pages_and_asks_for_no_more_than_it_wants(context: FakeContext) -> None:
    place = {"bucket": "records", "region": "eu-central-1", "record_limit": 1500}
    first = page([f"a{each:04}" for each in range(1000)], more=True)
    second = page([f"b{each:04}" for each in range(500)], more=True)
    found, sent = run(context, "search_objects", place, first, second)
    assert (found.count, found.complete, found.last_key) == (1500, False, "b0499")
    assert [each["max-keys"] for each in asked(sent)] == ["1000", "500"]
    assert asked(sent)[1]["continuation-token"] == "t"


def test_search_with_folders_leaves_out_what_is_past_its_end(context: FakeContext) -> None:
    place = {"bucket": "records", "region": "eu-central-1", "delimiter": "/"}
    reply = page(["b", "d", "f"], more=False, prefixes=("a/", "c/", "e/"))
    found, _ = run(context, "search_objects", {**place, "record_limit": 2}, reply)
    assert [each.key for each in found.objects] == ["b", "d"]
    assert found.common_prefixes == ["a/", "c/"]
    assert not found.complete


def test_many_folders_are_in_a_file(context: FakeContext) -> None:
    place = {"bucket": "records", "region": "eu-central-1", "delimiter": "/"}
    folders = tuple(f"{each:05}/" for each in range(1000))
    more = tuple(f"{each:05}/" for each in range(1000, 1100))
    found, _ = run(
        context,
        "search_objects",
        place,
        page([], more=True, prefixes=folders),
        page([], more=False, prefixes=more),
    )
    assert (found.common_prefix_count, len(found.common_prefixes)) == (1100, 1000)
    with context.files.open(found.common_prefixes_file) as file:
        assert [json.loads(line) for line in file] == [*folders, *more]


def test_cancelled_search_leaves_no_file(context: FakeContext) -> None:
    pages = 0

    def answer(_: Any) -> Reply:
        nonlocal pages
        pages += 1
        context.cancelled = pages == 2
        return page([f"{pages}-{each:04}" for each in range(1000)], more=True)

    inputs = {"bucket": "records", "region": "eu-central-1"}
    with wire(answer), pytest.raises(RunCancelled):
        run_card("s3.search_objects", inputs, context.connection, context=context)
    assert pages == 2
    assert context.files.kept == {}
    assert context.files.open_writers == 0


def test_search_buckets_pages(context: FakeContext) -> None:
    def buckets(names: list[str], token: str = "") -> Reply:
        listed = "".join(
            f"<Bucket><Name>{name}</Name><CreationDate>2024-01-01T00:00:00.000Z</CreationDate>"
            f"<BucketRegion>eu-west-1</BucketRegion></Bucket>"
            for name in names
        )
        end = f"<ContinuationToken>{token}</ContinuationToken>" if token else ""
        body = f"<ListAllMyBucketsResult><Buckets>{listed}</Buckets>{end}</ListAllMyBucketsResult>"
        return Reply(200, {}, body.encode())

    replies = (buckets(["a-log", "b"], "t1"), buckets(["c-LOG", "d-log"]))
    found, sent = run(
        context, "search_buckets", {"keyword": "Log", "region": "eu-west-1"}, *replies
    )
    assert [each.name for each in found.buckets] == ["a-log", "c-LOG", "d-log"]
    assert found.complete
    assert found.buckets[0].region == "eu-west-1"
    assert asked(sent)[0]["bucket-region"] == "eu-west-1"
    assert asked(sent)[1]["continuation-token"] == "t1"
    first, sent = run(
        context, "search_buckets", {"keyword": "log", "result_set": "first"}, *replies
    )
    assert (first.count, first.complete, len(sent.requests)) == (1, False, 1)


def custom(**inputs: Any) -> dict[str, Any]:
    return {"bucket": "records", "region": "eu-central-1", **inputs}


@pytest.mark.parametrize(
    ("inputs", "url"),
    [
        (custom(key="a b/ü"), "https://records.s3.eu-central-1.amazonaws.com/a%20b/%C3%BC"),
        (custom(key="//x"), "https://records.s3.eu-central-1.amazonaws.com///x"),
        (custom(key="../x"), "https://records.s3.eu-central-1.amazonaws.com/../x"),
        (
            custom(query={"versionId": "a+b&c", "tagging": None}, key="k"),
            "https://records.s3.eu-central-1.amazonaws.com/k?versionId=a%2Bb%26c&tagging",
        ),
        ({"region": "eu-west-1"}, "https://s3.eu-west-1.amazonaws.com/"),
        (
            {"bucket": f"arn:aws:s3:eu-west-1:{ACCOUNT}:accesspoint/ap", "key": "k"},
            f"https://ap-{ACCOUNT}.s3-accesspoint.eu-west-1.amazonaws.com/k",
        ),
        (custom(bucket="with.dots", key="k"), "https://s3.eu-central-1.amazonaws.com/with.dots/k"),
    ],
)
def test_custom_requests_go_to_the_buckets_endpoint(
    context: FakeContext, inputs: dict[str, Any], url: str
) -> None:
    _, sent = run(context, "custom_api_action", inputs, Reply())
    assert sent.requests[-1].url == url
    assert "Credential=ASIAROLE/" in sent.header("Authorization")
    assert sent.header("User-Agent").startswith("penstock/")
    assert context.requests[-1].status == 200


def test_custom_request_sends_its_body_with_a_checksum(context: FakeContext) -> None:
    file = context.files.add("b.xml", b"<a/>", "application/xml")
    for given, content, media_type in (
        ({"body": "<a/>"}, b"<a/>", "application/xml"),
        ({"body": "text"}, b"text", "text/plain; charset=utf-8"),
        ({"body": {"a": 1}}, b'{"a": 1}', "application/json"),
        ({"body_base64": "AAE="}, b"\x00\x01", "application/octet-stream"),
        ({"body_file": file}, b"<a/>", "application/xml"),
    ):
        bodies: list[bytes] = []

        def answer(request: Any, bodies: list[bytes] = bodies) -> Reply:
            bodies.append(request.body.read())
            return Reply()

        inputs = custom(method="PUT", key="k", **given)
        with wire(answer) as sent:
            run_card("s3.custom_api_action", inputs, context.connection, context=context)
        assert bodies == [content]
        assert sent.header("Content-Type") == media_type
        assert sent.header("Content-Length") == str(len(content))
        assert len(sent.header("Content-MD5")) == 24


def test_secret_headers_are_sent_and_not_shown(context: FakeContext) -> None:
    name = "x-amz-server-side-encryption-customer-key"
    found, sent = run(
        context, "custom_api_action", custom(key="k", secret_headers={name: "hush"}), Reply()
    )
    assert sent.header(name) == "hush"
    assert "hush" not in repr(found) + repr(context.requests)


def test_custom_request_tries_again_only_what_may_be_repeated(context: FakeContext) -> None:
    found, sent = run(context, "custom_api_action", custom(), Reply(503), Reply(200))
    assert (found.status_code, len(sent.requests)) == (200, 2)
    with wire(lambda _: Reply(503)) as sent, pytest.raises(ServiceFault) as caught:
        run_card(
            "s3.custom_api_action",
            custom(method="POST", key="k", query={"restore": ""}, body="<a/>"),
            context.connection,
            context=context,
        )
    assert len(sent.requests) == 1
    assert caught.value.retryable


def test_an_error_in_a_200_is_an_error(context: FakeContext) -> None:
    inputs = custom(method="PUT", key="k", headers={"x-amz-copy-source": "a/b"})
    body = b"<Error><Code>InternalError</Code><Message>m</Message></Error>"
    found = fails(
        context, "custom_api_action", inputs, Reply(200, {"content-type": "application/xml"}, body)
    )
    assert type(found) is ServiceFault
    plain, _ = run(
        context,
        "custom_api_action",
        custom(key="k"),
        Reply(200, {"content-type": "text/xml"}, body),
    )
    assert plain.body["Error"]["Code"] == "InternalError"


def test_custom_denial_names_what_the_operation_needs(context: FakeContext) -> None:
    found = fails(
        context,
        "custom_api_action",
        custom(method="PUT", key="k", query={"retention": ""}, body="<Retention/>"),
        error("AccessDenied", 403),
    )
    assert type(found) is AccessDenied
    assert found.details["actions"] == ["s3:PutObjectRetention"]


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=", {"a": ""}),
        ("a%20b=c%2Bd&e=f+g", {"a b": "c+d", "e": "f g"}),
    ],
)
def test_tags_as_text(text: str, tags: dict[str, str]) -> None:
    found = from_text(text)
    assert {tag.key: tag.value for tag in found} == tags
    again = from_text(as_header(found))
    assert again == found
    assert as_header([Tag(key="ü&=", value="+ ")]) == "%C3%BC%26%3D=%2B%20"
