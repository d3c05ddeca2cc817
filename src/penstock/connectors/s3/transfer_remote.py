"""An object as it is read: where a connection broke, and only as long as it is the same one."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from penstock.connectors.s3.parts import Part
from penstock.connectors.s3.transfer_checksums import Algorithm, is_md5, stored
from penstock.connectors.s3.transfer_model import TransferOptions
from penstock.connectors.s3.transfer_pool import Pool
from penstock.errors import Conflict, ServiceFault

_CHUNK = 256 * 1024
_BROKEN = (HTTPClientError, IncompleteReadError, HTTPError, OSError)
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0


class RemoteObject:
    """The object as the first answer described it, and how to go on reading it."""

    def __init__(
        self,
        client: Any,
        params: Mapping[str, Any],
        answer: Mapping[str, Any],
        options: TransferOptions,
    ) -> None:
        self._client = client
        self._again = {
            name: value
            for name, value in params.items()
            if not name.startswith("If") and name not in ("Range", "PartNumber", "ChecksumMode")
        }
        self._etag = answer.get("ETag")
        self.options = options
        self.answer = answer
        self.size = int(answer["ContentLength"])
        self.partial = bool(params.keys() & {"Range", "PartNumber"})
        self._start = 0
        if self.partial and (ranged := answer.get("ContentRange")):
            self._start = int(ranged.removeprefix("bytes ").partition("-")[0])

    def read(self, part: Part, body: Any, pool: Pool) -> Iterator[bytes]:
        """The part's bytes in chunks; `body` is a stream that stands at its beginning, or None."""
        position = part.offset
        failures = 0
        try:
            while position < part.end:
                pool.raise_if_stopped()
                try:
                    if body is None:
                        body = self._reopen(position, part.end)
                    chunk = body.read(min(_CHUNK, part.end - position))
                    if not chunk:
                        raise IncompleteReadError(actual_bytes=position, expected_bytes=part.end)
                except _BROKEN as error:
                    failures += 1
                    if failures >= self.options.attempts:
                        if isinstance(error, BotoCoreError):
                            raise
                        raise ResponseStreamingError(error=error) from error
                    if body is not None:
                        body.close()
                    body = None
                    limit = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**failures)
                    pool.pause(random.uniform(0, limit))  # noqa: S311 - jitter, no secret
                    continue
                failures = 0
                position += len(chunk)
                yield chunk
        finally:
            if body is not None:
                body.close()

    def _reopen(self, position: int, end: int) -> Any:
        ranged = f"bytes={self._start + position}-{self._start + end - 1}"
        condition = {"IfMatch": self._etag} if self._etag else {}
        try:
            answer = self._client.get_object(**self._again, **condition, Range=ranged)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 412:
                raise
            raise Conflict(
                f"s3://{self._again['Bucket']}/{self._again['Key']} was replaced while it was "
                "being downloaded",
                hint="Run the card again, or name the version to download.",
                retryable=True,
            ) from error
        expected = f"bytes {self._start + position}-{self._start + end - 1}/"
        if not str(answer.get("ContentRange", "")).startswith(expected):
            answer["Body"].close()
            raise ServiceFault(
                f"the service sent {answer.get('ContentRange', 'everything')} when asked for "
                f"{ranged}",
                hint="This server does not honour ranges, which large downloads need.",
            )
        return answer["Body"]

    def damaged(self, why: str) -> ServiceFault:
        return ServiceFault(
            f"s3://{self._again['Bucket']}/{self._again['Key']} did not arrive as it is stored: "
            f"{why}",
            hint="Run the card again; if it happens again, the object is damaged.",
            retryable=True,
        )

    def expected(self) -> tuple[str, Algorithm | None, str] | None:
        """What the whole's checksum is called, how it is made (None is MD5), and what it is.

        An ETag is the MD5 of what one PutObject stored in plain or with S3's own key (Object in
        the S3 API reference), which servers without other checksums have as well.
        """
        if self.partial:
            return None
        if found := stored(self.answer):
            return found[0].name, found[0], found[1]
        etag = str(self._etag or "").strip('"')
        plain = self.answer.get("ServerSideEncryption") in (None, "AES256")
        express = self.answer.get("StorageClass") == "EXPRESS_ONEZONE"
        if plain and is_md5(etag) and not express and not self.answer.get("SSECustomerAlgorithm"):
            return "ETag", None, etag.lower()
        return None
