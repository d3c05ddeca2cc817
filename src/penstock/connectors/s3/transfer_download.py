"""An object of any size becomes a file."""

import errno
import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

from botocore.exceptions import FlexibleChecksumError

from penstock.catalog.files import FileWriter
from penstock.connectors.s3.parts import Part, cut
from penstock.connectors.s3.transfer_checksums import CRC32, Running, text
from penstock.connectors.s3.transfer_model import (
    OnProgress,
    RaiseIfCancelled,
    TransferOptions,
    TransferResult,
    never_cancelled,
    no_progress,
)
from penstock.connectors.s3.transfer_pool import Pool, Progress
from penstock.connectors.s3.transfer_remote import RemoteObject
from penstock.errors import StorageFull

Create = Callable[[Mapping[str, Any]], FileWriter]
"""Begins the file, once, knowing GetObject's first answer (its `ContentLength`, `ContentType`)."""


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
        object_ = RemoteObject(client, params, answer, options)
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


def _stream(
    object_: RemoteObject, body: Any, writer: FileWriter, pool: Pool, progress: Progress
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
    object_: RemoteObject, body: Any, writer: FileWriter, pool: Pool, progress: Progress
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
