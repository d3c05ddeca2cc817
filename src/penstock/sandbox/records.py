"""moto's own records of buckets, objects, users, roles and keys, read and amended by the gate."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from moto.iam.models import IAMBackend, iam_backends
from moto.kms.models import KmsBackend, kms_backends
from moto.s3.models import FakeBucket, FakeKey, S3Backend, s3_backends

from penstock.iam.s3_requests import ObjectName
from penstock.sandbox.emulator import LOCK

_CUSTOMER_KEY: Final = "penstock_customer_key"


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """What the gate has to know of a bucket before anybody may touch it."""

    name: str
    account_id: str
    region: str
    object_lock: bool
    ownership: str | None
    encryption_key: str | None

    @property
    def owner(self) -> str:
        """S3's name for the owner."""
        return canonical_user(self.account_id)


@dataclass(frozen=True, slots=True)
class ListedObject:
    """A line of a listing: an object, a version, a delete marker (no size), or an upload."""

    key: str
    version_id: str
    modified: str
    etag: str | None = None
    size: int | None = None
    storage_class: str | None = None
    checksum_algorithm: str | None = None
    latest: bool = True


@dataclass(frozen=True, slots=True)
class Lock:
    """How an object is locked."""

    mode: str | None
    until: str | None
    legal_hold: str | None


def canonical_user(account: str) -> str:
    """S3's name for an account, 64 hexadecimal digits; here made from its number."""
    return f"{int(account):064x}"


def _bucket(name: str) -> FakeBucket | None:
    partition, account = s3_backends.bucket_accounts.get(name, ("", ""))
    return s3_backends[account][partition].buckets.get(name) if account else None


def s3_backend(bucket: str) -> S3Backend:
    """The records of the account that a bucket belongs to."""
    partition, account = s3_backends.bucket_accounts[bucket]
    return s3_backends[account][partition]


def iam_backend(account: str) -> IAMBackend:
    """An account's users, roles and policies."""
    return iam_backends[account]["aws"]


def kms_backend(account: str, region: str) -> KmsBackend:
    """An account's KMS keys in a region."""
    return kms_backends[account][region]


def accounts() -> Iterator[str]:
    """The accounts that exist."""
    return iter(list(iam_backends))


def buckets(account: str) -> list[FakeBucket]:
    """The buckets of an account."""
    return list(s3_backends[account]["aws"].buckets.values())


def path_of(account: str, kind: str, name: str) -> str:
    """The path of the user or role of that name; `/` if there is none."""
    with LOCK:
        backend = iam_backend(account)
        if kind == "user":
            return backend.users[name].path if name in backend.users else "/"
        return next((role.path for role in backend.roles.values() if role.name == name), "/")


def bucket_facts(name: str) -> BucketFacts | None:
    """The bucket of that name, in whatever account; None if there is none."""
    with LOCK:
        bucket = _bucket(name)
        if bucket is None:
            return None
        applied = _default_encryption(bucket)
        by_kms = str(applied.get("SSEAlgorithm", "")).startswith("aws:kms")
        ownership: Any = bucket.ownership_rule
        return BucketFacts(
            name,
            str(bucket.account_id),
            str(bucket.region_name),
            bool(bucket.object_lock_enabled),
            ownership,
            applied.get("KMSMasterKeyID") if by_kms else None,
        )


def _default_encryption(bucket: FakeBucket) -> Mapping[str, Any]:
    rule = (bucket.encryption or {}).get("Rule", {})
    found: Mapping[str, Any] = rule.get("ApplyServerSideEncryptionByDefault", {})
    return found


def encrypt_by_default(bucket: str) -> None:
    """What every new bucket has since 2023: encryption with S3 managed keys."""
    with LOCK:
        found = _bucket(bucket)
        if found is not None and not found.encryption:
            default = {"SSEAlgorithm": "AES256"}
            found.encryption = {
                "Rule": {
                    "ApplyServerSideEncryptionByDefault": default,
                    "BucketKeyEnabled": "false",
                }
            }


def stored_object(bucket: str, key: str, version_id: str | None = None) -> FakeKey | None:
    """An object or version; None if there is none, or a delete marker."""
    with LOCK:
        if _bucket(bucket) is None:
            return None
        return s3_backend(bucket).get_object(bucket, key, version_id=version_id)


def told_version(name: ObjectName) -> str | None:
    """The version ID that an answer about an object tells; None if there are no versions."""
    found = stored_object(name.bucket, name.key, name.version_id)
    version: Any = getattr(found, "version_id", None)
    return None if version in (None, "null") else str(version)


