"""What each S3 operation of a card needs of IAM, as exactly as the inputs are known.

Sources: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations"; Service
Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; the permissions
sections of the operations' pages in the Amazon S3 API Reference.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from penstock.catalog.partial import UNKNOWN, Partial, Pattern
from penstock.iam.permission import Permission

ACL_FIELDS: Final = (
    "grant_full_control",
    "grant_read",
    "grant_read_acp",
    "grant_write",
    "grant_write_acp",
)
LOCK_FIELDS: Final = ("object_lock_mode", "object_lock_retain_until_date")

# KMS is called by S3, for S3: with this condition the permission is of no use anywhere else.
# The region is the key's, and China's service names end in .cn.
_VIA_S3: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "StringLike": {"kms:ViaService": ("s3.*.amazonaws.com*",)}
}
_PARTITION: Final = re.compile(r"^arn:aws[a-z-]*:")


def bucket_arn(place: Partial) -> str:
    """The ARN pattern of the bucket, or of the access point given in its stead."""
    name = place.text("bucket")
    if name.startswith("arn:"):
        return _PARTITION.sub("arn:aws:", name)
    return f"arn:aws:s3:::{name}"


def object_arn(place: Partial) -> str:
    """The ARN pattern of the object; under an access point objects have their own path."""
    infix = "/object/" if place.text("bucket").startswith("arn:") else "/"
    return f"{bucket_arn(place)}{infix}{place.text('key')}"


def versioned(
    place: Partial, plain: str, version: str, *, optional: bool = False, without: str = ""
) -> Iterator[Permission]:
    """`plain` for the newest version, `version` for a version ID; both while that is open."""
    resource = object_arn(place)
    if may_lack(place, "version_id"):
        yield Permission(plain, resource, optional=optional, without=without)
    if place.may_have("version_id"):
        yield Permission(version, resource, optional=optional, without=without)


def read(place: Partial) -> Iterator[Permission]:
    """Reading an object's metadata or content, with what S3 tells only to those who may know."""
    yield from versioned(place, "s3:GetObject", "s3:GetObjectVersion")
    yield missing_key(place)


def lock_and_tag_facts(place: Partial) -> Iterator[Permission]:
    """Without these S3 leaves the lock headers and the number of tags out of its answer."""
    resource = object_arn(place)
    retention = "the retention of objects is not told"
    yield Permission("s3:GetObjectRetention", resource, optional=True, without=retention)
    hold = "the legal hold of objects is not told"
    yield Permission("s3:GetObjectLegalHold", resource, optional=True, without=hold)
    yield from versioned(
        place,
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        optional=True,
        without="the number of tags is not told",
    )


def missing_key(place: Partial) -> Permission:
    """With it a missing key is 404; without it AWS says 403, as if it were forbidden."""
    without = "a missing key looks like a forbidden one"
    return Permission("s3:ListBucket", bucket_arn(place), optional=True, without=without)


def write_acl(place: Partial, action: str, resource: str) -> Iterator[Permission]:
    """`action` if an ACL or a grant is sent. `private` is the default and is not sent."""
    canned = place.get("canned_acl")
    sent = canned is UNKNOWN or isinstance(canned, Pattern) or canned not in ("none", "private")
    if sent or any(place.may_have(field) for field in ACL_FIELDS):
        yield Permission(action, resource)


def write_lock(place: Partial) -> Iterator[Permission]:
    """Setting retention and legal hold along with the object."""
    if any(place.may_have(field) for field in LOCK_FIELDS):
        yield Permission("s3:PutObjectRetention", object_arn(place))
    if place.may_have("object_lock_legal_hold"):
        yield Permission("s3:PutObjectLegalHold", object_arn(place))


def abort_upload(place: Partial) -> Permission:
    """To tidy up after a multipart upload that did not succeed."""
    without = "the parts of a large upload that fails stay behind, and cost"
    return Permission("s3:AbortMultipartUpload", object_arn(place), optional=True, without=without)


def decrypt(place: Partial) -> Iterator[Permission]:
    """Reading an object that is encrypted with a KMS key, which its reader may not know of."""
    if may_lack(place, "sse_customer_key"):
        yield Permission(
            "kms:Decrypt",
            _any_key(),
            conditions=_VIA_S3,
            optional=True,
            without="objects encrypted with a KMS key cannot be read",
        )


def encrypt(place: Partial) -> Iterator[Permission]:
    """Writing with a KMS key: the one named, or the bucket's own default.

    The default is nothing the writer says, so it is optional; but a session policy without it
    would break every bucket that has one. Decrypt is for uploads in parts (Amazon S3 User
    Guide, "Multipart upload API and permissions").
    """
    if not may_lack(place, "sse_customer_key") or not (
        place.may_be("server_side_encryption", None, "", "aws:kms", "aws:kms:dsse")
    ):
        return
    asked = place.get("server_side_encryption") in ("aws:kms", "aws:kms:dsse")
    key = _key(place)
    yield Permission(
        "kms:GenerateDataKey",
        key,
        conditions=_VIA_S3,
        optional=not asked,
        without="" if asked else "buckets that encrypt with a KMS key by default refuse it",
    )
    yield Permission(
        "kms:Decrypt",
        key,
        conditions=_VIA_S3,
        optional=True,
        without="what is encrypted with a KMS key cannot be uploaded in parts",
    )


def _any_key() -> str:
    return "arn:aws:kms:*:*:key/*"


def _key(place: Partial) -> str:
    """The key's ARN pattern. IAM knows keys by their ARN alone, so an alias may be any key."""
    if not place.may_have("sse_kms_key_id"):
        return _any_key()
    name = place.text("sse_kms_key_id")
    if name.startswith("arn:"):
        return _PARTITION.sub("arn:aws:", name) if ":key/" in name else _any_key()
    return _any_key() if name == "*" or "alias" in name else f"arn:aws:kms:*:*:key/{name}"


def may_lack(place: Partial, field: str) -> bool:
    """Whether the input is not given, or may not be."""
    value = place.get(field)
    if value is UNKNOWN:
        return True
    return not isinstance(value, Pattern) and not place.may_have(field)
