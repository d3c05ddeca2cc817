"""The condition keys that a request to S3 sets.

Source: service authorization reference, "Condition keys for Amazon S3".
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qsl

_LISTS: Final = frozenset({"ListObjects", "ListObjectsV2", "ListObjectVersions"})
_CREATES: Final = frozenset({"PutObject", "CopyObject", "CompleteMultipartUpload"})
_TAGS: Final = frozenset({"PutObject", "CopyObject", "CreateMultipartUpload"})

# Header -> condition key, where the value is taken as it is.
_HEADERS: Final = {
    "x-amz-acl": "s3:x-amz-acl",
    "x-amz-bucket-namespace": "s3:x-amz-bucket-namespace",
    "x-amz-content-sha256": "s3:x-amz-content-sha256",
    "x-amz-grant-full-control": "s3:x-amz-grant-full-control",
    "x-amz-grant-read": "s3:x-amz-grant-read",
    "x-amz-grant-read-acp": "s3:x-amz-grant-read-acp",
    "x-amz-grant-write": "s3:x-amz-grant-write",
    "x-amz-grant-write-acp": "s3:x-amz-grant-write-acp",
    "x-amz-metadata-directive": "s3:x-amz-metadata-directive",
    "x-amz-object-ownership": "s3:x-amz-object-ownership",
    "x-amz-server-side-encryption": "s3:x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id": (
        "s3:x-amz-server-side-encryption-aws-kms-key-id"
    ),
    "x-amz-server-side-encryption-customer-algorithm": (
        "s3:x-amz-server-side-encryption-customer-algorithm"
    ),
    "x-amz-storage-class": "s3:x-amz-storage-class",
    "x-amz-website-redirect-location": "s3:x-amz-website-redirect-location",
    "x-amz-object-lock-mode": "s3:object-lock-mode",
    "x-amz-object-lock-retain-until-date": "s3:object-lock-retain-until-date",
    "x-amz-object-lock-legal-hold": "s3:object-lock-legal-hold",
    "if-match": "s3:if-match",
    "if-none-match": "s3:if-none-match",
}


def condition_keys(
    operation: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """The keys `operation` sets from its query and its headers (names in lower case)."""
    found: dict[str, tuple[str, ...]] = {
        key: (headers[name],) for name, key in _HEADERS.items() if name in headers
    }
    if operation in _LISTS:
        for name in ("prefix", "delimiter", "max-keys"):
            if name in query:
                found[f"s3:{name}"] = (query[name],)
    if query.get("versionId"):
        found["s3:versionid"] = (query["versionId"],)
    if source := headers.get("x-amz-copy-source"):
        found["s3:x-amz-copy-source"] = (source.partition("?")[0],)
    if operation in _CREATES:
        found["s3:ObjectCreationOperation"] = ("true",)
    if operation in _TAGS and headers.get("x-amz-tagging"):
        found |= request_tags(dict(parse_qsl(headers["x-amz-tagging"], keep_blank_values=True)))
    return found


def request_tags(tags: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The keys set by the tags that a request gives an object, in its header or its body."""
    found: dict[str, tuple[str, ...]] = {
        f"s3:RequestObjectTag/{name}": (value,) for name, value in tags.items()
    }
    if tags:
        found["s3:RequestObjectTagKeys"] = tuple(tags)
    return found
