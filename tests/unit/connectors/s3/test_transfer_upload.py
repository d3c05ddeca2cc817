"""What goes to S3 for an upload, operation by operation."""

import base64
import hashlib
import io
import zlib
from typing import Any

import pytest

from penstock.connectors.s3.transfer import Source, TransferOptions, upload
from penstock.connectors.s3.transfer_checksums import MEMBERS
from penstock.errors import CardFailed, InvalidInput, RunCancelled, ServiceFault
from tests.unit.connectors.s3.answers import AnsweredClient, refusal

TINY = TransferOptions(threshold=4, part_size=4, concurrency=3, buffered_part=0)
PLACE = {"Bucket": "b", "Key": "k"}


def etag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def crc(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


class Service(AnsweredClient):
    """Multipart upload as S3 does it, checksums included."""

    def __init__(self, **answers: Any) -> None:
        self.bodies: dict[int, bytes] = {}
        super().__init__(
            **{
                "PutObject": lambda params: {
                    "ETag": etag(params["Body"]),
                    "ChecksumCRC32": params.get("ChecksumCRC32"),
                },
                "CreateMultipartUpload": lambda _: {"UploadId": "u", "BucketKeyEnabled": True},
                "UploadPart": self.part,
                "CompleteMultipartUpload": self.complete,
                "AbortMultipartUpload": lambda _: {},
                **answers,
            }
        )

    def part(self, params: dict[str, Any]) -> dict[str, Any]:
        self.bodies[params["PartNumber"]] = params["Body"]
        return {"ETag": etag(params["Body"]), "ChecksumCRC32": params.get("ChecksumCRC32")}

    def complete(self, params: dict[str, Any]) -> dict[str, Any]:
        listed = [part["PartNumber"] for part in params["MultipartUpload"]["Parts"]]
        whole = b"".join(self.bodies[number] for number in listed)
        digests = [
            hashlib.md5(self.bodies[number], usedforsecurity=False).digest() for number in listed
        ]
        joined = hashlib.md5(b"".join(digests), usedforsecurity=False).hexdigest()
        return {
            "ETag": f'"{joined}-{len(listed)}"',
            "ChecksumCRC32": crc(whole),
            "VersionId": "v1",
            "Location": "https://b/k",
        }


def test_a_small_object_takes_one_request() -> None:
    service = Service()

    result = upload(service, source=Source.of_bytes(b"1234"), params=PLACE, options=TINY)

    assert service.asked == [
        (
            "PutObject",
            {
                **PLACE,
                "Body": b"1234",
                "ChecksumAlgorithm": "CRC32",
                "ChecksumCRC32": crc(b"1234"),
            },
        )
    ]
    assert (result.parts, result.verified, result.etag) == (1, "CRC32", etag(b"1234"))


def test_a_large_object_goes_in_parts_whose_checksums_make_the_wholes() -> None:
    service = Service()

    result = upload(service, source=Source.of_bytes(b"123456789"), params=PLACE, options=TINY)

    created, *parts, completed = service.asked
    assert created == (
        "CreateMultipartUpload",
        {**PLACE, "ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"},
    )
    assert service.bodies == {1: b"1234", 2: b"5678", 3: b"9"}
    assert {params["ChecksumCRC32"] for _, params in parts} == {
        crc(body) for body in service.bodies.values()
    }
    assert completed[1] == {
        **PLACE,
        "UploadId": "u",
        "MpuObjectSize": 9,
        "ChecksumType": "FULL_OBJECT",
        "ChecksumCRC32": crc(b"123456789"),
        "MultipartUpload": {
            "Parts": [
                {"PartNumber": number, "ETag": etag(body), "ChecksumCRC32": crc(body)}
                for number, body in sorted(service.bodies.items())
            ]
        },
    }
    assert (result.parts, result.size, result.verified) == (3, 9, "CRC32")
    assert result.version_id == "v1"
    assert result.response["BucketKeyEnabled"] is True
    assert "Location" not in result.response


def test_all_of_ten_thousand_parts_are_listed() -> None:
    service = Service()
    data = bytes(range(250)) * 40

    result = upload(
        service,
        source=Source.of_bytes(data),
        params=PLACE,
        options=TransferOptions(threshold=1, part_size=1, buffered_part=10),
    )

    listed = service.params("CompleteMultipartUpload")[0]["MultipartUpload"]["Parts"]
    assert [part["PartNumber"] for part in listed] == list(range(1, 10_001))
    assert result.verified == "CRC32"


def dummy(shape: Any) -> Any:
    values: dict[str, Any] = {"boolean": True, "integer": 1, "long": 1, "map": {"a": "b"}}
    return values.get(shape.type_name, "x")


def test_every_parameter_of_an_object_goes_where_it_belongs() -> None:
    service = Service()
    members = service.service_model.operation_model("PutObject").input_shape.members
    of_the_body = {"Body", "ContentLength", "ContentMD5", "ChecksumAlgorithm", *MEMBERS}
    given = {
        name: dummy(shape)
        for name, shape in members.items()
        if name not in of_the_body | {"WriteOffsetBytes"}
    }

    upload(service, source=Source.of_bytes(b"123456789"), params=given, options=TINY)

    sent = {operation: service.params(operation)[0] for operation, _ in service.asked}
    assert {name for params in sent.values() for name in params} >= given.keys()
    everywhere = {"Bucket", "Key", "ExpectedBucketOwner", "RequestPayer"}
    key = {"SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"}
    assert all(everywhere | key <= params.keys() for params in sent.values())
    assert {"IfMatch", "IfNoneMatch"} <= sent["CompleteMultipartUpload"].keys()
    assert {"ACL", "Tagging", "Metadata", "ObjectLockMode"} <= sent["CreateMultipartUpload"].keys()


def test_appending_in_parts_is_refused() -> None:
    with pytest.raises(InvalidInput, match="append"):
        upload(
            AnsweredClient(),
            source=Source.of_bytes(b"123456789"),
            params={**PLACE, "WriteOffsetBytes": 1},
            options=TINY,
        )


@pytest.mark.parametrize("size", [3, 9])
def test_an_object_under_a_lock_is_sent_with_its_md5(size: int) -> None:
    service = Service()
    data = b"123456789"[:size]

    upload(
        service,
        source=Source.of_bytes(data),
        params={**PLACE, "ObjectLockLegalHoldStatus": "ON"},
        options=TINY,
    )

    sent = [*service.params("PutObject"), *service.params("UploadPart")]
    for params in sent:
        digest = hashlib.md5(params["Body"], usedforsecurity=False).digest()
        assert params["ContentMD5"] == base64.b64encode(digest).decode()


def test_a_checksum_of_the_callers_is_left_as_it_is() -> None:
    service = Service()

    upload(
        service,
        source=Source.of_bytes(b"1234"),
        params={**PLACE, "ChecksumXXHASH3": "abc="},
        options=TINY,
    )

    assert service.asked[0][1] == {**PLACE, "Body": b"1234", "ChecksumXXHASH3": "abc="}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"ChecksumAlgorithm": "XXHASH3"}, "XXHASH3 cannot be computed"),
        ({"ChecksumSHA256": "abc="}, "not abc="),
        ({"ChecksumSHA256": "abc=", "ChecksumCRC32": "x"}, "CRC32, SHA256 were given"),
        ({"ContentMD5": "abc="}, "ContentMD5"),
    ],
)
def test_a_checksum_that_cannot_be_is_refused_before_anything_is_sent(
    given: dict[str, str], said: str
) -> None:
    service = AnsweredClient()

    with pytest.raises(InvalidInput, match=said) as refused:
        upload(
            service,
            source=Source.of_bytes(b"123456789"),
            params={**PLACE, **given},
            options=TINY,
        )

    assert refused.value.hint
    assert service.asked == []


