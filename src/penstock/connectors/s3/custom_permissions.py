"""What a request made by hand needs of IAM: what the operation needs that it is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from penstock.catalog.partial import Partial, Pattern, Unknown
from penstock.connectors.s3 import permissions
from penstock.connectors.s3.relative_urls import split_relative_url
from penstock.iam.permission import Permission
from penstock.iam.s3_requests import Facts, S3Call, recognize

# Names that stand for bucket and key while the operation is found; its permissions come with
# them, and get what is known of the real ones in their stead.
_BUCKET: Final = "penstock-bucket"
_KEY: Final = "penstock-key"
_ANY: Final = "penstock-any"

_READS_CONTENT: Final = frozenset({"GetObject", "SelectObjectContent", "GetObjectTorrent"})
_WRITES_CONTENT: Final = frozenset(
    {"PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy"}
)


def needs(inputs: Partial) -> Iterator[Permission]:
    """What the recognised operation needs, on the bucket and key as far as they are known.

    A request that is no known operation, or whose shape is only known when it is made, needs
    whatever S3 may ask: `s3:*` on this bucket and its objects, and on nothing else.
    """
    shape = _shape(inputs)
    if shape is None:
        yield from _whatever(inputs)
        return
    place, query, headers = shape
    bucket = _BUCKET if place.may_have("bucket") else ""
    key = _KEY if place.may_have("key") else ""
    call = recognize(str(inputs.get("method")), bucket, key, query, headers)
    if call is None:
        yield from _whatever(inputs)
        return
    # Of the source of a copy it is not known whether it has tags, which are copied with it.
    untagged = call.permissions(Facts(source_tagged=False))
    may_need = [one for one in call.permissions(Facts(source_tagged=True)) if one not in untagged]
    for each in call.permissions():
        yield replace(each, resource=_placed(each.resource, place), optional=each in may_need)
    if key and call.name in ("GetObject", "HeadObject", "GetObjectTagging"):
        yield permissions.missing_key(place)
    yield from _key_use(call)


def _shape(inputs: Partial) -> tuple[Partial, dict[str, str], dict[str, str]] | None:
    """Bucket and key, query and headers with stand-ins for unknown values; None if the shape of
    the request itself is not known."""
    if isinstance(inputs.get("method"), Unknown | Pattern):
        return None
    query = _pairs(inputs.get("query"))
    headers = _pairs(inputs.get("headers"))
    secret = _pairs(inputs.get("secret_headers"))
    if query is None or headers is None or secret is None:
        return None
    key = inputs.get("key")
    relative = inputs.get("relative_url")
    if isinstance(relative, Unknown | Pattern):
        return None
    if relative:
        try:
            key, query = split_relative_url(relative)
        except ValueError:
            return None
    if "x-amz-copy-source" in headers and headers["x-amz-copy-source"] == _ANY:
        headers["x-amz-copy-source"] = f"{_ANY}/{_ANY}"
    return Partial({"bucket": inputs.get("bucket"), "key": key}), query, {**headers, **secret}


def _pairs(value: Any) -> dict[str, str] | None:
    if value is None:
        return {}
    if isinstance(value, Partial) or not isinstance(value, Mapping):
        return None
    return {
        str(name).lower() if str(name).lower().startswith("x-amz-") else str(name): (
            each if isinstance(each, str) else "" if each is None else _ANY
        )
        for name, each in value.items()
    }


def _placed(resource: str, place: Partial) -> str:
    if resource == f"arn:aws:s3:::{_BUCKET}/{_KEY}":
        return permissions.object_arn(place)
    if resource.startswith(f"arn:aws:s3:::{_BUCKET}"):
        return permissions.bucket_arn(place) + resource.removeprefix(f"arn:aws:s3:::{_BUCKET}")
    return resource.replace(_ANY, "*")


def _key_use(call: S3Call) -> Iterator[Permission]:
    """KMS, for objects that are encrypted with a key the request says nothing of."""
    found = Partial(
        {
            "sse_customer_key": call.headers.get("x-amz-server-side-encryption-customer-algorithm"),
            "server_side_encryption": call.headers.get("x-amz-server-side-encryption"),
            "sse_kms_key_id": call.headers.get("x-amz-server-side-encryption-aws-kms-key-id"),
        }
    )
    if call.name in _READS_CONTENT or "x-amz-copy-source" in call.headers:
        yield from permissions.decrypt(found)
    if call.name in _WRITES_CONTENT:
        yield from permissions.encrypt(found)


def _whatever(inputs: Partial) -> Iterator[Permission]:
    bucket = permissions.bucket_arn(Partial({"bucket": inputs.get("bucket")}))
    infix = "/object/*" if bucket.startswith("arn:aws:s3:") and ":accesspoint/" in bucket else "/*"
    yield Permission("s3:*", bucket)
    yield Permission("s3:*", f"{bucket}{infix}")
