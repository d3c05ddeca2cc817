"""The cards, judged by a server that knows locks, versions and customers' keys for real."""

import base64
import hashlib
import itertools
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import pytest

from penstock.catalog.credentials import Credentials
from penstock.catalog.partial import Partial
from penstock.connectors.s3.parts import MIB
from penstock.errors import AccessDenied, InvalidInput, NotFound, PenstockError, StorageFull
from penstock.iam.generation import Need, session_policy
from tests.cards import FakeConnection, FakeContext, MemoryFiles, card, connection_of, run_card
from tests.rgw import Rgw

ACCOUNT = "111122223333"
CUSTOMER_KEY = "0123456789abcdef0123456789abcdef"
LARGE = 20 * MIB


class Run(Protocol):
    def __call__(self, card_id: str, **inputs: Any) -> Any: ...


@pytest.fixture
def context(rgw: Rgw, monkeypatch: pytest.MonkeyPatch) -> FakeContext:
    """A card's context with the first user's credentials and files in memory."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", rgw.endpoint)
    connection = connection_of(rgw.access_key, rgw.secret_key, account_id=ACCOUNT)
    return FakeContext(connection)


@pytest.fixture
def run(context: FakeContext) -> Run:
    """Runs a card of the S3 connector."""
    return lambda card_id, **inputs: run_card(
        f"s3.{card_id}", inputs, context.connection, context=context
    )


@pytest.fixture
def locked(rgw: Rgw) -> Iterator[str]:
    """A bucket with Object Lock. It stays if something in it is retained in COMPLIANCE."""
    name = rgw.bucket(ObjectLockEnabledForBucket=True)
    yield name
    client = rgw.client()
    for version in client.list_object_versions(Bucket=name).get("Versions", []):
        client.put_object_legal_hold(
            Bucket=name,
            Key=version["Key"],
            VersionId=version["VersionId"],
            LegalHold={"Status": "OFF"},
        )


def content(size: int) -> bytes:
    return random.Random(size).randbytes(size)  # noqa: S311 - bytes that differ, no secret


def an_hour_on() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="seconds")


def test_governance_retention_yields_to_a_bypass_alone(run: Run, locked: str) -> None:
    until = an_hour_on()
    made = run(
        "upload_object",
        bucket=locked,
        key="k",
        text="keep",
        object_lock_mode="GOVERNANCE",
        object_lock_retain_until_date=until,
    )
    version = {"bucket": locked, "key": "k", "version_id": made.version_id}

    found = run("read_object", **version)

    assert found.object_lock_mode == "GOVERNANCE"
    assert found.object_lock_retain_until_date == datetime.fromisoformat(until)
    with pytest.raises(AccessDenied):
        run("delete_object", **version)
    run("delete_object", **version, bypass_governance_retention=True)
    with pytest.raises(NotFound):
        run("read_object", **version)


def test_compliance_retention_yields_to_nobody(run: Run, locked: str) -> None:
    made = run(
        "upload_object",
        bucket=locked,
        key="k",
        text="keep",
        object_lock_mode="COMPLIANCE",
        object_lock_retain_until_date=an_hour_on(),
    )
    version = {"bucket": locked, "key": "k", "version_id": made.version_id}

    with pytest.raises(AccessDenied):
        run("delete_object", **version, bypass_governance_retention=True)

    assert run("read_object", **version).object_lock_mode == "COMPLIANCE"


def test_a_legal_hold_keeps_a_version_and_not_the_key(run: Run, locked: str) -> None:
    made = run("upload_object", bucket=locked, key="k", text="keep", object_lock_legal_hold="ON")
    version = {"bucket": locked, "key": "k", "version_id": made.version_id}

    with pytest.raises(AccessDenied):
        run("delete_object", **version, bypass_governance_retention=True)
    marker = run("delete_object", bucket=locked, key="k")

    assert marker.delete_marker
    assert run("read_object", **version).object_lock_legal_hold_status == "ON"


@pytest.mark.parametrize("size", [10, LARGE])
def test_a_buckets_own_retention_holds_uploads_and_copies_of_any_size(
    run: Run, context: FakeContext, client: Any, locked: str, size: int
) -> None:
    """By the bucket's default: RGW 16 ignores a lock asked for with parts or with a copy."""
    client.put_object_lock_configuration(
        Bucket=locked,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}},
        },
    )
    file = context.files.add("f", content(size)).model_dump()

    made = run("upload_object", bucket=locked, key="k", file=file)
    run(
        "copy_object",
        source={"bucket": locked, "key": "k"},
        destination={"bucket": locked, "key": "copy"},
    )

    # RGW 16 does not tell the version that CopyObject made.
    versions = client.list_object_versions(Bucket=locked)["Versions"]
    assert {found["Key"] for found in versions} == {"copy", "k"}
    assert made.parts == (1 if size == 10 else 3)
    for found in versions:
        place = {"bucket": locked, "key": found["Key"], "version_id": found["VersionId"]}
        assert run("read_object", **place).object_lock_mode == "GOVERNANCE"
        with pytest.raises(AccessDenied):
            run("delete_object", **place)


