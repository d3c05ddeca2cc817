"""What S3 refuses, allowed or not: ACLs where they are disabled, tags that are none, and what the
sandbox would do otherwise than S3.

Source: S3 user guide, "Controlling ownership of objects and disabling ACLs for your bucket" and
"Categorizing your objects using tags".
"""

from typing import Final
from urllib.parse import parse_qsl

from penstock.iam.s3_requests import S3Call
from penstock.sandbox.faults import Fault, not_implemented
from penstock.sandbox.records import BucketFacts
from penstock.sandbox.surroundings import all_parsed, child_text, parsed

_MOST_TAGS: Final = 10
_WITH_ACL: Final = frozenset(
    {"PutObject", "CopyObject", "CreateMultipartUpload", "PutObjectAcl", "PutBucketAcl"}
)


def check(call: S3Call, bucket: BucketFacts | None, body: bytes) -> None:
    """Nothing if S3 would take `call` as it is; otherwise raises Fault."""
    if call.name in _WITH_ACL and bucket is not None:
        _check_acl(call, bucket)
    if call.name == "CreateBucket":
        _check_new_bucket(call, body)
    if call.name == "PutBucketVersioning":
        status = child_text(parsed(body, "VersioningConfiguration"), "Status")
        if status != "Enabled" or parsed(body, "MfaDelete") is not None:
            raise not_implemented("suspended versioning and MFA delete")
    if call.name == "PutObjectTagging":
        pairs = [
            (child_text(each, "Key"), child_text(each, "Value")) for each in all_parsed(body, "Tag")
        ]
        _check_tags(pairs)
    if tagging := call.headers.get("x-amz-tagging"):
        _check_tags(parse_qsl(tagging, keep_blank_values=True))
    if call.name in ("PutObjectAcl", "PutBucketAcl") and body:
        raise not_implemented(f"s3:{call.name} with grants in its body")


def _check_acl(call: S3Call, bucket: BucketFacts) -> None:
    if bucket.ownership not in (None, "BucketOwnerEnforced"):
        return
    canned = call.headers.get("x-amz-acl", "bucket-owner-full-control")
    granted = any(name.startswith("x-amz-grant-") for name in call.headers)
    if granted or canned != "bucket-owner-full-control" or call.name.endswith("Acl"):
        raise Fault("AccessControlListNotSupported", "The bucket does not allow ACLs")


def _check_new_bucket(call: S3Call, body: bytes) -> None:
    if parsed(body, "Bucket") is not None:
        raise not_implemented("s3:CreateBucket for directory buckets")
    ownership = call.headers.get("x-amz-object-ownership", "BucketOwnerEnforced")
    if ownership not in ("BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"):
        raise Fault("InvalidArgument", f"Invalid x-amz-object-ownership header: {ownership}")
    acl = call.headers.get("x-amz-acl", "private") != "private"
    if ownership == "BucketOwnerEnforced" and (
        acl or any(name.startswith("x-amz-grant-") for name in call.headers)
    ):
        raise Fault(
            "InvalidBucketAclWithObjectOwnership",
            "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        )


def _check_tags(pairs: list[tuple[str, str]]) -> None:
    if len(pairs) > _MOST_TAGS:
        raise Fault("BadRequest", f"Object tags cannot be greater than {_MOST_TAGS}")
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise Fault("InvalidTag", "Cannot provide multiple Tags with the same key")
    for name, value in pairs:
        if not 1 <= len(name) <= 128 or name.lower().startswith("aws:"):
            raise Fault("InvalidTag", "The TagKey you have provided is invalid")
        if len(value) > 256:
            raise Fault("InvalidTag", "The TagValue you have provided is invalid")
