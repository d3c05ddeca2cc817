"""Listings of objects, versions and uploads, by pages as S3 makes them.

Source: S3 API reference, "ListObjectsV2", "ListObjects", "ListObjectVersions",
"ListMultipartUploads". moto's own skip and repeat keys between pages.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from penstock.sandbox import records
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, element
from penstock.sandbox.records import BucketFacts, ListedObject
from penstock.sandbox.uploads import Uploads

OPERATIONS: Final = frozenset(
    {"ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"}
)
_NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
_MOST: Final = 1000


@dataclass(slots=True)
class _Page:
    """What fits: items, common prefixes, and the last of either if there is more."""

    items: list[ListedObject] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last_item: ListedObject | None = None
    last_prefix: str | None = None
    truncated: bool = False

    @property
    def last(self) -> str | None:
        """The last key or common prefix told."""
        return self.last_prefix or (self.last_item.key if self.last_item else None)


def _page(found: Iterable[ListedObject], query: Mapping[str, str], most: int, after: str) -> _Page:
    """The first `most` of `found`, which is in order; keys that share a prefix count once.

    Keys in the common prefix `after` (if it is one) have been told already.
    """
    prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
    told = after if delimiter and after.endswith(delimiter) and after != prefix else None
    page = _Page()
    for each in found:
        if not each.key.startswith(prefix) or (told and each.key.startswith(told)):
            continue
        end = each.key.find(delimiter, len(prefix)) if delimiter else -1
        group = each.key[: end + len(delimiter)] if end >= 0 else None
        if group is not None and page.prefixes and page.prefixes[-1] == group:
            continue
        if len(page.items) + len(page.prefixes) >= most:
            page.truncated = most > 0
            break
        if group is None:
            page.items.append(each)
            page.last_item, page.last_prefix = each, None
        else:
            page.prefixes.append(group)
            page.last_prefix = group
    return page


class _Text:
    """Elements of an answer; keys are encoded if the request asked for it."""

    def __init__(self, query: Mapping[str, str]) -> None:
        kind = query.get("encoding-type")
        if kind not in (None, "url"):
            raise Fault("InvalidArgument", "Invalid Encoding Method specified in Request")
        self._encodes = kind == "url"
        self.parts: list[str] = []

    def add(self, name: str, value: str | None) -> None:
        """An element, unless there is no value."""
        if value is not None:
            self.parts.append(element(name, value))

    def key(self, name: str, value: str | None) -> None:
        """An element with a key or a part of one in it."""
        if value is not None:
            self.add(name, quote(value, safe="/-_.~*") if self._encodes else value)

    def prefixes(self, found: Iterable[str]) -> None:
        """The common prefixes."""
        for prefix in found:
            self.parts.append("<CommonPrefixes>")
            self.key("Prefix", prefix)
            self.parts.append("</CommonPrefixes>")

    def head(self, query: Mapping[str, str], most: tuple[str, int]) -> None:
        """What every listing says first."""
        self.key("Prefix", query.get("prefix", ""))
        if query.get("delimiter"):
            self.key("Delimiter", query["delimiter"])
        self.add("EncodingType", query.get("encoding-type"))
        self.add(most[0], str(most[1]))

    def response(self, root: str) -> HttpResponse:
        """The answer."""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<{root} xmlns="{_NAMESPACE}">{"".join(self.parts)}</{root}>'
        )
        return HttpResponse(200, {"Content-Type": "application/xml"}, body.encode())


def answer(
    operation: str, bucket: BucketFacts, query: Mapping[str, str], uploads: Uploads
) -> HttpResponse:
    """The answer to one of `OPERATIONS`. Raises Fault."""
    most = _most(query, "max-uploads" if operation == "ListMultipartUploads" else "max-keys")
    match operation:
        case "ListObjects":
            return _objects(bucket, query, most)
        case "ListObjectsV2":
            return _objects_v2(bucket, query, most)
        case "ListObjectVersions":
            return _versions(bucket, query, most)
    return _uploads(bucket, query, most, uploads)


def _most(query: Mapping[str, str], name: str) -> int:
    text = query.get(name, str(_MOST))
    if not (text.isascii() and text.isdigit()) or int(text) > 2**31 - 1:
        raise Fault(
            "InvalidArgument",
            f"Provided {name} not an integer or within integer range",
            extra={"ArgumentName": name, "ArgumentValue": text},
        )
    return min(int(text), _MOST)


def _contents(text: _Text, items: Iterable[ListedObject], *, owner: str | None) -> None:
    for each in items:
        text.parts.append("<Contents>")
        _item(text, each, owner)
        text.parts.append("</Contents>")


def _item(text: _Text, each: ListedObject, owner: str | None) -> None:
    text.key("Key", each.key)
    text.add("LastModified", each.modified)
    text.add("ETag", each.etag)
    text.add("ChecksumAlgorithm", each.checksum_algorithm)
    text.add("Size", None if each.size is None else str(each.size))
    text.add("StorageClass", each.storage_class)
    if owner is not None:
        text.parts.append(f"<Owner>{element('ID', owner)}</Owner>")


def _objects(bucket: BucketFacts, query: Mapping[str, str], most: int) -> HttpResponse:
    marker = query.get("marker", "")
    page = _page(records.objects(bucket.name, marker), query, most, marker)
    text = _Text(query)
    text.add("Name", bucket.name)
    text.head(query, ("MaxKeys", most))
    text.key("Marker", marker)
    text.add("IsTruncated", str(page.truncated).lower())
    if page.truncated and query.get("delimiter"):
        text.key("NextMarker", page.last)
    _contents(text, page.items, owner=bucket.owner)
    text.prefixes(page.prefixes)
    return text.response("ListBucketResult")


def _objects_v2(bucket: BucketFacts, query: Mapping[str, str], most: int) -> HttpResponse:
    after = query.get("start-after", "")
    token = query.get("continuation-token")
    told = ""
    if token is not None:
        after = told = _open(token)
    page = _page(records.objects(bucket.name, after), query, most, told)
    text = _Text(query)
    text.add("Name", bucket.name)
    text.head(query, ("MaxKeys", most))
    text.add("KeyCount", str(len(page.items) + len(page.prefixes)))
    text.add("IsTruncated", str(page.truncated).lower())
    text.add("ContinuationToken", token)
    if token is None and after:
        text.key("StartAfter", after)
    if page.truncated:
        text.add("NextContinuationToken", _seal(page.last or ""))
    wanted = query.get("fetch-owner", "").lower() == "true"
    _contents(text, page.items, owner=bucket.owner if wanted else None)
    text.prefixes(page.prefixes)
    return text.response("ListBucketResult")


def _versions(bucket: BucketFacts, query: Mapping[str, str], most: int) -> HttpResponse:
    marker, version = query.get("key-marker", ""), query.get("version-id-marker", "")
    if version and not marker:
        raise Fault(
            "InvalidArgument", "A version-id marker cannot be specified without a key marker."
        )
    page = _page(records.versions(bucket.name, marker, version), query, most, marker)
    text = _Text(query)
    text.add("Name", bucket.name)
    text.head(query, ("MaxKeys", most))
    text.key("KeyMarker", marker)
    text.add("VersionIdMarker", version)
    text.add("IsTruncated", str(page.truncated).lower())
    if page.truncated:
        text.key("NextKeyMarker", page.last)
        if page.last_prefix is None and page.last_item is not None:
            text.add("NextVersionIdMarker", page.last_item.version_id)
    for each in page.items:
        name = "DeleteMarker" if each.size is None else "Version"
        text.parts.append(f"<{name}>")
        _item(text, each, bucket.owner)
        text.add("VersionId", each.version_id)
        text.add("IsLatest", str(each.latest).lower())
        text.parts.append(f"</{name}>")
    text.prefixes(page.prefixes)
    return text.response("ListVersionsResult")


def _uploads(
    bucket: BucketFacts, query: Mapping[str, str], most: int, uploads: Uploads
) -> HttpResponse:
    marker, upload = query.get("key-marker", ""), query.get("upload-id-marker", "")
    found = [
        each
        for each in uploads.listed(bucket.name)
        if each.key > marker or (upload and each.key == marker and each.version_id > upload)
    ]
    page = _page(found, query, most, marker)
    text = _Text(query)
    text.add("Bucket", bucket.name)
    text.head(query, ("MaxUploads", most))
    text.key("KeyMarker", marker)
    text.add("UploadIdMarker", upload)
    text.add("IsTruncated", str(page.truncated).lower())
    if page.truncated:
        text.key("NextKeyMarker", page.last)
        if page.last_prefix is None and page.last_item is not None:
            text.add("NextUploadIdMarker", page.last_item.version_id)
    for each in page.items:
        text.parts.append("<Upload>")
        text.key("Key", each.key)
        text.add("UploadId", each.version_id)
        text.parts.append(f"<Initiator>{element('ID', bucket.owner)}</Initiator>")
        text.parts.append(f"<Owner>{element('ID', bucket.owner)}</Owner>")
        text.add("StorageClass", each.storage_class)
        text.add("Initiated", each.modified)
        text.parts.append("</Upload>")
    text.prefixes(page.prefixes)
    return text.response("ListMultipartUploadsResult")


def _seal(last: str) -> str:
    return base64.urlsafe_b64encode(last.encode()).decode()


def _open(token: str) -> str:
    try:
        return base64.b64decode(token.encode(), b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise Fault(
            "InvalidArgument",
            "The continuation token provided is incorrect",
            extra={"ArgumentName": "continuation-token"},
        ) from None
