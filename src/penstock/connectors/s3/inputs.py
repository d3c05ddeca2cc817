"""Groups of inputs that several cards have, each field with its help."""

import base64
import hashlib
import json
from typing import Annotated, Any

from pydantic import Field, model_validator

from penstock.catalog.card import CardModel
from penstock.connectors.s3.aws_names import Aws, parameters
from penstock.connectors.s3.tagging import Tag, as_header, tags_of
from penstock.connectors.s3.values import (
    AccountId,
    BucketName,
    CustomerKey,
    Encryption,
    Grantee,
    LockMode,
    Moment,
    ObjectAcl,
    ObjectKey,
    OnOff,
    Region,
    RequestPayer,
    StorageClass,
    customer_key,
)


class BucketPlace(CardModel):
    bucket: Annotated[BucketName, Aws("Bucket")]
    """The bucket's name, or the ARN of an access point."""


class ObjectPlace(BucketPlace):
    key: Annotated[ObjectKey, Aws("Key")]
    """The object's key: its whole name in the bucket, at most 1,024 bytes."""


class VersionPlace(ObjectPlace):
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """The version meant; empty for the newest. The text `null` means the null version."""


class Access(CardModel):
    region: Region | None = None
    """The bucket's region. It may be left out: it is learnt from the bucket."""
    expected_bucket_owner: Annotated[AccountId | None, Aws("ExpectedBucketOwner")] = None
    """The account that must own the bucket, else AWS refuses. Empty: the connection's account."""


class Payer(CardModel):
    request_payer: Annotated[RequestPayer | None, Aws("RequestPayer")] = None
    """`requester` where the bucket charges whoever asks: the connection's account then pays."""


class CustomerKeyFields(CardModel):
    sse_customer_algorithm: Annotated[str | None, Aws("SSECustomerAlgorithm")] = None
    """Algorithm of the customer-provided key (SSE-C). Empty: AES256 if a key is given."""
    sse_customer_key: CustomerKey | None = None
    """The customer-provided key (SSE-C), 32 bytes, as base64 or as text. Never stored."""
    sse_customer_key_md5: str | None = None
    """MD5 of that key, in base64, to guard against a mistyped key. Empty: not compared."""

    @model_validator(mode="after")
    def _key_is_whole(self) -> "CustomerKeyFields":
        check_customer_key(self)
        return self


def check_customer_key(fields: CustomerKeyFields) -> None:
    """Raises ValueError if the key is missing or is not the one that the MD5 was made of."""
    given = fields.sse_customer_key.get_secret_value() if fields.sse_customer_key else ""
    if not given:
        if fields.sse_customer_algorithm or fields.sse_customer_key_md5:
            raise ValueError("sse_customer_key is missing: the other SSE-C fields go with it")
        return
    digest = hashlib.md5(customer_key(given), usedforsecurity=False).digest()
    expected = base64.b64encode(digest).decode()
    if fields.sse_customer_key_md5 and fields.sse_customer_key_md5 != expected:
        raise ValueError("sse_customer_key_md5 is not the MD5 of sse_customer_key")


def customer_key_parameters(fields: CustomerKeyFields, prefix: str = "") -> dict[str, Any]:
    """SSE-C parameters; botocore adds the MD5. `prefix` is `CopySource` for a copy's source."""
    given = fields.sse_customer_key.get_secret_value() if fields.sse_customer_key else ""
    if not given:
        return {}
    return {
        f"{prefix}SSECustomerAlgorithm": fields.sse_customer_algorithm or "AES256",
        f"{prefix}SSECustomerKey": customer_key(given),
    }


class Conditions(CardModel):
    if_match: Annotated[str | None, Aws("IfMatch")] = None
    """Only if the object's ETag is this one."""
    if_modified_since: Annotated[Moment, Aws("IfModifiedSince")] = None
    """Only if the object was modified since: `Fri, 14 Jan 2022 23:34:36 GMT` or ISO 8601."""
    if_none_match: Annotated[str | None, Aws("IfNoneMatch")] = None
    """Only if the object's ETag is not this one."""
    if_unmodified_since: Annotated[Moment, Aws("IfUnmodifiedSince")] = None
    """Only if the object was not modified since: an HTTP date or ISO 8601."""


class Acl(CardModel):
    canned_acl: ObjectAcl = "none"
    """A ready-made access control list. With `none`, the grants below may be given."""
    grant_full_control: list[Grantee] = Field(default_factory=list)
    """Who may read, and read and write the ACL. Each `ID=...`, `URI=...` or `emailAddress=...`."""
    grant_read: list[Grantee] = Field(default_factory=list)
    """Who may read the object and its metadata."""
    grant_read_acp: list[Grantee] = Field(default_factory=list)
    """Who may read the object's access control list."""
    grant_write_acp: list[Grantee] = Field(default_factory=list)
    """Who may write the object's access control list."""

    @model_validator(mode="after")
    def _one_kind_of_acl(self) -> "Acl":
        if self.canned_acl != "none" and acl_parameters(self, canned=False):
            raise ValueError("grants can only be given where canned_acl is none")
        return self


def acl_parameters(fields: CardModel, *, canned: bool = True) -> dict[str, Any]:
    """The ACL parameters of an object or bucket.

    `private` is what S3 does without any, so it is not sent: sending it would need the
    permission to write ACLs.
    """
    named = {
        "grant_full_control": "GrantFullControl",
        "grant_read": "GrantRead",
        "grant_read_acp": "GrantReadACP",
        "grant_write": "GrantWrite",
        "grant_write_acp": "GrantWriteACP",
    }
    given = {name: getattr(fields, field, None) for field, name in named.items()}
    found: dict[str, Any] = {name: ", ".join(each) for name, each in given.items() if each}
    acl = getattr(fields, "canned_acl", "none")
    if canned and acl not in ("none", "private"):
        found["ACL"] = acl
    return found


