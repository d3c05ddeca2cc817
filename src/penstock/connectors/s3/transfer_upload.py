"""Bytes of any size become an object."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from penstock.connectors.s3.parts import MAXIMUM_SINGLE, Part, cut, part_size
from penstock.connectors.s3.transfer_checksums import (
    ALGORITHMS,
    ALL_NAMES,
    CRC32,
    MEMBERS,
    Algorithm,
    Running,
    is_md5,
    text,
)
from penstock.connectors.s3.transfer_model import (
    OnProgress,
    RaiseIfCancelled,
    Source,
    TransferOptions,
    TransferResult,
    never_cancelled,
    no_progress,
)
from penstock.connectors.s3.transfer_multipart import Multipart
from penstock.connectors.s3.transfer_pool import Pool, Progress
from penstock.errors import CardFailed, InvalidInput, ServiceFault

_CHUNK = 1024 * 1024
_LOCK_PARAMETERS = ("ObjectLockMode", "ObjectLockRetainUntilDate", "ObjectLockLegalHoldStatus")
_AWS_DOMAINS = (".amazonaws.com", ".amazonaws.com.cn", ".api.aws")


def upload(
    client: Any,
    *,
    source: Source,
    params: Mapping[str, Any],
    on_progress: OnProgress = no_progress,
    raise_if_cancelled: RaiseIfCancelled = never_cancelled,
    options: TransferOptions | None = None,
) -> TransferResult:
    """The object that `source` became, by one PutObject or in parts as its size demands.

    `params` are PutObject's without `Body`. Whatever fails, and a cancellation too, aborts a
    multipart upload; if even that fails, the exception carries a note of it.

    Raises:
        InvalidInput: the size, or a checksum in `params`, cannot be.
        CardFailed: the source is shorter than it said.
        ServiceFault: the service stored something else.
        botocore's exceptions, as they are.
    """
    options = options or TransferOptions()
    progress = Progress(source.size, on_progress, raise_if_cancelled)
    progress.tick()
    if source.size <= min(options.threshold, MAXIMUM_SINGLE):
        result = _put(client, source, params, options)
    else:
        result = _put_parts(client, source, params, options, progress)
    on_progress(source.size, source.size)
    return result


def _put(
    client: Any, source: Source, params: Mapping[str, Any], options: TransferOptions
) -> TransferResult:
    whole = Part(1, 0, source.size)
    algorithm = None if MEMBERS & params.keys() else _algorithm(params)
    wants_md5 = "ContentMD5" not in params and (
        _wants_md5(params, options) or (options.content_md5 == "auto" and not _is_aws(client))
    )
    pool = Pool(1, Progress(None, no_progress, never_cancelled))
    with _Body(source, whole, pool, options) as body:
        headers = body.checksums(algorithm, wants_md5)
        answer = client.put_object(**{**params, **headers}, Body=body.content)
    verified = None
    if algorithm and (told := answer.get(algorithm.member)) is not None:
        if told != headers[algorithm.member]:
            raise ServiceFault(
                f"s3://{params['Bucket']}/{params['Key']} is not what was sent: "
                f"its {algorithm.name} checksum is another one",
                hint="Upload it again, and delete this object or version of it.",
                retryable=True,
            )
        verified = algorithm.name
    elif body.md5 and _etag(answer) == body.md5.hex():
        verified = "ETag"
    return TransferResult(response=answer, size=source.size, verified=verified)


def _put_parts(
    client: Any,
    source: Source,
    params: Mapping[str, Any],
    options: TransferOptions,
    progress: Progress,
) -> TransferResult:
    if "WriteOffsetBytes" in params:
        raise InvalidInput(
            "an object cannot be appended to in parts",
            hint=f"Append at most {options.threshold} bytes at a time, or leave WriteOffsetBytes "
            "out.",
        )
    algorithm = _algorithm(params)
    _check_given(source, params, algorithm)
    parts = list(cut(source.size, part_size(source.size, options.part_size)))
    wants_md5 = _wants_md5(params, options)
    pool = Pool(options.concurrency, progress)

    with Multipart(client, params, algorithm.name) as multipart:

        def send(part: Part) -> tuple[dict[str, Any], bytes]:
            pool.raise_if_stopped()
            with _Body(source, part, pool, options) as body:
                headers = body.checksums(algorithm, wants_md5)
                answer = client.upload_part(
                    **multipart.part("UploadPart", part.number), **headers, Body=body.content
                )
            progress.add(part.size)
            # The checksum is stated again at completion even if the answer left it out.
            told = {algorithm.member: headers[algorithm.member]} | answer
            return multipart.completed_part(part.number, told), body.digest

        sent = pool.run(partial(send, part) for part in parts)
        checksum = None
        if algorithm.combines:
            sizes = (part.size for part in parts)
            digests = (digest for _, digest in sent)
            checksum = text(algorithm.combine(zip(digests, sizes, strict=True)))
        response, verified = multipart.complete(
            [completed for completed, _ in sent], source.size, checksum
        )
    return TransferResult(response=response, size=source.size, parts=len(parts), verified=verified)


class _Body:
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

    def __enter__(self) -> "_Body":
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
        while chunk := self.read(_CHUNK):
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


def _algorithm(params: Mapping[str, Any]) -> Algorithm:
    """The checksum algorithm asked for; CRC32 if none was.

    Raises:
        InvalidInput: it cannot be computed here.
    """
    given = [name for name in ALL_NAMES if f"Checksum{name}" in params]
    name = params.get("ChecksumAlgorithm") or (given[0] if given else CRC32.name)
    if given and given != [name]:
        raise InvalidInput(
            f"checksums of {', '.join(given)} were given for an upload with {name}",
            hint="S3 stores one checksum of an object: give one, and no other algorithm.",
        )
    if name not in ALGORITHMS:
        raise InvalidInput(
            f"the checksum algorithm {name} cannot be computed for an upload in parts here",
            hint=f"Choose one of {', '.join(sorted(ALGORITHMS))}, or leave it out for CRC32.",
        )
    return ALGORITHMS[name]


def _check_given(source: Source, params: Mapping[str, Any], algorithm: Algorithm) -> None:
    """Compare checksums of the whole that the caller gave: parts cannot carry them.

    Raises:
        InvalidInput: the source has another checksum.
    """
    expected: list[tuple[str, Running]] = []
    if "ContentMD5" in params:
        expected.append(("ContentMD5", hashlib.md5(usedforsecurity=False)))
    if algorithm.member in params:
        expected.append((algorithm.member, algorithm.start()))
    if not expected:
        return
    with source.open() as file:
        while chunk := file.read(_CHUNK):
            for _, running in expected:
                running.update(chunk)
    for name, running in expected:
        if text(running.digest()) != params[name]:
            raise InvalidInput(
                f"the file's {name} is {text(running.digest())}, not {params[name]}",
                hint="The file is not the one the checksum was made of.",
            )


def _wants_md5(params: Mapping[str, Any], options: TransferOptions) -> bool:
    """Whether to send Content-MD5: S3 and its likes demand it for objects under a lock.

    Elsewhere it would tell the service nothing new: besides the checksum, the request's signature
    holds a SHA-256 of the body. Source: PutObject in the S3 API reference.
    """
    if options.content_md5 != "auto":
        return options.content_md5 == "always"
    return any(params.get(name) for name in _LOCK_PARAMETERS)


def _is_aws(client: Any) -> bool:
    """Whether the service knows checksums; of another one, the ETag has to do."""
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    return host.endswith(_AWS_DOMAINS)


def _etag(answer: Mapping[str, Any]) -> str | None:
    plain = str(answer.get("ETag", "")).strip('"')
    return plain.lower() if is_md5(plain) else None
