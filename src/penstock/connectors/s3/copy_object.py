"""Copy Object."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import model_validator

from penstock.catalog.card import CardModel, Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs, parameters
from penstock.connectors.s3.inputs import (
    Access,
    Acl,
    Conditions,
    ContentFields,
    CustomerKeyFields,
    EncryptionFields,
    LockFields,
    ObjectPlace,
    Payer,
    VersionPlace,
    acl_parameters,
    content_parameters,
    customer_key_parameters,
    encryption_parameters,
    place_parameters,
)
from penstock.connectors.s3.object_facts import WriteFacts
from penstock.connectors.s3.repetition import is_copied_already
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.transfer import copy
from penstock.connectors.s3.values import Checksum
from penstock.errors import Conflict
from penstock.iam.permission import Permission

Directive = Literal["COPY", "REPLACE"]

_REPLACED = (
    "content_type",
    "cache_control",
    "content_disposition",
    "content_encoding",
    "content_language",
    "expires",
    "metadata",
)


class CopySource(Access, Conditions, CustomerKeyFields, VersionPlace):
    pass


class CopyDestination(Access, Payer, LockFields, EncryptionFields, Acl, ContentFields, ObjectPlace):
    metadata_directive: Directive | None = None
    """Whether metadata and headers come along (`COPY`) or are those given here (`REPLACE`).
    Empty: `REPLACE` if any are given here, else `COPY`."""
    tagging_directive: Directive | None = None
    """Whether tags come along (`COPY`) or are those given here (`REPLACE`). Empty: `REPLACE` if
    tags are given here, else `COPY`."""
    checksum_algorithm: Annotated[Checksum | None, Aws("ChecksumAlgorithm")] = None
    """The checksum that S3 is to compute of the copy. Empty: the source's."""
    if_match: Annotated[str | None, Aws("IfMatch")] = None
    """Replace the object at the destination only if its ETag is this one."""
    if_none_match: Annotated[Literal["*"] | None, Aws("IfNoneMatch")] = None
    """`*`: only if there is no object of that key."""

    @model_validator(mode="after")
    def _directives_fit(self) -> "CopyDestination":
        if self.metadata_directive == "COPY" and (given := _replaced(self)):
            raise ValueError(f"{given[0]} can only be given where metadata_directive is REPLACE")
        if self.tagging_directive == "COPY" and self.tagging:
            raise ValueError("tagging can only be given where tagging_directive is REPLACE")
        return self


class CopyObjectInputs(CardModel):
    source: CopySource
    """What to copy."""
    destination: CopyDestination
    """Where to, and what is to be different."""


class CopyObjectOutputs(WriteFacts):
    bucket: str
    """The bucket copied to, as it was given."""
    key: str
    """The copy's key."""
    last_modified: datetime | None = None
    """When the copy was written."""
    copy_source_version_id: Annotated[str | None, Aws("CopySourceVersionId")] = None
    """The version that was copied, if the source's bucket keeps versions."""
    size: int | None = None
    """Size in bytes, if it had to be asked for."""
    parts: int = 1
    """In how many parts it was copied; 1 if it was copied whole."""
    created: bool = True
    """Whether this try wrote it; false if an earlier try of this card had."""


