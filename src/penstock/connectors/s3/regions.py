"""Which region a bucket is in: learnt once, from HeadBucket or from a redirect."""

import os
from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from penstock.connectors.s3.faults import explained, fault
from penstock.connectors.s3.subject import Subject

MOST_BUCKETS: Final = 50_000

_FIRST: Final = {"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}
_PREFIXES: Final = {"aws-us-gov": ("us-gov-",), "aws-cn": ("cn-",)}
_REDIRECTS: Final = frozenset(
    {
        "PermanentRedirect",
        "TemporaryRedirect",
        "AuthorizationHeaderMalformed",
        "IllegalLocationConstraintException",
        "301",
        "307",
    }
)


def home_region(partition: str) -> str:
    """Where to begin: the region this process is set to, if it is of the partition."""
    others = tuple(prefix for prefixes in _PREFIXES.values() for prefix in prefixes)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        region = os.environ.get(name, "")
        prefixes = _PREFIXES.get(partition)
        fits = region.startswith(prefixes) if prefixes else not region.startswith(others)
        if region and fits:
            return region
    return _FIRST[partition]


class BucketRegions:
    """What is known of buckets' regions; the least recently used are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def find(self, partition: str, bucket: str, given: str | None = None) -> str | None:
        """The region, if it need not be asked for.

        What was learnt goes before what was given: a region that a flow has wrong is put right
        at the first answer.
        """
        if bucket.startswith("arn:"):
            # The ARN of an access point holds its region; a multi-Region one has none.
            return bucket.split(":")[3] or given or home_region(partition)
        with self._lock:
            if bucket in self._known:
                self._known.move_to_end(bucket)
                return self._known[bucket]
        return given or None

    def ask(self, partition: str, bucket: str, client: BaseClient) -> str:
        """The region that HeadBucket tells, even to those whom it tells nothing else.

        Amazon S3 API Reference, "GetBucketLocation": HeadBucket always returns the region,
        whether access to the bucket is authorized or not.
        """
        subject = Subject(bucket)
        with explained("HeadBucket", subject):
            try:
                answer = client.head_bucket(Bucket=bucket)  # type: ignore[attr-defined]  # botocore makes operations at run time
            except ClientError as error:
                if _status(error.response) not in (301, 307, 400, 403):
                    raise fault(error, "HeadBucket", subject) from error
                answer = error.response
        region = _header(answer, "x-amz-bucket-region")
        if region is None:
            # A server that does not tell. What it then says to the request itself is better
            # than anything that could be said here.
            return home_region(partition)
        self._remember(bucket, region)
        return region

    def learn(self, bucket: str, response: Mapping[str, Any]) -> None:
        """Take the region from an answer that says that the bucket is elsewhere."""
        code = str(response.get("Error", {}).get("Code", ""))
        moved = code in _REDIRECTS or _status(response) in (301, 307)
        region = _header(response, "x-amz-bucket-region") or response.get("Error", {}).get("Region")
        if moved and region and not bucket.startswith("arn:"):
            self._remember(bucket, region)

    def forget(self, bucket: str) -> None:
        """Ask again next time: the bucket was deleted, and may be made anew elsewhere."""
        with self._lock:
            self._known.pop(bucket, None)

    def _remember(self, bucket: str, region: str) -> None:
        with self._lock:
            self._known[bucket] = region
            self._known.move_to_end(bucket)
            if len(self._known) > MOST_BUCKETS:
                self._known.popitem(last=False)


def _status(response: Mapping[str, Any]) -> int:
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _header(response: Mapping[str, Any], name: str) -> str | None:
    found = response.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get(name)
    return found or None
