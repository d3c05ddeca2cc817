"""The kinds of text that S3 takes: bucket, key, account, moment, grantee, secret key."""

import base64
import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, WithJsonSchema

from penstock.catalog.card import Ui

LONGEST_KEY: Final = 1024

_BUCKET: Final = re.compile(r"[A-Za-z0-9._-]{3,255}")
_BUCKET_ARN: Final = re.compile(
    r"arn:aws[a-z-]*:s3[a-z-]*:[a-z0-9-]*:[0-9]*:[A-Za-z0-9._:/@-]{1,512}"
)
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}")


def bucket_name(text: str) -> str:
    """The text, if it is a bucket's name or an access point's ARN; raises ValueError."""
    if text.startswith("s3://"):
        raise ValueError("give the bucket's name alone, without s3:// and without the key")
    if text.startswith("arn:"):
        if text.split(":", 5)[2:5] == ["s3", "", ""]:
            raise ValueError("give the bucket's name, which is what comes after arn:aws:s3:::")
        if not _BUCKET_ARN.fullmatch(text):
            raise ValueError("this is not the ARN of an access point")
        return text
    if "/" in text:
        raise ValueError("a bucket's name has no slash; the key has its own field")
    if not _BUCKET.fullmatch(text):
        raise ValueError(
            "a bucket's name has 3 to 63 letters, digits, dots and hyphens (older ones up to 255)"
        )
    return text


def _key(text: str) -> str:
    size = len(text.encode())
    if size > LONGEST_KEY:
        raise ValueError(f"a key has at most {LONGEST_KEY} bytes in UTF-8, this one has {size}")
    if "\x00" in text:
        raise ValueError("a key cannot hold the character NUL")
    return text


def _account(text: str) -> str:
    if text and not _ACCOUNT.fullmatch(text):
        raise ValueError("an AWS account ID has 12 digits; in YAML put it in quotes")
    return text


def _region(text: str) -> str:
    if text and not _REGION.fullmatch(text):
        raise ValueError("this is not the name of an AWS region (eu-central-1, say)")
    return text


def _moment(value: Any) -> Any:
    """A moment from RFC 9110 text (`Fri, 14 Jan 2022 23:34:36 GMT`) or ISO 8601 text."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            try:
                value = parsedate_to_datetime(value)
            except ValueError:
                raise ValueError(
                    "give a date like Fri, 14 Jan 2022 23:34:36 GMT or 2022-01-14T23:34:36Z"
                ) from None
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    raise ValueError("give a date as text")


def customer_key(secret: str) -> bytes:
    """The 32 bytes of a customer-provided key given as base64 or as 32 characters.

    Raises:
        ValueError: it is neither.
    """
    raw = secret.encode()
    if len(raw) == 32:
        return raw
    try:
        decoded = base64.b64decode(secret, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if len(decoded) != 32:
        raise ValueError("a customer-provided key has 32 bytes: give them as base64 or as text")
    return decoded


def decode_base64(text: str) -> bytes:
    """Bytes from base64, white space aside.

    Raises:
        ValueError: it is not base64.
    """
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("this is not valid base64") from None


def _customer_key(secret: SecretStr) -> SecretStr:
    if secret.get_secret_value():
        customer_key(secret.get_secret_value())
    return secret


def _grantee(text: str) -> str:
    """A grantee in the form of the x-amz-grant headers: `id="..."`."""
    kind, equals, value = text.partition("=")
    spelled = _GRANTEES.get(kind.strip().lower())
    value = value.strip().strip('"')
    if not equals or spelled is None or not value or '"' in value:
        raise ValueError(
            "write a grantee as ID=<canonical user ID>, URI=<predefined group> or "
            "emailAddress=<address>"
        )
    return f'{spelled}="{value}"'


_GRANTEES: Final = {
    "id": "id",
    "uri": "uri",
    "emailaddress": "emailAddress",
    "email address": "emailAddress",
    "email": "emailAddress",
}

BucketName = Annotated[
    str,
    Field(min_length=1),
    AfterValidator(bucket_name),
    Ui(widget="options", options_from="buckets"),
]
NewBucketName = Annotated[
    str, Field(min_length=1), AfterValidator(bucket_name), Ui(widget="new", options_from="buckets")
]
"""Of a bucket that is not there yet: it is known what it names, but none is offered."""
ObjectKey = Annotated[str, Field(min_length=1), AfterValidator(_key)]
AccountId = Annotated[str, AfterValidator(_account)]
Region = Annotated[str, AfterValidator(_region), Ui(widget="region")]
Moment = Annotated[
    datetime | None,
    BeforeValidator(_moment),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]}),
    Ui(widget="date-time"),
]
CustomerKey = Annotated[SecretStr, AfterValidator(_customer_key), Ui(widget="secret")]
Secret = Annotated[SecretStr, Ui(widget="secret")]
Grantee = Annotated[str, AfterValidator(_grantee)]

RequestPayer = Literal["requester"]
StorageClass = Literal[
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "FSX_OPENZFS",
    "FSX_ONTAP",
]
ObjectAcl = Literal[
    "none",
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
]
BucketAcl = Literal["none", "private", "public-read", "public-read-write", "authenticated-read"]
Encryption = Literal["AES256", "aws:kms", "aws:kms:dsse"]
LockMode = Literal["GOVERNANCE", "COMPLIANCE"]
OnOff = Literal["ON", "OFF"]
Checksum = Literal["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"]
