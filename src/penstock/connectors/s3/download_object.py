"""Download Object."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from penstock.catalog.card import Example
from penstock.catalog.context import CardContext
from penstock.catalog.files import File, FileWriter
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs
from penstock.connectors.s3.file_names import file_name
from penstock.connectors.s3.inputs import (
    Access,
    Conditions,
    CustomerKeyFields,
    Payer,
    VersionPlace,
    customer_key_parameters,
    place_parameters,
)
from penstock.connectors.s3.object_facts import ObjectFacts
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.transfer import download
from penstock.iam.permission import Permission


class DownloadObjectInputs(Access, Conditions, CustomerKeyFields, Payer, VersionPlace):
    range: Annotated[str | None, Field(pattern=r"^(bytes=(\d+-\d*|-\d+))?$"), Aws("Range")] = None
    """Only some bytes: `bytes=0-1023` the first KiB, `bytes=-100` the last hundred."""
    file_name: str | None = None
    """What to call the file. Empty: the last part of the key."""


class DownloadObjectOutputs(ObjectFacts):
    file: File
    """The content, as a file of this run."""
    content_range: Annotated[str | None, Aws("ContentRange")] = None
    """Which bytes these are, if only some were asked for."""
    verified: str | None = None
    """What the content was compared with: a checksum's name, or `ETag`."""


def needs(inputs: Partial) -> Iterator[Permission]:
    yield from permissions.read(inputs)
    yield from permissions.lock_and_tag_facts(inputs)
    yield from permissions.decrypt(inputs)


@connector.card(
    "download_object",
    title="Download Object",
    effect="read",
    permissions=needs,
    operations=("GetObject",),
    examples=(
        Example("Fetch a contract", {"bucket": "example-records", "key": "2026/contract.pdf"}),
        Example(
            "Look at the beginning of a large log",
            {"bucket": "example-logs", "key": "2026/01/31.log", "range": "bytes=0-65535"},
        ),
    ),
)
def download_object(ctx: CardContext, inputs: DownloadObjectInputs) -> DownloadObjectOutputs:
    """Read an object's content into a file of the run, whatever its size.

    Nothing of the file remains if it does not arrive whole. The checksum that S3 keeps is compared
    with what arrived.
    """
    requests = Requests(ctx, inputs, needs)
    asked: dict[str, Any] = place_parameters(inputs, ctx.connection.account_id)
    asked |= customer_key_parameters(inputs)

    def create(answer: Mapping[str, Any]) -> FileWriter:
        return ctx.files.create(
            inputs.file_name or file_name(inputs.key),
            content_type=answer.get("ContentType"),
            size=answer.get("ContentLength"),
        )

    client = requests.client(inputs)
    with requests.about("GetObject", requests.subject(inputs)):
        result = download(
            client,
            params=asked,
            create=create,
            on_progress=requests.note_bytes,
            raise_if_cancelled=ctx.raise_if_cancelled,
        )
    return outputs(
        DownloadObjectOutputs, result.response, file=result.file, verified=result.verified
    )
