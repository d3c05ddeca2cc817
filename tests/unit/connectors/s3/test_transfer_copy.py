"""What goes to S3 for a copy, whole and in parts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from penstock.connectors.s3.transfer import TransferOptions, TransferResult, copy
from penstock.errors import Conflict
from tests.unit.connectors.s3.answers import AnsweredClient, refusal

PLACE = {"Bucket": "to", "Key": "new", "CopySource": {"Bucket": "from", "Key": "old"}}
TINY = TransferOptions(copy_threshold=10, copy_part_size=10, copy_concurrency=3)
HEAD = {
    "ContentLength": 37,
    "ETag": '"source"',
    "ContentType": "text/plain",
    "Metadata": {"colour": "blue"},
    "CacheControl": "no-store",
    "StorageClass": "GLACIER_IR",
}


class Service(AnsweredClient):
    """Source and destination at once. `head` is what the source's HeadObject answers."""

    def __init__(self, head: dict[str, Any] | None = None, **answers: Any) -> None:
        self.head = head or HEAD
        super().__init__(
            **{
                "HeadObject": lambda _: self.head,
                "GetObjectTagging": lambda _: {"TagSet": [{"Key": "a b", "Value": "ü&="}]},
                "CopyObject": lambda _: {"CopyObjectResult": {"ETag": '"copy"'}},
                "CreateMultipartUpload": lambda _: {"UploadId": "u"},
                "UploadPartCopy": lambda params: {
                    "CopyPartResult": {
                        "ETag": f'"{params["PartNumber"]:032x}"',
                        "LastModified": datetime(2024, 1, 1, tzinfo=UTC),
                    },
                    "CopySourceVersionId": "v0",
                },
                "CompleteMultipartUpload": lambda params: {
                    "ETag": f'"whole-{len(params["MultipartUpload"]["Parts"])}"',
                    "VersionId": "v1",
                    "ChecksumCRC64NVME": params.get("ChecksumCRC64NVME"),
                },
                "AbortMultipartUpload": lambda _: {},
                **answers,
            }
        )


def run(service: Service, options: TransferOptions = TINY, **params: Any) -> TransferResult:
    return copy(service, params={**PLACE, **params}, source_client=lambda: service, options=options)


def test_a_copy_takes_one_request_where_the_service_allows() -> None:
    service = Service()

    result = run(service, TransferOptions(), ACL="private")

    assert service.asked == [("CopyObject", {**PLACE, "ACL": "private"})]
    assert (result.etag, result.size, result.parts) == ('"copy"', None, 1)


@pytest.mark.parametrize(
    "refused",
    [
        refusal(
            "InvalidRequest",
            message="The specified copy source is larger than the maximum allowable size for a "
            "copy source: 5368709120",
        ),
        refusal("EntityTooLarge"),
    ],
)
def test_a_source_too_large_for_one_request_is_copied_in_parts(refused: Exception) -> None:
    def too_large(_: Any) -> Any:
        raise refused

    size = 6 * 1024**3
    service = Service({**HEAD, "ContentLength": size}, CopyObject=too_large)

    result = run(service, TransferOptions())

    assert (result.size, result.parts) == (size, 24)
    last = max(service.params("UploadPartCopy"), key=lambda params: int(params["PartNumber"]))
    assert last["CopySourceRange"] == f"bytes={23 * 256 * 1024**2}-{size - 1}"


def test_another_refusal_is_not_taken_for_size() -> None:
    def refused(_: Any) -> Any:
        raise refusal("InvalidRequest", message="This copy request is illegal")

    with pytest.raises(Exception, match="illegal"):
        run(Service(CopyObject=refused), TransferOptions())


def test_parts_carry_over_what_one_request_would() -> None:
    service = Service()

    result = run(service, StorageClass="STANDARD_IA", ContentType="ignored/without-replace")

    assert service.params("CreateMultipartUpload") == [
        {
            "Bucket": "to",
            "Key": "new",
            "ContentType": "text/plain",
            "Metadata": {"colour": "blue"},
            "CacheControl": "no-store",
            "StorageClass": "STANDARD_IA",
            "Tagging": "a+b=%C3%BC%26%3D",
        }
    ]
    assert [params["CopySourceRange"] for params in service.params("UploadPartCopy")] == [
        "bytes=0-9",
        "bytes=10-19",
        "bytes=20-29",
        "bytes=30-36",
    ]
    assert all(
        params["CopySourceIfMatch"] == '"source"' for params in service.params("UploadPartCopy")
    )
    completed = service.params("CompleteMultipartUpload")[0]
    assert completed["MpuObjectSize"] == 37
    assert len(completed["MultipartUpload"]["Parts"]) == 4
    assert result.response["CopyObjectResult"]["ETag"] == '"whole-4"'
    assert result.response["CopyObjectResult"]["LastModified"].year == 2024
    assert result.response["CopySourceVersionId"] == "v0"
    assert (result.version_id, result.size, result.parts) == ("v1", 37, 4)


