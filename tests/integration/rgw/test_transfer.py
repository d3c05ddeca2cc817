"""Objects go up, across and down, and are the same bytes whatever their size."""

import hashlib
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from penstock.catalog.files import Files, FileWriter
from penstock.connectors.s3.parts import MIB
from penstock.connectors.s3.transfer import Source, TransferOptions, copy, download, upload
from penstock.errors import Conflict, InvalidInput, RunCancelled, StorageFull
from penstock.store.files import RunFileStore

PART = 5 * MIB
SMALL = TransferOptions(threshold=PART, part_size=PART, copy_threshold=PART, copy_part_size=PART)
BUFFERED = TransferOptions(threshold=PART, part_size=PART, buffered_part=PART)

near_boundaries = st.one_of(
    st.integers(0, 3),
    st.builds(lambda parts, off: max(0, parts * PART + off), st.integers(1, 3), st.integers(-2, 2)),
    st.integers(0, 3 * PART),
)


def content(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)  # noqa: S311 - bytes that differ, no secret


def creating(files: Files, name: str = "download") -> Callable[[Mapping[str, Any]], FileWriter]:
    return lambda answer: files.create(name, size=answer["ContentLength"])


def uploads_left(client: Any, bucket: str) -> list[str]:
    found = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return [upload["Key"] for upload in found]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(size=near_boundaries, seed=st.integers(0, 3), buffered=st.booleans())
