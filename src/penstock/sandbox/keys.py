"""The KMS key that an object is, or shall be, encrypted with.

Only customer managed keys ask something of the caller: the policy of the AWS managed key
`aws/s3` lets everyone in its account use it through S3.
Source: KMS developer guide, "AWS managed keys"; S3 user guide, "Using server-side encryption
with AWS KMS keys".
"""

from collections.abc import Mapping

from penstock.iam.s3_requests import ObjectName
from penstock.sandbox import emulator, records
from penstock.sandbox.faults import Fault
from penstock.sandbox.records import BucketFacts

_HEADER = "x-amz-server-side-encryption"


def resolve(named: str, account: str, region: str) -> str:
    """The ARN of the key that an ID, ARN or alias names. Raises Fault if there is none."""
    if named.startswith("arn:"):
        account, region = named.split(":")[4], named.split(":")[3]
        named = named.split(":", 5)[5].removeprefix("key/")
    with emulator.LOCK:
        backend = records.kms_backend(account, region)
        found = (
            backend.get_key_id_from_alias(f"arn:aws:kms:{region}:{account}:{named}")
            or backend.get_key_id_from_alias(named)
            if named.startswith("alias/")
            else named
        )
        if found in backend.keys:
            return str(backend.keys[found].arn)
    raise Fault(
        "KMS.NotFoundException",
        f"Key 'arn:aws:kms:{region}:{account}:key/{named}' does not exist",
    )


def for_writing(headers: Mapping[str, str], bucket: BucketFacts, account: str) -> str | None:
    """The key that what is written shall be encrypted with, by its headers or by default."""
    method = headers.get(_HEADER)
    if method is None:
        named = bucket.encryption_key
        account = bucket.account_id
    elif method.startswith("aws:kms"):
        named = headers.get(f"{_HEADER}-aws-kms-key-id")
    else:
        return None
    return resolve(named, account, bucket.region) if named else None


def of_object(name: ObjectName, bucket: BucketFacts) -> str | None:
    """The key that an object is encrypted with; None also if there is no such object."""
    found = records.stored_object(name.bucket, name.key, name.version_id)
    by_kms = str(getattr(found, "encryption", "")).startswith("aws:kms")
    named = getattr(found, "kms_key_id", None) if by_kms else None
    return resolve(named, bucket.account_id, bucket.region) if named else None


def of_upload(bucket_name: str, upload_id: str, bucket: BucketFacts) -> str | None:
    """The key that an upload in parts was begun with."""
    with emulator.LOCK:
        upload = records.s3_backend(bucket_name).buckets[bucket_name].multiparts.get(upload_id)
        named = getattr(upload, "kms_key_id", None)
    return resolve(named, bucket.account_id, bucket.region) if named else None