def is_delete_marker(name: ObjectName) -> bool:
    """Whether a version is a delete marker."""
    with LOCK:
        found = _bucket(name.bucket)
        versions: list[Any] = found.keys.getlist(name.key, []) if found else []
        return any(
            str(each.version_id) == name.version_id and not isinstance(each, FakeKey)
            for each in versions
        )


def amend(bucket: str, key: str, values: Mapping[str, Any]) -> None:
    """Set attributes of an object that moto leaves unset."""
    with LOCK:
        found = stored_object(bucket, key)
        for name, value in values.items():
            setattr(found, name, value)


def lock_of(name: ObjectName) -> Lock | None:
    """How an object or version is locked; None if it is not there."""
    found = stored_object(name.bucket, name.key, name.version_id)
    if found is None:
        return None
    return Lock(found.lock_mode, found.lock_until, found.lock_legal_status)


def default_lock(bucket: str) -> dict[str, str]:
    """How a bucket locks what says nothing of locks; empty if it does not."""
    with LOCK:
        found = _bucket(bucket)
        if found is None or not found.object_lock_enabled or not found.has_default_lock:
            return {}
        return {"lock_mode": str(found.default_lock_mode), "lock_until": found.default_retention()}


def customer_key(name: ObjectName) -> str | None:
    """The digest of the customer's key that an object was stored with."""
    found = stored_object(name.bucket, name.key, name.version_id)
    digest: str | None = getattr(found, _CUSTOMER_KEY, None)
    return digest


def keep_customer_key(bucket: str, key: str, digest: str) -> None:
    """Remember the digest of the customer's key that an object was stored with."""
    amend(bucket, key, {_CUSTOMER_KEY: digest, "encryption": None})


def tags_of(name: ObjectName) -> dict[str, str]:
    """The tags of an object or version; none if it is not there."""
    with LOCK:
        found = stored_object(name.bucket, name.key, name.version_id)
        if found is None:
            return {}
        listed = s3_backend(name.bucket).get_object_tagging(found)["Tags"]
        return {each["Key"]: each["Value"] for each in listed}


def uploading(bucket: str, upload_id: str) -> bool:
    """Whether an upload in parts is in progress."""
    found = _bucket(bucket)
    return found is not None and upload_id in found.multiparts


def parts_joined(bucket: str, upload_id: str, numbers: list[int]) -> bytes | None:
    """The parts of an upload in progress, one after the other; None if one is not there."""
    with LOCK:
        found = _bucket(bucket)
        upload = found.multiparts.get(upload_id) if found else None
        if upload is None or any(number not in upload.parts for number in numbers):
            return None
        return b"".join(upload.parts[number].value for number in numbers)


def objects(bucket: str, after: str) -> list[ListedObject]:
    """The current objects whose keys come after `after`, in order."""
    with LOCK:
        found = _bucket(bucket)
        if found is None:
            return []
        names = sorted(found.keys)
        current = (found.keys[name] for name in names[bisect_right(names, after) :])
        return [_listed(each, latest=True) for each in current if isinstance(each, FakeKey)]


def versions(bucket: str, marker: str, version: str) -> list[ListedObject]:
    """The versions and delete markers after a key, or after a version of it, newest first."""
    with LOCK:
        found = _bucket(bucket)
        if found is None:
            return []
        names = sorted(found.keys)
        start = bisect_left(names, marker) if version else bisect_right(names, marker)
        listed: list[ListedObject] = []
        for name in names[start if marker else 0 :]:
            newest_first = list(reversed(found.keys.getlist(name)))
            lines = [_listed(each, latest=place == 0) for place, each in enumerate(newest_first)]
            if version and name == marker:
                told = [line.version_id for line in lines]
                lines = lines[told.index(version) + 1 :] if version in told else []
            listed += lines
        return listed


def _listed(each: Any, *, latest: bool) -> ListedObject:
    if not isinstance(each, FakeKey):
        return ListedObject(each.name, str(each.version_id), each.last_modified_ISO8601,
                            latest=latest)  # fmt: skip
    return ListedObject(
        str(each.name),
        str(each.version_id),
        each.last_modified_ISO8601,
        str(each.etag),
        int(each.size),
        each.storage_class,
        each.checksum_algorithm.upper() if each.checksum_algorithm else None,
        latest,
    )
