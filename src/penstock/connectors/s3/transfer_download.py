"""An object of any size becomes a file."""

import errno
import hashlib
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from penstock.catalog.files import FileWriter
from penstock.connectors.s3.parts import Part, cut
from penstock.connectors.s3.transfer_checksums import (
    CRC32,
    Algorithm,
    Running,
    is_md5,
    stored,
    text,
)
from penstock.connectors.s3.transfer_model import (
    OnProgress,
    RaiseIfCancelled,
    TransferOptions,
    TransferResult,
    never_cancelled,
    no_progress,
)
from penstock.connectors.s3.transfer_pool import Pool, Progress
from penstock.errors import Conflict, ServiceFault, StorageFull

Create = Callable[[Mapping[str, Any]], FileWriter]
"""Begins the file, once, knowing GetObject's first answer (its `ContentLength`, `ContentType`)."""

_CHUNK = 256 * 1024
_BROKEN = (HTTPClientError, IncompleteReadError, HTTPError, OSError)
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0


def download(
    client: Any,
    *,
    params: Mapping[str, Any],
    create: Create,
    on_progress: OnProgress = no_progress,
    raise_if_cancelled: RaiseIfCancelled = never_cancelled,
    options: TransferOptions | None = None,
) -> TransferResult:
    """The object in a file, committed; after any failure, no file at all.

    `params` are GetObject's. A small object, and a range the caller asks for, comes in one
    request; of a larger object the ranges come side by side, each on condition that the ETag is
    still the first answer's. A connection that breaks is taken up where it broke.

    Raises:
        Conflict: the object was replaced in the middle.
        ServiceFault: what arrived has not the checksum it should.
        StorageFull: no room for the file.
        botocore's exceptions, as they are.
    """
    options = options or TransferOptions()
    raise_if_cancelled()
    answer = client.get_object(**{"ChecksumMode": "ENABLED", **params})
    body = answer.pop("Body")
    with closing(body):
        object_ = _Object(client, params, answer, options)
        progress = Progress(object_.size, on_progress, raise_if_cancelled)
        pool = Pool(options.concurrency, progress)
        with _storing():
            writer = create(answer)
        try:
            if object_.size > options.threshold and not object_.partial:
                parts, verified = _ranges(object_, body, writer, pool, progress)
            else:
                parts, verified = 1, _stream(object_, body, writer, pool, progress)
            progress.tick()
            with _storing():
                file = writer.commit()
        except BaseException as error:
            try:
                writer.abort()
            except Exception as failure:
                error.add_note(f"The unfinished file could not be removed: {failure}")
            raise
    return TransferResult(answer, object_.size, parts=parts, verified=verified, file=file)


class _Object:
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


def _stream(
    object_: _Object, body: Any, writer: FileWriter, pool: Pool, progress: Progress
) -> str | None:
    """All in order, in the calling thread."""
    expected = object_.expected()
    running: Running | None = None
    if expected:
        algorithm = expected[1]
        running = algorithm.start() if algorithm else hashlib.md5(usedforsecurity=False)
    try:
        for chunk in object_.read(Part(1, 0, object_.size), body, pool):
            if running:
                running.update(chunk)
            with _storing():
                writer.write(chunk)
            progress.add(len(chunk))
            progress.tick()
    except FlexibleChecksumError as error:
        raise object_.damaged(str(error)) from error
    if expected is None or running is None:
        return None
    name, algorithm, value = expected
    got = text(running.digest()) if algorithm else running.digest().hex()
    if got != value:
        raise object_.damaged(f"its {name} is {got}, not {value}")
    return name


def _ranges(
    object_: _Object, body: Any, writer: FileWriter, pool: Pool, progress: Progress
) -> tuple[int, str | None]:
    """Side by side. The first range comes from the answer that told how large the object is."""
    expected = object_.expected()
    algorithm = expected[1] if expected else None
    if algorithm is None or not algorithm.combines:
        expected, algorithm = None, CRC32

    def fetch(part: Part, stream: Any) -> tuple[bytes, int]:
        running = algorithm.start()
        position = part.offset
        for chunk in object_.read(part, stream, pool):
            if expected:
                running.update(chunk)
            with _storing():
                writer.write_at(position, chunk)
            position += len(chunk)
            progress.add(len(chunk))
        return running.digest(), part.size

    parts = cut(object_.size, object_.options.part_size)
    digests = pool.run(partial(fetch, part, body if part.number == 1 else None) for part in parts)
    if not expected:
        return len(digests), None
    got = text(algorithm.combine(digests))
    if got != expected[2]:
        raise object_.damaged(f"its {expected[0]} is {got}, not {expected[2]}")
    return len(digests), expected[0]


@contextmanager
def _storing() -> Iterator[None]:
    """A full disk has a name of its own, whoever wrote to it."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageFull(
            hint="Make room where the runs' files are kept, and run the card again."
        ) from error
