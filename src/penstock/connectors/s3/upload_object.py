"""Upload Object."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import model_validator

from penstock.catalog.card import Example, Ui
from penstock.catalog.context import CardContext
from penstock.catalog.files import File
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs
from penstock.connectors.s3.inputs import (
    Access,
    Acl,
    ContentFields,
    EncryptionFields,
    LockFields,
    ObjectPlace,
    Payer,
    acl_parameters,
    content_parameters,
    encryption_parameters,
    place_parameters,
)
from penstock.connectors.s3.object_facts import WriteFacts
from penstock.connectors.s3.repetition import is_there_already
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.transfer import Source, upload
from penstock.connectors.s3.values import Checksum, decode_base64
from penstock.errors import Conflict, InvalidInput, ServiceFault
from penstock.iam.permission import Permission


class UploadObjectInputs(
    Access, Payer, LockFields, EncryptionFields, Acl, ContentFields, ObjectPlace
):
    file: Annotated[File | None, Ui(widget="file")] = None
    """The content: a file of this run. Give exactly one of file, text and base64."""
    text: Annotated[str | None, Ui(widget="multiline")] = None
    """The content: text, uploaded as UTF-8. May be empty."""
    base64: Annotated[str | None, Ui(widget="bytes")] = None
    """The content: bytes, as base64."""
    checksum_algorithm: Annotated[Checksum | None, Aws("ChecksumAlgorithm")] = None
    """The checksum that goes with the object and that S3 compares. Empty: CRC32."""
    content_md5: Annotated[str | None, Aws("ContentMD5")] = None
    """MD5 of the content in base64, which S3 compares. Not for content that goes in parts."""
    if_match: Annotated[str | None, Aws("IfMatch")] = None
    """Replace the object only if its ETag is this one."""
    if_none_match: Annotated[Literal["*"] | None, Aws("IfNoneMatch")] = None
    """`*`: only if there is no object of that key."""

    @model_validator(mode="after")
    def _one_content(self) -> "UploadObjectInputs":
        given = [name for name in ("file", "text", "base64") if getattr(self, name) is not None]
        if len(given) != 1:
            named = " and ".join(given) if given else "none of them"
            raise ValueError(f"give exactly one of file, text and base64; given: {named}")
        if self.base64 is not None:
            decode_base64(self.base64)
        return self


class UploadObjectOutputs(WriteFacts):
    bucket: str
    """The bucket, as it was given."""
    key: str
    """The object's key."""
    size: int
    """Size of the content in bytes."""
    parts: int = 1
    """In how many parts it went; 1 if it went whole."""
    verified: str | None = None
    """What was compared with what S3 stored: a checksum's name, or `ETag`."""
    created: bool = True
    """Whether this try wrote it; false if an earlier try of this card had."""


def needs(inputs: Partial) -> Iterator[Permission]:
    target = permissions.object_arn(inputs)
    yield Permission("s3:PutObject", target)
    yield from permissions.write_acl(inputs, "s3:PutObjectAcl", target)
    if inputs.may_have("tagging"):
        yield Permission("s3:PutObjectTagging", target)
    yield from permissions.write_lock(inputs)
    yield from permissions.encrypt(inputs)
    yield permissions.abort_upload(inputs)
    if inputs.may_have("if_match"):
        yield Permission("s3:GetObject", target)
    elif inputs.may_have("if_none_match"):
        # To see, when the card is tried again, that the object there is the one it wrote.
        again = "a second try cannot tell that the object there is its own"
        yield Permission("s3:GetObject", target, optional=True, without=again)


@connector.card(
    "upload_object",
    title="Upload Object",
    effect="write",
    permissions=needs,
    operations=(
        "PutObject",
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
    ),
    examples=(
        Example(
            "Write a note",
            {"bucket": "example-records", "key": "2026/note.txt", "text": "Signed today."},
        ),
        Example(
            "Write once, under retention",
            {
                "bucket": "example-archive",
                "key": "2026/minutes.txt",
                "text": "Agreed.",
                "object_lock_mode": "GOVERNANCE",
                "object_lock_retain_until_date": "2033-01-01T00:00:00Z",
                "if_none_match": "*",
                "tagging": "kind=minutes&year=2026",
            },
        ),
    ),
)
def upload_object(ctx: CardContext, inputs: UploadObjectInputs) -> UploadObjectOutputs:
    """Write an object from a file, from text or from bytes, whatever its size.

    Content over 16 MiB goes in parts. A checksum goes with it, and is compared with what S3
    stored.
    """
    requests = Requests(ctx, inputs, needs)
    asked: dict[str, Any] = place_parameters(inputs, ctx.connection.account_id)
    asked |= acl_parameters(inputs) | encryption_parameters(inputs) | content_parameters(inputs)
    source, media_type = _source(ctx, inputs)
    if media_type and "ContentType" not in asked:
        asked["ContentType"] = media_type
    client = requests.client(inputs)
    written = {"bucket": inputs.bucket, "key": inputs.key, "size": source.size}
    try:
        with requests.about("PutObject", requests.subject(inputs)):
            result = upload(
                client,
                source=source,
                params=asked,
                on_progress=requests.note_bytes,
                raise_if_cancelled=ctx.raise_if_cancelled,
            )
    except ServiceFault as error:
        if inputs.content_md5 and error.aws is not None and error.aws.code == "BadDigest":
            raise InvalidInput(
                "content_md5 is not the MD5 of the content.",
                hint="Leave it out: a checksum goes with the content anyway.",
                where=requests.subject(inputs).where("content_md5"),
                aws=error.aws,
            ) from error
        raise
    except Conflict as error:
        found = is_there_already(requests, inputs, source, error) if inputs.if_none_match else None
        if found is None:
            raise
        return outputs(UploadObjectOutputs, found, **written, created=False)
    return outputs(
        UploadObjectOutputs,
        result.response,
        **written,
        parts=result.parts,
        verified=result.verified,
    )


def _source(ctx: CardContext, inputs: UploadObjectInputs) -> tuple[Source, str | None]:
    """The content and its media type, if that is known."""
    if inputs.file is not None:
        return Source.of_file(ctx.files, inputs.file), inputs.file.content_type
    if inputs.text is not None:
        return Source.of_bytes(inputs.text.encode()), "text/plain; charset=utf-8"
    return Source.of_bytes(decode_base64(inputs.base64 or "")), None
