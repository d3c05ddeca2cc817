"""Transfers in parts against the sandbox, which keeps tags, locks, regions and conditions."""

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from penstock.catalog.files import Files
from penstock.connectors.s3.parts import MIB
from penstock.connectors.s3.transfer import Source, TransferOptions, copy, download, upload
from penstock.errors import Conflict
from penstock.store.files import RunFileStore
from tests.accounts import Customer, client

PART = 5 * MIB
SMALL = TransferOptions(threshold=PART, part_size=PART, copy_threshold=PART, copy_part_size=PART)
CONTENT = random.Random(1).randbytes(2 * PART + 1)  # noqa: S311 - bytes that differ, no secret

Put = Callable[..., None]


@pytest.fixture(scope="session")
def s3(customer: Customer) -> Any:
    return client(customer.sandbox, "s3", customer.sandbox.customer, max_pool_connections=20)


@pytest.fixture
def bucket(customer: Customer) -> str:
    return customer.make_bucket()


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return RunFileStore(tmp_path).of_run("run-1")


@pytest.fixture
def put(s3: Any) -> Iterator[Put]:
    """Uploads CONTENT in parts; what was made is deleted afterwards, for it is in memory."""
    made: list[dict[str, str]] = []

    def put(bucket: str, key: str, **params: Any) -> None:
        upload(
            s3,
            source=Source.of_bytes(CONTENT),
            params={"Bucket": bucket, "Key": key, **params},
            options=SMALL,
        )
        made.append({"Bucket": bucket, "Key": key})

    yield put
    for place in made:
        s3.delete_object(**place)


def tags(s3: Any, bucket: str, key: str) -> dict[str, str]:
    found = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def test_tags_and_metadata_come_along_with_parts(s3: Any, bucket: str, put: Put) -> None:
    put(bucket, "up", Tagging="team=a%20b&kind=%C3%BC", Metadata={"a": "b"}, ContentType="x/y")

    copied = copy(
        s3,
        params={"Bucket": bucket, "Key": "across", "CopySource": {"Bucket": bucket, "Key": "up"}},
        source_client=lambda: s3,
        options=SMALL,
    )

    assert copied.parts == 3
    for key in ("up", "across"):
        assert tags(s3, bucket, key) == {"team": "a b", "kind": "ü"}
        head = s3.head_object(Bucket=bucket, Key=key)
        assert (head["ContentType"], head["Metadata"]) == ("x/y", {"a": "b"})


def test_a_directive_replaces_the_tags(s3: Any, bucket: str, put: Put) -> None:
    put(bucket, "up", Tagging="old=1")

    copy(
        s3,
        params={
            "Bucket": bucket,
            "Key": "across",
            "CopySource": {"Bucket": bucket, "Key": "up"},
            "TaggingDirective": "REPLACE",
            "Tagging": "new=2",
        },
        source_client=lambda: s3,
        options=SMALL,
    )

    assert tags(s3, bucket, "across") == {"new": "2"}


def test_a_copy_in_parts_goes_from_one_region_to_another(
    customer: Customer, bucket: str, put: Put, s3: Any, files: Files
) -> None:
    region = "eu-central-1" if customer.sandbox.region != "eu-central-1" else "us-west-2"
    there = client(customer.sandbox, "s3", customer.sandbox.customer, region)
    target = customer.make_bucket(region=region)
    put(bucket, "up")

    copy(
        there,
        params={"Bucket": target, "Key": "copy", "CopySource": {"Bucket": bucket, "Key": "up"}},
        source_client=lambda: s3,
        options=SMALL,
    )
    got = download(
        there,
        params={"Bucket": target, "Key": "copy"},
        create=lambda answer: files.create("f", size=answer["ContentLength"]),
        options=SMALL,
    )

    assert got.file
    assert got.file.sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_lock_goes_with_an_upload_in_parts(customer: Customer, s3: Any) -> None:
    bucket = customer.make_bucket(locked=True)
    until = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)

    made = upload(
        s3,
        source=Source.of_bytes(CONTENT),
        params={
            "Bucket": bucket,
            "Key": "k",
            "ObjectLockMode": "GOVERNANCE",
            "ObjectLockRetainUntilDate": until,
            "ObjectLockLegalHoldStatus": "ON",
        },
        options=SMALL,
    )

    head = s3.head_object(Bucket=bucket, Key="k", VersionId=made.version_id)
    assert (head["ObjectLockMode"], head["ObjectLockLegalHoldStatus"]) == ("GOVERNANCE", "ON")
    assert head["ObjectLockRetainUntilDate"] == until
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.delete_object(Bucket=bucket, Key="k", VersionId=made.version_id)


@pytest.mark.parametrize("key", ["a+b%2Fc%", "//double//../", "grüße 日本", "k" * 1024])
def test_a_hostile_key_goes_in_parts_as_well(
    s3: Any, bucket: str, files: Files, put: Put, key: str
) -> None:
    put(bucket, key)

    copy(
        s3,
        params={"Bucket": bucket, "Key": "copy", "CopySource": {"Bucket": bucket, "Key": key}},
        source_client=lambda: s3,
        options=SMALL,
    )
    got = download(
        s3,
        params={"Bucket": bucket, "Key": "copy"},
        create=lambda answer: files.create("f", size=answer["ContentLength"]),
        options=SMALL,
    )

    assert got.file
    assert got.file.sha256 == hashlib.sha256(CONTENT).hexdigest()


@pytest.mark.parametrize("size", [0, 10, PART + 1])
def test_a_condition_on_the_destination_holds_for_any_size(s3: Any, bucket: str, size: int) -> None:
    place = {"Bucket": bucket, "Key": "k", "IfNoneMatch": "*"}
    data = CONTENT[:size]
    upload(s3, source=Source.of_bytes(data), params=place, options=SMALL)

    with pytest.raises(ClientError, match="PreconditionFailed"):
        upload(s3, source=Source.of_bytes(data), params=place, options=SMALL)

    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")


def test_a_source_that_changes_is_no_mixture(s3: Any, bucket: str, put: Put) -> None:
    put(bucket, "up")

    class Changing:
        """The source's client; the object is another one once its size has been told."""

        def __getattr__(self, name: str) -> Any:
            return getattr(s3, name)

        def head_object(self, **params: Any) -> Any:
            answer = s3.head_object(**params)
            s3.put_object(Bucket=bucket, Key="up", Body=CONTENT[::-1])
            return answer

    with pytest.raises(Conflict, match="replaced"):
        copy(
            s3,
            params={
                "Bucket": bucket,
                "Key": "across",
                "CopySource": {"Bucket": bucket, "Key": "up"},
            },
            source_client=Changing,
            options=SMALL,
        )

    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_a_checksum_is_kept_and_compared_end_to_end(
    s3: Any, bucket: str, put: Put, files: Files
) -> None:
    sent = upload(
        s3,
        source=Source.of_bytes(b"small"),
        params={"Bucket": bucket, "Key": "small"},
        options=SMALL,
    )

    got = download(
        s3,
        params={"Bucket": bucket, "Key": "small"},
        create=lambda answer: files.create("f", size=answer["ContentLength"]),
    )

    assert (sent.verified, got.verified) == ("CRC32", "CRC32")
