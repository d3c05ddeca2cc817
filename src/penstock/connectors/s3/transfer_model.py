"""What a transfer is given and what it gives back."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal

from penstock.catalog.files import File, Files
from penstock.connectors.s3.parts import MIB

OnProgress = Callable[[int, int | None], None]
"""Called with bytes done and bytes in all, from the thread that called the transfer."""

RaiseIfCancelled = Callable[[], None]


def no_progress(done: int, total: int | None) -> None:
    """For callers who do not want to know."""


def never_cancelled() -> None:
    """For callers who never cancel."""


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to upload: how many, and how to open a seekable reader for one thread."""

    size: int
    open: Callable[[], BinaryIO]

    @classmethod
    def of_bytes(cls, data: bytes) -> "Source":
        return cls(len(data), lambda: io.BytesIO(data))

    @classmethod
    def of_file(cls, files: Files, file: File) -> "Source":
        """A file of the run."""
        return cls(file.size, lambda: files.open(file))


@dataclass(frozen=True, slots=True)
class TransferOptions:
    """Sizes in bytes. The defaults are for S3; tests turn them down.

    Attributes:
        threshold: objects of more bytes go in parts.
        part_size: of an upload, and of a download's ranges; grows with the object. S3 refuses
            parts under 5 MiB, the last one excepted.
        copy_threshold: objects of more bytes are copied in parts; None leaves it to the service,
            which refuses CopyObject for more than 5 GiB, and saves asking for the size first.
        buffered_part: parts up to this size are read into memory once; larger ones are streamed
            from the file twice, first for their checksum.
        content_md5: `auto` sends Content-MD5 where S3 or an older server wants it.
        attempts: tries to read a range on, in a row without a byte gained.
    """

    threshold: int = 16 * MIB
    part_size: int = 8 * MIB
    concurrency: int = 8
    copy_threshold: int | None = None
    copy_part_size: int = 256 * MIB
    copy_concurrency: int = 10
    buffered_part: int = MIB
    content_md5: Literal["auto", "always", "never"] = "auto"
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class TransferResult:
    """What happened to one object.

    Attributes:
        response: the service's answer in the shape of PutObject's, GetObject's or CopyObject's
            output, whatever the way it went; without `Body`.
        size: bytes of the object, or None for a copy that never had to ask.
        parts: how many parts or ranges it took; 1 if it went whole.
        verified: what was compared end to end: a checksum's name, `ETag`, or None if the service
            gave nothing to compare.
        file: what a download wrote.
    """

    response: Mapping[str, Any]
    size: int | None
    parts: int = 1
    verified: str | None = None
    file: File | None = field(default=None)

    @property
    def etag(self) -> str | None:
        found = self.response.get("ETag") or self.response.get("CopyObjectResult", {}).get("ETag")
        return found if isinstance(found, str) else None

    @property
    def version_id(self) -> str | None:
        found = self.response.get("VersionId")
        return found if isinstance(found, str) else None