def test_the_callers_digest_of_the_whole_is_compared_and_its_parts_carry_their_own() -> None:
    service = Service()
    digest = base64.b64encode(hashlib.sha256(b"123456789").digest()).decode()

    upload(
        service,
        source=Source.of_bytes(b"123456789"),
        params={**PLACE, "ChecksumSHA256": digest},
        options=TINY,
    )

    parts = service.params("UploadPart")
    assert all("ChecksumSHA256" in params for params in parts)
    assert service.params("CreateMultipartUpload")[0]["ChecksumType"] == "COMPOSITE"
    assert "ChecksumSHA256" not in service.params("CompleteMultipartUpload")[0]


@pytest.mark.parametrize("stored", [{"ChecksumCRC32": "AAAAAA=="}, {"ETag": '"' + "0" * 32 + '"'}])
def test_another_object_than_was_sent_is_an_error(stored: dict[str, str]) -> None:
    service = Service(CompleteMultipartUpload=lambda _: {"ETag": '"x"', **stored})

    with pytest.raises(ServiceFault, match="is not what was sent") as fault:
        upload(service, source=Source.of_bytes(b"123456789"), params=PLACE, options=TINY)

    assert fault.value.retryable


def test_a_completion_whose_answer_was_lost_is_found_out_about() -> None:
    service = Service()
    made = {}

    def gone(params: dict[str, Any]) -> Any:
        made.update(service.complete(params))
        raise refusal("NoSuchUpload", 404)

    service._answers = {
        **service._answers,
        "CompleteMultipartUpload": gone,
        "HeadObject": lambda params: {"ETag": params["IfMatch"], "VersionId": "v1"},
    }

    result = upload(service, source=Source.of_bytes(b"123456789"), params=PLACE, options=TINY)

    assert result.etag == made["ETag"]
    assert service.params("AbortMultipartUpload") == []