@pytest.mark.parametrize("size", [0, 10, LARGE])
def test_a_customers_key_opens_what_it_closed(
    run: Run, context: FakeContext, bucket: str, size: int
) -> None:
    data = content(size)
    place = {"bucket": bucket, "key": "k"}
    file = context.files.add("f", data)

    run("upload_object", **place, file=file.model_dump(), sse_customer_key=CUSTOMER_KEY)
    got = run("download_object", **place, sse_customer_key=CUSTOMER_KEY)

    assert context.files.kept[got.file.key] == data
    for wrong in ({}, {"sse_customer_key": CUSTOMER_KEY[::-1]}):
        with pytest.raises((InvalidInput, AccessDenied)) as refused:
            run("download_object", **place, **wrong)
        assert CUSTOMER_KEY not in str(refused.value.as_dict())


def test_versions_are_read_copied_and_deleted_one_by_one(
    run: Run, context: FakeContext, client: Any, bucket: str
) -> None:
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = run("upload_object", bucket=bucket, key="k", text="one").version_id
    second = run("upload_object", bucket=bucket, key="k", text="second").version_id

    marker = run("delete_object", bucket=bucket, key="k")
    with pytest.raises(NotFound):
        run("read_object", bucket=bucket, key="k")
    run(
        "copy_object",
        source={"bucket": bucket, "key": "k", "version_id": first},
        destination={"bucket": bucket, "key": "k"},
    )

    assert marker.delete_marker
    assert len({first, second, marker.version_id, None}) == 4
    got = run("download_object", bucket=bucket, key="k")
    assert context.files.kept[got.file.key] == b"one"
    run("delete_object", bucket=bucket, key="k", version_id=second)
    with pytest.raises(NotFound):
        run("read_object", bucket=bucket, key="k", version_id=second)
    assert run("read_object", bucket=bucket, key="k", version_id=first).content_length == 3


@pytest.mark.parametrize(
    "key",
    ["a b", "a+b%2Fc%", "grüße/日本", "//double//", "a/../b/./c", " x ", "q?x=1&y=2#f", "k" * 1024],
)
def test_every_card_takes_a_hostile_key(
    run: Run, context: FakeContext, bucket: str, key: str
) -> None:
    place = {"bucket": bucket, "key": key}
    copied = {"bucket": bucket, "key": f"c{key[:1023]}"}

    run("upload_object", **place, text="hello")
    run("tag_object", **place, tags=[{"key": "a", "value": "ü"}])
    run("copy_object", source=place, destination=copied)
    got = run("download_object", **copied)

    assert context.files.kept[got.file.key] == b"hello"
    assert got.file.name
    assert "/" not in got.file.name
    assert run("read_object", **copied).content_length == 5
    assert [tag.value for tag in run("read_object_tags", **copied).tags] == ["ü"]
    run("delete_object", **place)
    with pytest.raises(NotFound):
        run("read_object", **place)


def test_a_wrong_md5_is_refused_and_nothing_is_stored(run: Run, bucket: str) -> None:
    digest = base64.b64encode(hashlib.md5(b"other", usedforsecurity=False).digest()).decode()

    with pytest.raises(PenstockError) as refused:
        run("upload_object", bucket=bucket, key="k", text="hello", content_md5=digest)

    assert refused.value.aws
    assert refused.value.aws.code == "BadDigest"
    with pytest.raises(NotFound):
        run("read_object", bucket=bucket, key="k")


