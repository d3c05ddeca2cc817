"""Read Object: an object's metadata, without its content."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from penstock.catalog.card import Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs
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
from penstock.iam.permission import Permission


class ReadObjectInputs(Access, Conditions, CustomerKeyFields, Payer, VersionPlace):
    part_number: Annotated[int | None, Field(ge=1, le=10_000), Aws("PartNumber")] = None
    """Look at one part of an object that was uploaded in parts; also tells how many there are."""
    include_checksum: bool = False
    """Whether to ask for the checksum that S3 keeps of the object."""


class ReadObjectOutputs(ObjectFacts):
    archive_status: Annotated[str | None, Aws("ArchiveStatus")] = None
    """In which archive tier of Intelligent-Tiering the object is, if in one."""


def needs(inputs: Partial) -> Iterator[Permission]:
    yield from permissions.read(inputs)
    yield from permissions.lock_and_tag_facts(inputs)
    if inputs.may_be("include_checksum", True):
        # HeadObject decrypts nothing, except the checksum (HeadObject, "ChecksumMode").
        yield from permissions.decrypt(inputs)


@connector.card(
    "read_object",
    title="Read Object",
    effect="read",
    permissions=needs,
    operations=("HeadObject",),
    examples=(
        Example(
            "Look at an object before touching it",
            {"bucket": "example-records", "key": "2026/contract.pdf"},
        ),
        Example(
            "Look at an old version",
            {
                "bucket": "example-records",
                "key": "2026/contract.pdf",
                "version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
            },
        ),
    ),
)
def read_object(ctx: CardContext, inputs: ReadObjectInputs) -> ReadObjectOutputs:
    """Read an object's metadata: size, type, dates, encryption, lock, user metadata.

    An object that was uploaded with a customer-provided key needs the same key here. The lock
    fields are only filled if the role may read retention and legal hold.
    """
    asked = place_parameters(inputs, ctx.connection.account_id)
    asked |= customer_key_parameters(inputs)
    if inputs.include_checksum:
        asked["ChecksumMode"] = "ENABLED"
    answer = Requests(ctx, inputs, needs).call("HeadObject", inputs, asked)
    return outputs(ReadObjectOutputs, answer)
