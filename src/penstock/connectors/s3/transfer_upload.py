"""Bytes of any size become an object."""

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from penstock.connectors.s3.parts import MAXIMUM_SINGLE, Part, cut, part_size
from penstock.connectors.s3.transfer_body import CHUNK, Body
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
from penstock.errors import InvalidInput, ServiceFault

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
    with Body(source, whole, pool, options) as body:
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
            with Body(source, part, pool, options) as body:
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
        while chunk := file.read(CHUNK):
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