@pytest.mark.parametrize("size", [1000, LARGE])
def test_a_full_disk_leaves_no_file(
    run: Run, context: FakeContext, bucket: str, client: Any, size: int
) -> None:
    client.put_object(Bucket=bucket, Key="k", Body=content(size))

    class Misjudged(MemoryFiles):
        """Whose room runs out while writing: another run filled it."""

        def create(self, name: str, **facts: Any) -> Any:
            return super().create(name, **{**facts, "size": None})

    context.files = Misjudged(capacity=size // 2)

    with pytest.raises(StorageFull) as full:
        run("download_object", bucket=bucket, key="k")

    assert full.value.status == 507
    assert context.files.kept == {}
    assert context.files.open_writers == 0


def second_key(rgw: Rgw) -> tuple[str, str]:
    """Another key pair of the first user."""
    pair = (f"AK{uuid.uuid4().hex[:18].upper()}", uuid.uuid4().hex)
    rgw.admin("key", "create", "--uid=admin", f"--access-key={pair[0]}", f"--secret={pair[1]}")
    return pair


def replaced_after(rgw: Rgw, signatures: int) -> FakeConnection:
    """A connection whose session is replaced once it has signed so many requests."""
    old, new = second_key(rgw), (rgw.access_key, rgw.secret_key)
    asked = itertools.count()

    def source() -> Credentials:
        pair = old if next(asked) < signatures else new
        return Credentials(*pair, None, datetime.now(UTC) + timedelta(hours=1))

    return FakeConnection(source, ACCOUNT, scope=uuid.uuid4().hex)


@pytest.mark.parametrize("transfer", ["upload_object", "download_object"])
def test_a_session_may_be_replaced_in_the_middle_of_a_transfer(
    rgw: Rgw, context: FakeContext, client: Any, bucket: str, transfer: str
) -> None:
    data = content(10 * LARGE)
    client.put_object(Bucket=bucket, Key="k", Body=data)
    inputs: dict[str, Any] = {"bucket": bucket, "key": "k", "region": rgw.region}
    if transfer == "upload_object":
        inputs |= {"key": "new", "file": context.files.add("f", data).model_dump()}
    connection = replaced_after(rgw, signatures=4)

    done = run_card(f"s3.{transfer}", inputs, connection, context=context)

    assert connection.asked > 20
    assert len(context.requests) > 20
    assert all(request.status in (200, 206) for request in context.requests)
    if transfer == "download_object":
        assert context.files.kept[done.file.key] == data
    else:
        assert client.head_object(Bucket=bucket, Key="new")["ContentLength"] == len(data)


def needs_of(card_id: str, **inputs: Any) -> Iterator[Need]:
    declared = card(card_id)
    model = declared.inputs.model_validate(inputs)
    for permission in declared.permissions(Partial.of(model)):
        # RGW refuses a policy that names an action it does not know.
        if permission.action.startswith("s3:"):
            yield Need(permission, card_id)


@pytest.fixture
def session(rgw: Rgw) -> Callable[[str], FakeConnection]:
    """Sessions of a role that may do everything on S3, narrowed by a session policy."""
    name = f"role-{uuid.uuid4().hex[:12]}"
    iam = rgw.client("iam")
    trust = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
        '{"AWS":["arn:aws:iam:::user/admin"]},"Action":["sts:AssumeRole"]}]}'
    )
    all_of_s3 = (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],'
        '"Resource":["arn:aws:s3:::*"]}]}'
    )
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=all_of_s3)

    def assume(policy: str) -> FakeConnection:
        given = rgw.client("sts").assume_role(
            RoleArn=role, RoleSessionName="flow", Policy=policy, DurationSeconds=3600
        )["Credentials"]
        return connection_of(
            given["AccessKeyId"],
            given["SecretAccessKey"],
            given["SessionToken"],
            account_id=ACCOUNT,
        )

    return assume


def test_a_session_can_do_only_what_its_flows_cards_declare(
    session: Callable[[str], FakeConnection], context: FakeContext, run: Run, bucket: str
) -> None:
    upload = {"bucket": bucket, "key": "in/note.txt", "text": "hello"}
    read = {"bucket": bucket, "key": "in/note.txt"}
    needs = [*needs_of("s3.upload_object", **upload), *needs_of("s3.read_object", **read)]
    run("upload_object", bucket=bucket, key="out/note.txt", text="there")

    context.connection = session(session_policy(needs).text)

    run("upload_object", **upload)
    assert run("read_object", **read).content_length == 5
    refused: dict[str, dict[str, Any]] = {
        "delete_object": read,
        "read_object": {**read, "key": "out/note.txt"},
        "upload_object": {**upload, "key": "out/other.txt"},
        "tag_object": {**read, "tags": [{"key": "a", "value": "b"}]},
    }
    for card_id, inputs in refused.items():
        with pytest.raises(AccessDenied):
            run(card_id, **inputs)