class EncryptionFields(CustomerKeyFields):
    server_side_encryption: Annotated[Encryption | None, Aws("ServerSideEncryption")] = None
    """How S3 encrypts the object. Empty: as the bucket's default says."""
    sse_kms_key_id: Annotated[str | None, Aws("SSEKMSKeyId")] = None
    """The KMS key's ID, ARN or alias, with `aws:kms` or `aws:kms:dsse`. Empty: the `aws/s3` key."""
    sse_kms_encryption_context: dict[str, str] | None = None
    """Names and values that KMS binds the encryption to."""
    bucket_key_enabled: Annotated[bool | None, Aws("BucketKeyEnabled")] = None
    """Whether to use an S3 Bucket Key, which costs fewer KMS requests."""

    @model_validator(mode="after")
    def _one_kind_of_encryption(self) -> "EncryptionFields":
        check_encryption(self)
        return self


def check_encryption(fields: EncryptionFields) -> None:
    """Raises ValueError where fields of different kinds of encryption are mixed."""
    kms = bool(fields.sse_kms_key_id or fields.sse_kms_encryption_context)
    if kms and fields.server_side_encryption not in ("aws:kms", "aws:kms:dsse"):
        raise ValueError("the KMS fields need server_side_encryption aws:kms or aws:kms:dsse")
    if fields.sse_customer_key and fields.server_side_encryption:
        raise ValueError("give either server_side_encryption or sse_customer_key, not both")


def encryption_parameters(fields: EncryptionFields) -> dict[str, Any]:
    """Encryption as the API takes it; the KMS encryption context as base64 of its JSON."""
    found = customer_key_parameters(fields)
    if fields.sse_kms_encryption_context:
        text = json.dumps(fields.sse_kms_encryption_context, separators=(",", ":"))
        found["SSEKMSEncryptionContext"] = base64.b64encode(text.encode()).decode()
    if fields.bucket_key_enabled is not None:
        # `parameters` leaves out false, but here it overrides the bucket's own setting.
        found["BucketKeyEnabled"] = fields.bucket_key_enabled
    return found


class LockFields(CardModel):
    object_lock_mode: Annotated[LockMode | None, Aws("ObjectLockMode")] = None
    """Retention mode; goes with the date below. The bucket needs Object Lock."""
    object_lock_retain_until_date: Annotated[Moment, Aws("ObjectLockRetainUntilDate")] = None
    """Until when the object version cannot be deleted."""
    object_lock_legal_hold: Annotated[OnOff | None, Aws("ObjectLockLegalHoldStatus")] = None
    """Whether the object version is under a legal hold."""

    @model_validator(mode="after")
    def _mode_goes_with_date(self) -> "LockFields":
        if bool(self.object_lock_mode) != bool(self.object_lock_retain_until_date):
            raise ValueError(
                "object_lock_mode and object_lock_retain_until_date go together: give both"
            )
        return self


class ContentFields(CardModel):
    storage_class: Annotated[StorageClass | None, Aws("StorageClass")] = None
    """Where S3 keeps the object, which sets price and speed. Empty: STANDARD."""
    tagging: str | list[Tag] | None = None
    """Tags of the new object: `Key1=Value1&Key2=Value2`, or a list of keys and values."""
    content_type: Annotated[str | None, Aws("ContentType")] = None
    """The content's media type."""
    cache_control: Annotated[str | None, Aws("CacheControl")] = None
    """The object's Cache-Control header."""
    content_disposition: Annotated[str | None, Aws("ContentDisposition")] = None
    """The object's Content-Disposition header."""
    content_encoding: Annotated[str | None, Aws("ContentEncoding")] = None
    """The object's Content-Encoding header."""
    content_language: Annotated[str | None, Aws("ContentLanguage")] = None
    """The object's Content-Language header."""
    expires: Annotated[Moment, Aws("Expires")] = None
    """The object's Expires header: an HTTP date or ISO 8601."""
    website_redirect_location: Annotated[str | None, Aws("WebsiteRedirectLocation")] = None
    """Where a bucket that is a website sends requests for this object."""
    metadata: Annotated[dict[str, str], Aws("Metadata")] = Field(default_factory=dict)
    """User metadata: names and values, 2 KB in all, in ASCII."""

    @model_validator(mode="after")
    def _tags_and_metadata_fit(self) -> "ContentFields":
        tags_of(self.tagging)
        check_metadata(self.metadata)
        return self


def content_parameters(fields: ContentFields) -> dict[str, Any]:
    """Tags as the API takes them."""
    tags = tags_of(fields.tagging)
    return {"Tagging": as_header(tags)} if tags else {}


def check_metadata(metadata: dict[str, str]) -> None:
    """Raises ValueError for what cannot be sent as x-amz-meta- headers, or is too much."""
    for name, value in metadata.items():
        if not name or not all(each.isalnum() or each in "!#$%&'*+-.^_`|~" for each in name):
            raise ValueError(f"metadata cannot be named {name!r}: it becomes an HTTP header")
        if not name.isascii() or not value.isascii() or not value.isprintable():
            raise ValueError(f"metadata {name!r} has to be printable ASCII")
    if sum(len(name) + len(value) for name, value in metadata.items()) > 2048:
        raise ValueError("metadata has at most 2 KB, names and values together")


def place_parameters(inputs: CardModel, account_id: str) -> dict[str, Any]:
    """The inputs that have parameters of their name, and the expected owner: never left out."""
    found = parameters(inputs)
    found.setdefault("ExpectedBucketOwner", account_id)
    return found