def test_an_upload_that_is_gone_without_an_object_is_an_error() -> None:
    def gone(_: Any) -> Any:
        raise refusal("NoSuchUpload", 404)

    service = Service(CompleteMultipartUpload=gone, HeadObject=gone, AbortMultipartUpload=gone)

    with pytest.raises(Exception, match="NoSuchUpload") as failure:
        upload(service, source=Source.of_bytes(b"123456789"), params=PLACE, options=TINY)

    assert not hasattr(failure.value, "__notes__")


def test_the_first_failure_stops_the_rest_and_aborts() -> None:
    def part(params: dict[str, Any]) -> dict[str, Any]:
        if params["PartNumber"] == 2:
            raise refusal("AccessDenied", 403)
        return {"ETag": etag(params["Body"])}

    service = Service(UploadPart=part)

    with pytest.raises(Exception, match="AccessDenied"):
        upload(service, source=Source.of_bytes(bytes(4000)), params=PLACE, options=TINY)

    assert len(service.params("UploadPart")) < 1000
    assert service.asked[-1][0] == "AbortMultipartUpload"


def test_a_cancellation_aborts() -> None:
    service = Service()

    def cancelled() -> None:
        if service.params("UploadPart"):
            raise RunCancelled

    with pytest.raises(RunCancelled):
        upload(
            service,
            source=Source.of_bytes(bytes(4000)),
            params=PLACE,
            raise_if_cancelled=cancelled,
            options=TINY,
        )

    assert service.asked[-1][0] == "AbortMultipartUpload"


@pytest.mark.parametrize("buffered", [0, 100])
@pytest.mark.parametrize("promised", [4, 12])
def test_a_source_that_ends_too_early_is_an_error(promised: int, buffered: int) -> None:
    service = Service()

    with pytest.raises(CardFailed, match="ends after"):
        upload(
            service,
            source=Source(promised, lambda: io.BytesIO(b"12")),
            params=PLACE,
            options=TransferOptions(threshold=4, part_size=4, buffered_part=buffered),
        )

    assert service.params("PutObject") == service.params("CompleteMultipartUpload") == []


def test_progress_counts_bytes_up_to_all_of_them() -> None:
    told: list[tuple[int, int | None]] = []

    upload(
        Service(),
        source=Source.of_bytes(b"123456789"),
        params=PLACE,
        on_progress=lambda done, total: told.append((done, total)),
        options=TINY,
    )

    assert told[0] == (0, 9)
    assert told[-1] == (9, 9)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_an_empty_object_is_an_object() -> None:
    service = Service()

    result = upload(service, source=Source.of_bytes(b""), params=PLACE, options=TINY)

    assert service.asked[0][1]["Body"] == b""
    assert (result.size, result.verified) == (0, "CRC32")