def test_directives_replace() -> None:
    service = Service()

    run(
        service,
        MetadataDirective="REPLACE",
        Metadata={"size": "xl"},
        TaggingDirective="REPLACE",
        Tagging="x=y",
    )

    assert service.params("CreateMultipartUpload") == [
        {"Bucket": "to", "Key": "new", "Metadata": {"size": "xl"}, "Tagging": "x=y"}
    ]
    assert service.params("GetObjectTagging") == []


def test_everyone_gets_the_parameters_meant_for_them() -> None:
    service = Service()

    run(
        service,
        CopySource={"Bucket": "from", "Key": "old", "VersionId": "v7"},
        ExpectedBucketOwner="111111111111",
        ExpectedSourceBucketOwner="222222222222",
        RequestPayer="requester",
        CopySourceSSECustomerAlgorithm="AES256",
        CopySourceSSECustomerKey="source key",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey="new key",
        CopySourceIfUnmodifiedSince="2024-01-01",
        IfNoneMatch="*",
        ObjectLockLegalHoldStatus="ON",
    )

    head, again = service.params("HeadObject")
    assert head == {
        "Bucket": "from",
        "Key": "old",
        "VersionId": "v7",
        "ExpectedBucketOwner": "222222222222",
        "RequestPayer": "requester",
        "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": "source key",
        "IfUnmodifiedSince": "2024-01-01",
        "ChecksumMode": "ENABLED",
    }
    assert again == {name: value for name, value in head.items() if not name.startswith("If")}
    tagging = service.params("GetObjectTagging")[0]
    assert tagging["VersionId"] == "v7"
    assert tagging["ExpectedBucketOwner"] == "222222222222"
    for part in service.params("UploadPartCopy"):
        assert part["CopySource"]["VersionId"] == "v7"
        assert (part["CopySourceSSECustomerKey"], part["SSECustomerKey"]) == (
            "source key",
            "new key",
        )
        assert part["ExpectedSourceBucketOwner"] == "222222222222"
        assert part["ExpectedBucketOwner"] == "111111111111"
        assert "CopySourceIfUnmodifiedSince" not in part
    assert service.params("CompleteMultipartUpload")[0]["IfNoneMatch"] == "*"
    assert service.params("CreateMultipartUpload")[0]["ObjectLockLegalHoldStatus"] == "ON"


def test_a_full_objects_checksum_is_handed_on_and_compared() -> None:
    service = Service({**HEAD, "ChecksumCRC64NVME": "abc=", "ChecksumType": "FULL_OBJECT"})

    result = run(service)

    created = service.params("CreateMultipartUpload")[0]
    assert (created["ChecksumAlgorithm"], created["ChecksumType"]) == ("CRC64NVME", "FULL_OBJECT")
    assert service.params("CompleteMultipartUpload")[0]["ChecksumCRC64NVME"] == "abc="
    assert result.verified == "CRC64NVME"


def test_tags_that_may_not_be_read_are_not_lost_in_silence() -> None:
    def denied(_: Any) -> Any:
        raise refusal("AccessDenied", 403)

    service = Service(GetObjectTagging=denied)

    with pytest.raises(Exception, match="AccessDenied"):
        run(service)

    assert service.params("CreateMultipartUpload") == []


def test_a_source_replaced_in_the_middle_is_an_error() -> None:
    def part(params: dict[str, Any]) -> Any:
        raise refusal("PreconditionFailed", 412)

    service = Service(UploadPartCopy=part)

    with pytest.raises(Conflict, match="replaced") as conflict:
        run(service)

    assert conflict.value.retryable
    assert service.asked[-1][0] == "AbortMultipartUpload"


def test_a_source_replaced_on_a_server_without_conditions_is_an_error() -> None:
    heads = iter([HEAD, {**HEAD, "ETag": '"other"'}])
    service = Service(HeadObject=lambda _: next(heads))

    with pytest.raises(Conflict, match="replaced"):
        run(service)

    assert service.params("CompleteMultipartUpload") == []
    assert service.asked[-1][0] == "AbortMultipartUpload"


def test_the_sources_own_client_reads_it() -> None:
    source, destination = Service(), Service()

    copy(destination, params=PLACE, source_client=lambda: source, options=TINY)

    assert {name for name, _ in source.asked} == {"HeadObject", "GetObjectTagging"}
    assert "HeadObject" not in {name for name, _ in destination.asked}
