"""What goes up in one request: a part of a file, in memory or streamed."""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

from penstock.connectors.s3.parts import MIB, Part
from penstock.connectors.s3.transfer_checksums import Algorithm, Running, text
from penstock.connectors.s3.transfer_model import Source, TransferOptions
from penstock.connectors.s3.transfer_pool import Pool
from penstock.errors import CardFailed

CHUNK = MIB


class Body:
    """The bytes of one part: in memory if it is small, else a reader of its stretch of the source.

    Attributes:
        digest: the checksum last computed; `md5` likewise, if it was wanted.
    """

    def __init__(self, source: Source, part: Part, pool: Pool, options: TransferOptions) -> None:
        self._part = part
        self._file = source.open()
        try:
            self._stretch = Stretch(self._file, part, pool)
            self.content: bytes | Stretch = self._stretch
            if part.size <= options.buffered_part:
                self.content = self._stretch.all()
        except BaseException:
            self._file.close()
            raise
        self.digest = b""
        self.md5 = b""

    def __enter__(self) -> "Body":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def checksums(self, algorithm: Algorithm | None, md5: bool) -> dict[str, str]:
        """The parameters that state this body's checksums."""
        running: list[Running] = []
        if algorithm:
            running.append(algorithm.start())
        if md5:
            running.append(hashlib.md5(usedforsecurity=False))
        if isinstance(self.content, bytes):
            for one in running:
                one.update(self.content)
        elif running:
            for chunk in self._stretch.chunks():
                for one in running:
                    one.update(chunk)
            self._stretch.seek(0)
        said = {}
        if md5:
            self.md5 = running.pop().digest()
            said["ContentMD5"] = text(self.md5)
        if algorithm:
            self.digest = running.pop().digest()
            said[algorithm.member] = text(self.digest)
            said["ChecksumAlgorithm"] = algorithm.name
        return said


class Stretch:
    """A part of a file as if it were a file: what botocore sends, and sends again, as a body."""

    def __init__(self, file: BinaryIO, part: Part, pool: Pool) -> None:
        self._file = file
        self._part = part
        self._pool = pool
        self._position = 0
        self._file.seek(part.offset)

    def __len__(self) -> int:
        return self._part.size

    def read(self, size: int | None = -1) -> bytes:
        """Raises CardFailed where the source ends too early."""
        self._pool.raise_if_stopped()
        left = self._part.size - self._position
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted == 0:
            return b""
        chunk = self._file.read(wanted)
        if not chunk:
            raise CardFailed(
                f"the file ends after {self._part.offset + self._position} bytes, "
                f"before the {self._part.end} it should have",
                hint="The file was changed while it was being uploaded. Run the card again.",
            )
        self._position += len(chunk)
        return chunk

    def chunks(self) -> Iterator[bytes]:
        """All of it, from where it stands."""
        while chunk := self.read(CHUNK):
            yield chunk

    def all(self) -> bytes:
        """All of it, from where it stands, in one piece: never two copies at once."""
        first = self.read()
        if len(first) == self._part.size:
            return first
        return b"".join([first, *self.chunks()])

    def seek(self, offset: int, whence: int = 0) -> int:
        start = (0, self._position, self._part.size)[whence]
        self._position = min(max(start + offset, 0), self._part.size)
        self._file.seek(self._part.offset + self._position)
        return self._position

    def tell(self) -> int:
        return self._position
