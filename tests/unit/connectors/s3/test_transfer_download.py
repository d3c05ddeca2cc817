"""What a download asks for, and what it makes of broken and wrong answers."""

import base64
import hashlib
import zlib
from typing import Any

import pytest
from botocore.exceptions import FlexibleChecksumError, ResponseStreamingError

from penstock.catalog.files import File
from penstock.connectors.s3.transfer import TransferOptions, TransferResult, download
from penstock.errors import Conflict, RunCancelled, ServiceFault, StorageFull
from tests.unit.connectors.s3.answers import AnsweredClient, Body, refusal

TINY = TransferOptions(threshold=10, part_size=10, concurrency=3, attempts=3)
PLACE = {"Bucket": "b", "Key": "k", "ExpectedBucketOwner": "111122223333"}
DATA = bytes(range(37))


class Writer:
    """A file in memory."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.committed = False
        self.aborted = False

    def write(self, chunk: bytes | memoryview) -> int:
        return self.write_at(len(self.data), chunk)

    def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
        if len(self.data) < offset + len(chunk):
            self.data.extend(bytes(offset + len(chunk) - len(self.data)))
        self.data[offset : offset + len(chunk)] = chunk
        return len(chunk)

    def commit(self) -> File:
        self.committed = True
        return File(key="f.1", name="f", size=len(self.data))

    def abort(self) -> None:
        self.aborted = True


class Service(AnsweredClient):
    """GetObject of one object. `breaks` says after how many bytes the n-th answer breaks."""

    def __init__(self, data: bytes = DATA, breaks: dict[int, int] | None = None, **said: Any):
        self.data = data
        self.etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
        self._breaks = breaks or {}
        self._said = said
        super().__init__(GetObject=self.get)

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        if params.get("IfMatch", self.etag) != self.etag:
            raise refusal("PreconditionFailed", 412)
        answer = {"ETag": self.etag, **self._said}
        start, end = 0, len(self.data)
        if ranged := params.get("Range"):
            first, _, last = ranged.removeprefix("bytes=").partition("-")
            start, end = int(first), min(int(last) + 1, end)
            answer["ContentRange"] = f"bytes {start}-{end - 1}/{len(self.data)}"
        breaks = self._breaks.get(len(self.asked))
        body = Body(self.data[start:end], breaks)
        return {**answer, "ContentLength": end - start, "Body": body}

    @property
    def ranges(self) -> list[str | None]:
        return [params.get("Range") for _, params in self.asked]


def get(service: AnsweredClient, writer: Writer, **params: Any) -> TransferResult:
    return download(service, params={**PLACE, **params}, create=lambda _: writer, options=TINY)


def crc(data: bytes) -> str:
    return base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_small_object_takes_one_request(size: int) -> None:
    service, writer = Service(DATA[:size]), Writer()

    result = get(service, writer)

    assert service.asked == [("GetObject", {**PLACE, "ChecksumMode": "ENABLED"})]
    assert bytes(writer.data) == DATA[:size]
    assert writer.committed
    assert (result.parts, result.size, result.verified) == (1, size, "ETag")
    assert "Body" not in result.response


def test_a_large_object_comes_in_ranges_of_the_same_object() -> None:
    service, writer = Service(ChecksumCRC32=crc(DATA), ChecksumType="FULL_OBJECT"), Writer()

    result = get(service, writer, VersionId="v1", SSECustomerKey="k")

    assert bytes(writer.data) == DATA
    assert sorted(filter(None, service.ranges)) == ["bytes=10-19", "bytes=20-29", "bytes=30-36"]
    for _, params in service.asked[1:]:
        assert params["IfMatch"] == service.etag
        assert (params["VersionId"], params["SSECustomerKey"]) == ("v1", "k")
        assert params["ExpectedBucketOwner"] == PLACE["ExpectedBucketOwner"]
    assert (result.parts, result.verified) == (4, "CRC32")


def test_conditions_of_the_caller_are_for_the_first_answer() -> None:
    service = Service()

    get(service, Writer(), IfMatch=service.etag, IfUnmodifiedSince="2024-01-01")

    assert "IfUnmodifiedSince" in service.asked[0][1]
    assert all("IfUnmodifiedSince" not in params for _, params in service.asked[1:])


@pytest.mark.parametrize("breaks", [{1: 4}, {1: 0, 2: 3, 3: 1}, {2: 5}, {4: 0}])
def test_a_broken_connection_is_taken_up_where_it_broke(breaks: dict[int, int]) -> None:
    service, writer = Service(breaks=breaks), Writer()

    get(service, writer)

    assert bytes(writer.data) == DATA
    assert len(service.asked) == 4 + len(breaks)


def test_a_small_object_is_taken_up_as_well() -> None:
    service, writer = Service(DATA[:9], breaks={1: 4, 2: 3}), Writer()

    result = get(service, writer)

    assert service.ranges == [None, "bytes=4-8", "bytes=7-8"]
    assert bytes(writer.data) == DATA[:9]
    assert result.verified == "ETag"


def test_a_connection_that_breaks_without_a_byte_is_given_up_in_the_end() -> None:
    service, writer = Service(DATA[:9], breaks={1: 4, 2: 0, 3: 0}), Writer()

    with pytest.raises(ResponseStreamingError):
        get(service, writer)

    assert len(service.asked) == 3
    assert writer.aborted
    assert not writer.committed


def test_a_range_of_the_callers_is_taken_up_inside_it() -> None:
    service, writer = Service(breaks={1: 4}), Writer()

    result = get(service, writer, Range="bytes=5-30")

    assert service.ranges == ["bytes=5-30", "bytes=9-30"]
    assert bytes(writer.data) == DATA[5:31]
    assert (result.parts, result.verified) == (1, None)


def test_an_object_replaced_in_the_middle_is_an_error() -> None:
    service, writer = Service(), Writer()

    def create(_: Any) -> Writer:
        service.etag = '"another"'
        return writer

    with pytest.raises(Conflict, match="replaced"):
        download(service, params=PLACE, create=create, options=TINY)

    assert writer.aborted
    assert not writer.committed


def test_a_server_that_ignores_ranges_is_found_out() -> None:
    class Careless(Service):
        def get(self, params: dict[str, Any]) -> dict[str, Any]:
            params = {name: value for name, value in params.items() if name != "Range"}
            return super().get(params)

    writer = Writer()

    with pytest.raises(ServiceFault, match="when asked for bytes="):
        get(Careless(), writer)

    assert writer.aborted


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (37, {"ChecksumCRC32": "AAAAAA=="}),
        (9, {"ChecksumCRC32": "AAAAAA=="}),
        (9, {"ChecksumSHA256": "AAAA"}),
        (9, {"ETag": '"' + "0" * 32 + '"'}),
    ],
)
def test_other_bytes_than_are_stored_are_an_error(size: int, said: dict[str, Any]) -> None:
    writer = Writer()

    with pytest.raises(ServiceFault, match="did not arrive as it is stored") as fault:
        get(Service(DATA[:size], **said), writer)

    assert fault.value.retryable
    assert writer.aborted
    assert not writer.committed


def test_what_botocore_finds_wrong_is_the_same_error() -> None:
    class Checked(Body):
        def read(self, size: int | None = -1, /) -> bytes:
            raise FlexibleChecksumError(error_msg="differs")

    service, writer = Service(DATA[:9]), Writer()
    service._answers = {"GetObject": lambda params: {**service.get(params), "Body": Checked(b"")}}

    with pytest.raises(ServiceFault, match="differs"):
        get(service, writer)

    assert writer.aborted


@pytest.mark.parametrize(
    "said",
    [
        {"ServerSideEncryption": "aws:kms"},
        {"SSECustomerAlgorithm": "AES256"},
        {"StorageClass": "EXPRESS_ONEZONE"},
    ],
)
def test_an_etag_that_is_no_digest_of_the_bytes_is_not_compared(said: dict[str, Any]) -> None:
    result = get(Service(DATA[:9], ETag='"' + "0" * 32 + '"', **said), Writer())

    assert result.verified is None


def test_a_cancellation_leaves_nothing() -> None:
    writer = Writer()

    def cancelled() -> None:
        if writer.data:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        download(
            Service(bytes(4000)),
            params=PLACE,
            create=lambda _: writer,
            raise_if_cancelled=cancelled,
            options=TINY,
        )

    assert writer.aborted
    assert not writer.committed


@pytest.mark.parametrize("size", [9, 37])
def test_a_full_disk_leaves_nothing(size: int) -> None:
    class Full(Writer):
        def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
            raise OSError(28, "No space left on device")

    writer = Full()

    with pytest.raises(StorageFull) as full:
        get(Service(DATA[:size]), writer)

    assert full.value.hint
    assert writer.aborted


def test_no_room_from_the_start_asks_for_nothing_more() -> None:
    service = Service()

    def create(answer: Any) -> Writer:
        assert answer["ContentLength"] == len(DATA)
        raise StorageFull

    with pytest.raises(StorageFull):
        download(service, params=PLACE, create=create, options=TINY)

    assert len(service.asked) == 1


def test_a_missing_object_makes_no_file() -> None:
    def missing(_: Any) -> Any:
        raise refusal("NoSuchKey", 404)

    def create(_: Any) -> Writer:
        raise AssertionError("there is nothing to write")

    with pytest.raises(Exception, match="NoSuchKey"):
        download(AnsweredClient(GetObject=missing), params=PLACE, create=create)


def test_progress_counts_bytes_up_to_all_of_them() -> None:
    told: list[tuple[int, int | None]] = []

    download(
        Service(),
        params=PLACE,
        create=lambda _: Writer(),
        on_progress=lambda done, total: told.append((done, total)),
        options=TINY,
    )

    assert told[-1] == (37, 37)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