def test_the_same_bytes_come_back_for_any_size(
    client: Any, bucket: str, *, tmp_path_factory: Any, size: int, seed: int, buffered: bool
) -> None:
    data = content(size, seed)
    files = RunFileStore(tmp_path_factory.mktemp("files")).of_run("run-1")

    sent = upload(
        client,
        source=Source.of_bytes(data),
        params={"Bucket": bucket, "Key": "up"},
        options=BUFFERED if buffered else SMALL,
    )
    copied = copy(
        client,
        params={
            "Bucket": bucket,
            "Key": "across",
            "CopySource": {"Bucket": bucket, "Key": "up"},
        },
        source_client=lambda: client,
        options=SMALL,
    )
    got = download(
        client,
        params={"Bucket": bucket, "Key": "across"},
        create=creating(files),
        options=SMALL,
    )

    parts = 1 if size <= PART else -(-size // PART)
    assert (sent.parts, copied.parts, got.parts) == (parts, parts, parts)
    assert sent.verified == "ETag"
    assert (sent.size, copied.size, got.size) == (size, size, size)
    assert got.file is not None
    assert got.file.sha256 == hashlib.sha256(data).hexdigest()
    assert str(got.etag).strip('"') == str(copied.etag).strip('"')


def test_everything_said_of_an_object_arrives_with_its_parts(client: Any, bucket: str) -> None:
    said = {
        "ContentType": "text/plain",
        "ContentLanguage": "de",
        "CacheControl": "no-store",
        "ContentDisposition": "attachment",
        "Metadata": {"colour": "blue"},
    }

    upload(
        client,
        source=Source.of_bytes(content(PART + 1)),
        params={"Bucket": bucket, "Key": "up", **said},
        options=SMALL,
    )
    copy(
        client,
        params={"Bucket": bucket, "Key": "across", "CopySource": {"Bucket": bucket, "Key": "up"}},
        source_client=lambda: client,
        options=SMALL,
    )

    for key in ("up", "across"):
        head = client.head_object(Bucket=bucket, Key=key)
        assert {name: head[name] for name in said} == said


def test_a_copy_in_parts_replaces_what_its_directives_say(client: Any, bucket: str) -> None:
    upload(
        client,
        source=Source.of_bytes(content(PART + 1)),
        params={
            "Bucket": bucket,
            "Key": "up",
            "ContentType": "text/plain",
            "Metadata": {"old": "1"},
        },
        options=SMALL,
    )

    copy(
        client,
        params={
            "Bucket": bucket,
            "Key": "across",
            "CopySource": {"Bucket": bucket, "Key": "up"},
            "MetadataDirective": "REPLACE",
            "ContentType": "image/png",
            "Metadata": {"new": "2"},
        },
        source_client=lambda: client,
        options=SMALL,
    )

    head = client.head_object(Bucket=bucket, Key="across")
    assert (head["ContentType"], head["Metadata"]) == ("image/png", {"new": "2"})


def test_an_old_version_is_copied_and_downloaded(client: Any, bucket: str, files: Files) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old, new = content(PART + 7, 1), content(PART + 9, 2)
    versions = [
        upload(
            client,
            source=Source.of_bytes(data),
            params={"Bucket": bucket, "Key": "k"},
            options=SMALL,
        ).version_id
        for data in (old, new)
    ]
    assert versions[0] != versions[1]

    copied = copy(
        client,
        params={
            "Bucket": bucket,
            "Key": "copy",
            "CopySource": {"Bucket": bucket, "Key": "k", "VersionId": versions[0]},
        },
        source_client=lambda: client,
        options=SMALL,
    )
    got = download(
        client,
        params={"Bucket": bucket, "Key": "k", "VersionId": versions[0]},
        create=creating(files),
        options=SMALL,
    )

    assert copied.size == len(old)
    assert copied.version_id
    assert got.file is not None
    assert got.file.sha256 == hashlib.sha256(old).hexdigest()


@pytest.mark.parametrize("options", [SMALL, BUFFERED], ids=["streamed", "buffered"])
def test_a_customers_key_goes_with_every_part(
    client: Any, bucket: str, files: Files, options: TransferOptions
) -> None:
    data = content(2 * PART + 3)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    upload(
        client,
        source=Source.of_bytes(data),
        params={"Bucket": bucket, "Key": "secret", **key},
        options=options,
    )

    got = download(
        client,
        params={"Bucket": bucket, "Key": "secret", **key},
        create=creating(files),
        options=options,
    )

    assert got.file is not None
    assert got.file.sha256 == hashlib.sha256(data).hexdigest()
    with pytest.raises(ClientError) as refused:
        download(client, params={"Bucket": bucket, "Key": "secret"}, create=creating(files))
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_cancelled_upload_leaves_no_parts(client: Any, bucket: str) -> None:
    told: list[int] = []

    def cancel_in_the_middle() -> None:
        if told and told[-1] >= PART:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        upload(
            client,
            source=Source.of_bytes(content(8 * PART)),
            params={"Bucket": bucket, "Key": "k"},
            on_progress=lambda done, _: told.append(done),
            raise_if_cancelled=cancel_in_the_middle,
            options=TransferOptions(threshold=PART, part_size=PART, concurrency=2),
        )

    assert uploads_left(client, bucket) == []
    assert "Contents" not in client.list_objects_v2(Bucket=bucket)


def test_a_refused_upload_leaves_no_parts(client: Any, bucket: str) -> None:
    with pytest.raises(ClientError, match="EntityTooSmall"):
        upload(
            client,
            source=Source.of_bytes(content(3 * MIB)),
            params={"Bucket": bucket, "Key": "k"},
            options=TransferOptions(threshold=MIB, part_size=MIB),
        )

    assert uploads_left(client, bucket) == []


def test_a_failed_abort_is_told_beside_the_failure(rgw: Any, bucket: str) -> None:
    client = rgw.client(retries={"mode": "standard", "max_attempts": 1})

    def broken(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "AbortMultipartUpload")

    client.abort_multipart_upload = broken

    with pytest.raises(ClientError, match="EntityTooSmall") as failure:
        upload(
            client,
            source=Source.of_bytes(content(3 * MIB)),
            params={"Bucket": bucket, "Key": "k"},
            options=TransferOptions(threshold=MIB, part_size=MIB),
        )

    assert any("could not be aborted (SlowDown)" in note for note in failure.value.__notes__)
    assert uploads_left(client, bucket) == ["k"]


def test_a_wrong_checksum_of_the_whole_is_refused_before_anything_is_sent(
    client: Any, bucket: str
) -> None:
    with pytest.raises(InvalidInput, match="ContentMD5"):
        upload(
            client,
            source=Source.of_bytes(content(PART + 1)),
            params={"Bucket": bucket, "Key": "k", "ContentMD5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
            options=SMALL,
        )

    assert uploads_left(client, bucket) == []


@pytest.mark.parametrize("name", ["SHA1", "SHA256", "CRC32"])
def test_any_algorithm_may_go_with_the_parts(
    client: Any, bucket: str, files: Files, name: str
) -> None:
    data = content(PART + 1)

    upload(
        client,
        source=Source.of_bytes(data),
        params={"Bucket": bucket, "Key": "k", "ChecksumAlgorithm": name},
        options=SMALL,
    )
    got = download(client, params={"Bucket": bucket, "Key": "k"}, create=creating(files))

    assert got.file is not None
    assert got.file.sha256 == hashlib.sha256(data).hexdigest()


def replaced_after_the_first_answer(client: Any, bucket: str, files: Files) -> Any:
    def create(answer: Mapping[str, Any]) -> FileWriter:
        client.put_object(Bucket=bucket, Key="k", Body=content(4 * PART, 2))
        return files.create("download")

    return create


def test_an_object_replaced_in_mid_download_is_no_mixture(
    client: Any, bucket: str, files: Files, tmp_path: Path
) -> None:
    client.put_object(Bucket=bucket, Key="k", Body=content(4 * PART, 1))

    with pytest.raises(Conflict, match="replaced") as conflict:
        download(
            client,
            params={"Bucket": bucket, "Key": "k"},
            create=replaced_after_the_first_answer(client, bucket, files),
            options=SMALL,
        )

    assert conflict.value.retryable
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_object_replaced_in_mid_copy_is_no_mixture(client: Any, bucket: str) -> None:
    client.put_object(Bucket=bucket, Key="k", Body=content(4 * PART, 1))

    def replace_once_asked(done: int, total: int | None) -> None:
        if done == 0:
            client.put_object(Bucket=bucket, Key="k", Body=content(4 * PART, 2))

    class Replacing:
        """The source's client; the object is replaced once its size has been told."""

        def __getattr__(self, name: str) -> Any:
            return getattr(client, name)

        def head_object(self, **params: Any) -> Any:
            answer = client.head_object(**params)
            replace_once_asked(0, None)
            return answer

    with pytest.raises(Conflict, match="replaced"):
        copy(
            client,
            params={
                "Bucket": bucket,
                "Key": "copy",
                "CopySource": {"Bucket": bucket, "Key": "k"},
            },
            source_client=Replacing,
            options=SMALL,
        )

    assert uploads_left(client, bucket) == []


def test_a_full_disk_leaves_nothing(client: Any, bucket: str, files: Files, tmp_path: Path) -> None:
    client.put_object(Bucket=bucket, Key="k", Body=content(4 * PART))

    class Full:
        """A writer on a disk that has room for one part."""

        def __init__(self, writer: FileWriter) -> None:
            self._writer = writer

        def __getattr__(self, name: str) -> Any:
            return getattr(self._writer, name)

        def write_at(self, offset: int, chunk: bytes | memoryview) -> int:
            if offset >= PART:
                raise OSError(28, "No space left on device")
            return self._writer.write_at(offset, chunk)

    with pytest.raises(StorageFull) as full:
        download(
            client,
            params={"Bucket": bucket, "Key": "k"},
            create=lambda _: Full(files.create("download")),
            options=SMALL,
        )

    assert full.value.hint
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_part_of_an_object_may_be_asked_for(client: Any, bucket: str, files: Files) -> None:
    data = content(4 * PART)
    client.put_object(Bucket=bucket, Key="k", Body=data)

    got = download(
        client,
        params={"Bucket": bucket, "Key": "k", "Range": f"bytes={PART}-{3 * PART}"},
        create=creating(files),
        options=SMALL,
    )

    assert got.file is not None
    with files.open(got.file) as file:
        assert file.read() == data[PART : 3 * PART + 1]


@pytest.mark.parametrize(
    "key",
    [
        "a b",
        "a+b%2Fc%",
        "grüße/日本語/\N{PILE OF POO}",
        "//double//",
        "dots/../up/./here",
        "tail ",
        "q?x=1&y=2#f",
        "'\"<>&;:",
        "k" * 1024,
    ],
)
def test_a_hostile_key_is_just_a_key(client: Any, bucket: str, files: Files, key: str) -> None:
    # RGW 16 decodes a part's copy source twice, and completes no upload of so long a name.
    whole = "%" in key or len(key) > 960
    data = content(PART if whole else PART + 1)

    upload(
        client,
        source=Source.of_bytes(data),
        params={"Bucket": bucket, "Key": key},
        options=SMALL,
    )
    copy(
        client,
        params={
            "Bucket": bucket,
            "Key": "c" + key[:1023],
            "CopySource": {"Bucket": bucket, "Key": key},
        },
        source_client=lambda: client,
        options=SMALL,
    )
    got = download(
        client,
        params={"Bucket": bucket, "Key": "c" + key[:1023]},
        create=creating(files),
        options=SMALL,
    )

    assert got.file is not None
    assert got.file.sha256 == hashlib.sha256(data).hexdigest()
    listed = client.list_objects_v2(Bucket=bucket)["Contents"]
    assert {found["Key"] for found in listed} == {key, "c" + key[:1023]}