def needs(inputs: Partial) -> Iterator[Permission]:
    source, destination = inputs.part("source"), inputs.part("destination")
    target = permissions.object_arn(destination)
    yield from permissions.read(source)
    yield from permissions.decrypt(source)
    yield Permission("s3:PutObject", target)
    yield from permissions.write_acl(destination, "s3:PutObjectAcl", target)
    yield from permissions.write_lock(destination)
    if destination.may_have("tagging"):
        yield Permission("s3:PutObjectTagging", target)
    if destination.may_be("tagging_directive", "COPY") or (
        destination.may_be("tagging_directive", None)
        and permissions.may_lack(destination, "tagging")
    ):
        # Only if the source has tags does S3 ask for these. CopyObject asks for the first even
        # of a version; reading the tags of a version, for a copy in parts, is the second.
        original = permissions.object_arn(source)
        missed = "objects that have tags cannot be copied"
        yield Permission("s3:GetObjectTagging", original, optional=True, without=missed)
        if source.may_have("version_id"):
            missed = "large objects that have tags cannot be copied"
            action = "s3:GetObjectVersionTagging"
            yield Permission(action, original, optional=True, without=missed)
        missed = "objects that have tags cannot be copied"
        yield Permission("s3:PutObjectTagging", target, optional=True, without=missed)
    yield from permissions.encrypt(destination)
    yield permissions.abort_upload(destination)
    if destination.may_have("if_match"):
        yield Permission("s3:GetObject", target)
    elif destination.may_have("if_none_match"):
        # To see, when the card is tried again, that the object there is the one it wrote.
        again = "a second try cannot tell that the object there is its own"
        yield Permission("s3:GetObject", target, optional=True, without=again)


@connector.card(
    "copy_object",
    title="Copy Object",
    effect="write",
    permissions=needs,
    operations=(
        "CopyObject",
        "HeadObject",
        "GetObjectTagging",
        "CreateMultipartUpload",
        "UploadPartCopy",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
    ),
    examples=(
        Example(
            "Keep a copy in the archive",
            {
                "source": {"bucket": "example-inbox", "key": "letter.txt"},
                "destination": {
                    "bucket": "example-archive",
                    "key": "2026/letter.txt",
                    "storage_class": "GLACIER_IR",
                    "tagging": "kind=letter",
                },
            },
        ),
    ),
)
def copy_object(ctx: CardContext, inputs: CopyObjectInputs) -> CopyObjectOutputs:
    """Copy an object of any size within a bucket, between buckets, and between regions.

    S3 copies by itself; nothing passes through this server. What is over 5 GB is copied in parts.
    """
    requests = Requests(ctx, inputs, needs)
    source, destination = inputs.source, inputs.destination
    client = requests.client(destination, "destination.")
    about = requests.subject(destination, "destination.", requests.subject(source, "source."))
    written = {"bucket": destination.bucket, "key": destination.key}
    try:
        with requests.about("CopyObject", about):
            result = copy(
                client,
                params=_asked(requests, source, destination),
                source_client=lambda: requests.client(source, "source."),
                on_progress=requests.note_bytes,
                raise_if_cancelled=ctx.raise_if_cancelled,
            )
    except Conflict as error:
        found = is_copied_already(requests, source, destination, error)
        if found is None or not destination.if_none_match:
            raise
        return outputs(CopyObjectOutputs, found, **written, created=False)
    told = result.response.get("CopyObjectResult", {})
    answer = {**told, **{name: value for name, value in result.response.items() if value}}
    return outputs(
        CopyObjectOutputs,
        answer,
        **written,
        last_modified=told.get("LastModified"),
        size=result.size,
        parts=result.parts,
    )


def _asked(requests: Requests, source: CopySource, destination: CopyDestination) -> dict[str, Any]:
    """CopyObject's parameters."""
    place = {"Bucket": source.bucket, "Key": source.key}
    if source.version_id:
        place["VersionId"] = source.version_id
    asked = place_parameters(destination, requests.ctx.connection.account_id)
    asked |= acl_parameters(destination) | encryption_parameters(destination)
    asked |= content_parameters(destination) | customer_key_parameters(source, "CopySource")
    asked |= {
        f"CopySource{name}": value
        for name, value in parameters(source).items()
        if name.startswith("If")
    }
    metadata = destination.metadata_directive or ("REPLACE" if _replaced(destination) else "COPY")
    tagging = destination.tagging_directive or ("REPLACE" if destination.tagging else "COPY")
    return {
        **asked,
        "CopySource": place,
        "ExpectedSourceBucketOwner": requests.owner(source),
        "MetadataDirective": metadata,
        "TaggingDirective": tagging,
    }


def _replaced(destination: CopyDestination) -> list[str]:
    """The fields given that only count where metadata is replaced."""
    return [name for name in _REPLACED if getattr(destination, name)]
