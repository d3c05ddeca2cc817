"""Outputs that several cards have: what S3 tells of an object."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from penstock.catalog.card import CardOutputs
from penstock.connectors.s3.aws_names import Aws


class Answer(CardOutputs):
    status_code: int
    """The HTTP status of AWS's answer: 200, say."""


class Charged(CardOutputs):
    request_charged: Annotated[str | None, Aws("RequestCharged")] = None
    """`requester` if the connection's account was charged for the request."""


class Checksums(CardOutputs):
    checksum_crc32: Annotated[str | None, Aws("ChecksumCRC32")] = None
    """CRC-32 that S3 keeps of the object, in base64."""
    checksum_crc32c: Annotated[str | None, Aws("ChecksumCRC32C")] = None
    """CRC-32C that S3 keeps of the object, in base64."""
    checksum_crc64nvme: Annotated[str | None, Aws("ChecksumCRC64NVME")] = None
    """CRC-64/NVME that S3 keeps of the object, in base64."""
    checksum_sha1: Annotated[str | None, Aws("ChecksumSHA1")] = None
    """SHA-1 that S3 keeps of the object, in base64."""
    checksum_sha256: Annotated[str | None, Aws("ChecksumSHA256")] = None
    """SHA-256 that S3 keeps of the object, in base64."""
    checksum_type: Annotated[str | None, Aws("ChecksumType")] = None
    """`FULL_OBJECT`, or `COMPOSITE` for a checksum of the parts' checksums."""


class EncryptionFacts(CardOutputs):
    server_side_encryption: Annotated[str | None, Aws("ServerSideEncryption")] = None
    """How S3 encrypts the object: `AES256`, `aws:kms`, `aws:kms:dsse`."""
    sse_kms_key_id: Annotated[str | None, Aws("SSEKMSKeyId")] = None
    """ARN of the KMS key, if one is used."""
    bucket_key_enabled: Annotated[bool | None, Aws("BucketKeyEnabled")] = None
    """Whether an S3 Bucket Key is used."""
    sse_customer_algorithm: Annotated[str | None, Aws("SSECustomerAlgorithm")] = None
    """Algorithm of the customer-provided key, if one is used."""
    sse_customer_key_md5: Annotated[str | None, Aws("SSECustomerKeyMD5")] = None
    """MD5 of the customer-provided key, if one is used."""


class WriteFacts(Answer, Charged, EncryptionFacts, Checksums):
    etag: Annotated[str | None, Aws("ETag")] = None
    """The new object's ETag, in double quotes as AWS writes it."""
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """The new object's version, if the bucket keeps versions."""
    expiration: Annotated[str | None, Aws("Expiration")] = None
    """When a lifecycle rule will delete the object, and which rule."""
    sse_kms_encryption_context: Annotated[str | None, Aws("SSEKMSEncryptionContext")] = None
    """What KMS binds the encryption to: base64 of JSON."""


class ObjectFacts(Answer, Charged, EncryptionFacts, Checksums):
    etag: Annotated[str | None, Aws("ETag")] = None
    """The object's ETag, in double quotes as AWS writes it."""
    content_length: Annotated[int | None, Aws("ContentLength")] = None
    """Size of the content in bytes."""
    content_type: Annotated[str | None, Aws("ContentType")] = None
    """The content's media type."""
    content_encoding: Annotated[str | None, Aws("ContentEncoding")] = None
    """The Content-Encoding it was uploaded with."""
    content_language: Annotated[str | None, Aws("ContentLanguage")] = None
    """The Content-Language it was uploaded with."""
    content_disposition: Annotated[str | None, Aws("ContentDisposition")] = None
    """The Content-Disposition it was uploaded with."""
    cache_control: Annotated[str | None, Aws("CacheControl")] = None
    """The Cache-Control it was uploaded with."""
    expires: Annotated[str | None, Aws("ExpiresString")] = None
    """The Expires it was uploaded with, as it is."""
    last_modified: Annotated[datetime | None, Aws("LastModified")] = None
    """When it was last written."""
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """Its version, if the bucket keeps versions."""
    delete_marker: Annotated[bool, Aws("DeleteMarker")] = False
    """Whether this version is a delete marker."""
    storage_class: Annotated[str, Aws("StorageClass")] = "STANDARD"
    """Its storage class."""
    metadata: Annotated[dict[str, str], Aws("Metadata")] = Field(default_factory=dict)
    """User metadata: names and values."""
    missing_meta: Annotated[int | None, Aws("MissingMeta")] = None
    """How many items of user metadata could not be sent as headers."""
    object_lock_mode: Annotated[str | None, Aws("ObjectLockMode")] = None
    """Retention mode, if it is retained and the role may know."""
    object_lock_retain_until_date: Annotated[datetime | None, Aws("ObjectLockRetainUntilDate")] = (
        None
    )
    """Until when it is retained, if the role may know."""
    object_lock_legal_hold_status: Annotated[str | None, Aws("ObjectLockLegalHoldStatus")] = None
    """`ON` or `OFF`, if it was ever set and the role may know."""
    replication_status: Annotated[str | None, Aws("ReplicationStatus")] = None
    """Whether it was replicated: `PENDING`, `COMPLETED`, `FAILED`, `REPLICA`."""
    restore: Annotated[str | None, Aws("Restore")] = None
    """Whether a restore from the archive is under way, and until when its copy lasts."""
    expiration: Annotated[str | None, Aws("Expiration")] = None
    """When a lifecycle rule will delete it, and which rule."""
    parts_count: Annotated[int | None, Aws("PartsCount")] = None
    """Of how many parts it was made, where S3 says so."""
    tag_count: Annotated[int | None, Aws("TagCount")] = None
    """How many tags it has, if any and the role may know."""
    website_redirect_location: Annotated[str | None, Aws("WebsiteRedirectLocation")] = None
    """Where a bucket that is a website sends requests for it."""
    accept_ranges: Annotated[str | None, Aws("AcceptRanges")] = None
    """`bytes`: parts of it can be read."""
