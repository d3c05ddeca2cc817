"""What a write finds when it was done before: by an earlier try, or before a crash."""

from typing import Any

from penstock.catalog.context import CardContext
from penstock.connectors.s3.inputs import CustomerKeyFields, customer_key_parameters
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.transfer import Source
from penstock.connectors.s3.transfer_checksums import CRC32, MEMBERS, stored, text
from penstock.errors import PenstockError

_CHUNK = 1024 * 1024


def may_repeat(ctx: CardContext, error: PenstockError) -> bool:
    """Whether what stands in the way may be this card's own doing.

    That is so if this is not the card's first try, or if botocore sent the request again after
    an answer that was lost.
    """
    if ctx.attempt > 1:
        return True
    response = getattr(error.__cause__, "response", None)
    return bool(response and response.get("ResponseMetadata", {}).get("RetryAttempts"))


def is_there_already(
    requests: Requests, place: CustomerKeyFields, source: Source, error: PenstockError
) -> dict[str, Any] | None:
    """What S3 tells of the object that stands in the way, if it has the very same content."""
    if not _in_the_way(requests, error):
        return None
    found = _look(requests, place)
    if found is None or found.get("ContentLength") != source.size:
        return None
    algorithm, told = stored(found) or (CRC32, None)
    running = algorithm.start()
    with source.open() as content:
        while chunk := content.read(_CHUNK):
            running.update(chunk)
    return found if told == text(running.digest()) else None


def is_copied_already(
    requests: Requests, source: CustomerKeyFields, copy: CustomerKeyFields, error: PenstockError
) -> dict[str, Any] | None:
    """What S3 tells of the object that stands in the way, if it is the same as the source."""
    if not _in_the_way(requests, error):
        return None
    there, original = _look(requests, copy), _look(requests, source)
    if there is None or original is None:
        return None
    compared = ("ETag", *sorted(MEMBERS))
    alike = any(there.get(name) and there.get(name) == original.get(name) for name in compared)
    return there if alike and there["ContentLength"] == original["ContentLength"] else None


def _in_the_way(requests: Requests, error: PenstockError) -> bool:
    return error.aws is not None and error.aws.status == 412 and may_repeat(requests.ctx, error)


def _look(requests: Requests, place: Any) -> dict[str, Any] | None:
    asked = {
        "Bucket": place.bucket,
        "Key": place.key,
        "ExpectedBucketOwner": requests.owner(place),
        "ChecksumMode": "ENABLED",
        **customer_key_parameters(place),
    }
    if version := getattr(place, "version_id", None):
        asked["VersionId"] = version
    try:
        return requests.call("HeadObject", place, asked)
    except PenstockError:
        return None
