"""An object of any size becomes another one, without passing through here."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError

from penstock.connectors.s3.parts import MAXIMUM_SINGLE, Part, cut, part_size
from penstock.connectors.s3.transfer_checksums import FULL_OBJECT_NAMES
from penstock.connectors.s3.transfer_model import (
    OnProgress,
    RaiseIfCancelled,
    TransferOptions,
    TransferResult,
    never_cancelled,
    no_progress,
)
from penstock.connectors.s3.transfer_multipart import Multipart, accepted
from penstock.connectors.s3.transfer_pool import Pool, Progress
from penstock.errors import Conflict

_METADATA = (
    *("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage"),
    *("ContentType", "Expires", "Metadata"),
)
_CONDITIONS = ("IfMatch", "IfNoneMatch", "IfModifiedSince", "IfUnmodifiedSince")
_SOURCE_KEY = ("SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5")


def copy(
    client: Any,
    *,
    params: Mapping[str, Any],
    source_client: Callable[[], Any],
    on_progress: OnProgress = no_progress,
    raise_if_cancelled: RaiseIfCancelled = never_cancelled,
    options: TransferOptions | None = None,
) -> TransferResult:
    """The copy, made by one CopyObject or in parts as its size demands.

    `params` are CopyObject's, with `CopySource` as a dict of Bucket, Key and perhaps VersionId.
    `client` is one for the destination's region; `source_client` gives one for the source's, and
    is asked only where the source has to be read: to copy in parts. Such a copy does by hand what
    CopyObject does by itself: metadata and tags come along unless their directives say REPLACE.

    Raises:
        Conflict: the source was replaced in the middle.
        botocore's exceptions, as they are.
    """
    options = options or TransferOptions()
    raise_if_cancelled()
    if options.copy_threshold is None:
        try:
            return TransferResult(response=client.copy_object(**params), size=None)
        except ClientError as error:
            if not _too_large(error):
                raise
    source = _Source(source_client(), params)
    limit = MAXIMUM_SINGLE if options.copy_threshold is None else options.copy_threshold
    if source.size <= min(limit, MAXIMUM_SINGLE):
        answer = client.copy_object(**params)
        on_progress(source.size, source.size)
        return TransferResult(response=answer, size=source.size)
    progress = Progress(source.size, on_progress, raise_if_cancelled)
    return _copy_parts(client, source, params, options, progress)


class _Source:
    """The object to copy, as HeadObject tells."""

    def __init__(self, client: Any, params: Mapping[str, Any]) -> None:
        self._client = client
        place = params["CopySource"]
        self.params = {
            name: place[name] for name in ("Bucket", "Key", "VersionId") if name in place
        }
        if "ExpectedSourceBucketOwner" in params:
            self.params["ExpectedBucketOwner"] = params["ExpectedSourceBucketOwner"]
        if "RequestPayer" in params:
            self.params["RequestPayer"] = params["RequestPayer"]
        self._key = _of_source(params, _SOURCE_KEY)
        self.head = self._ask(_of_source(params, _CONDITIONS))
        self.size = int(self.head["ContentLength"])

    def metadata(self) -> dict[str, Any]:
        """What CopyObject would carry over (CopyObject in the S3 API reference)."""
        return {name: self.head[name] for name in _METADATA if self.head.get(name)}

    def tagging(self) -> str:
        """The tags, as a header wants them.

        The count in HeadObject's answer is not relied on: it is left out for those who may not
        read tags, and for them the copy must fail rather than lose them.
        """
        params = accepted(self._client, "GetObjectTagging", self.params)
        tags = self._client.get_object_tagging(**params).get("TagSet", [])
        return urlencode([(tag["Key"], tag["Value"]) for tag in tags])

    def raise_if_replaced(self) -> None:
        """Some servers copy parts of whatever is there, condition or not: ask once more.

        Raises:
            Conflict: this is another object now.
        """
        if self._ask({})["ETag"] != self.head["ETag"]:
            raise self.replaced()

    def replaced(self) -> Conflict:
        return Conflict(
            f"s3://{self.params['Bucket']}/{self.params['Key']} was replaced while it was being "
            "copied",
            hint="Run the card again, or name the version to copy.",
            retryable=True,
        )

    def _ask(self, conditions: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._client.head_object(
            **self.params, **self._key, **conditions, ChecksumMode="ENABLED"
        )
        return answer

    def checksum(self) -> tuple[str, str] | None:
        """Algorithm and value of a checksum that a copy in parts can have as well."""
        if self.head.get("ChecksumType") == "COMPOSITE":
            return None
        for name in FULL_OBJECT_NAMES:
            value = self.head.get(f"Checksum{name}")
            if isinstance(value, str) and "-" not in value:
                return name, value
        return None


def _of_source(params: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: params[f"CopySource{name}"] for name in names if f"CopySource{name}" in params}


def _copy_parts(
    client: Any,
    source: _Source,
    params: Mapping[str, Any],
    options: TransferOptions,
    progress: Progress,
) -> TransferResult:
    destination = dict(params)
    if params.get("MetadataDirective", "COPY") == "COPY":
        destination = {
            name: value for name, value in destination.items() if name not in _METADATA
        } | source.metadata()
    if params.get("TaggingDirective", "COPY") == "COPY":
        destination.pop("Tagging", None)
        if tagging := source.tagging():
            destination["Tagging"] = tagging
    asked = params.get("ChecksumAlgorithm")
    known = source.checksum()
    algorithm, checksum = known if known and asked in (None, known[0]) else (asked, None)

    parts = list(cut(source.size, part_size(source.size, options.copy_part_size)))
    pool = Pool(options.copy_concurrency, progress)
    from_source = {
        name: value
        for name, value in params.items()
        if name.startswith("CopySourceSSE") or name in ("CopySource", "ExpectedSourceBucketOwner")
    }
    from_source["CopySourceIfMatch"] = source.head["ETag"]

    with Multipart(client, destination, algorithm) as multipart:

        def copy_part(part: Part) -> tuple[dict[str, Any], dict[str, Any]]:
            pool.raise_if_stopped()
            common = {
                name: value
                for name, value in multipart.part("UploadPartCopy", part.number).items()
                if not name.startswith("CopySourceIf")
            }
            try:
                answer = client.upload_part_copy(**common | from_source, CopySourceRange=part.range)
            except ClientError as error:
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 412:
                    raise
                raise source.replaced() from error
            progress.add(part.size)
            return multipart.completed_part(part.number, answer["CopyPartResult"]), answer

        copied = pool.run(partial(copy_part, part) for part in parts)
        source.raise_if_replaced()
        made, verified = multipart.complete(
            [completed for completed, _ in copied], source.size, checksum
        )
    return TransferResult(
        response=_as_copy(client, made, copied[0][1]),
        size=source.size,
        parts=len(parts),
        verified=verified,
    )


def _as_copy(client: Any, made: Mapping[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """The answer in CopyObject's shape."""
    model = client.meta.service_model
    members = model.operation_model("CopyObject").output_shape.members
    result = {name: made[name] for name in members["CopyObjectResult"].members if name in made}
    if "LastModified" in part["CopyPartResult"]:
        result["LastModified"] = part["CopyPartResult"]["LastModified"]
    answer = {name: made[name] for name in (*members, "ResponseMetadata") if name in made}
    answer["CopyObjectResult"] = result
    if "CopySourceVersionId" in part:
        answer["CopySourceVersionId"] = part["CopySourceVersionId"]
    return answer


def _too_large(error: ClientError) -> bool:
    """Whether CopyObject was refused for the size of the source.

    S3 says InvalidRequest, "The specified copy source is larger than the maximum allowable size
    for a copy source: 5368709120"; some servers say EntityTooLarge.
    """
    said = error.response.get("Error", {})
    return said.get("Code") == "EntityTooLarge" or (
        said.get("Code") == "InvalidRequest" and "copy source is larger" in said.get("Message", "")
    )
