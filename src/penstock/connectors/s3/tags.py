"""Read Object Tags and Tag Object."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator

from penstock.catalog.card import Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs
from penstock.connectors.s3.inputs import Access, Payer, VersionPlace, place_parameters
from penstock.connectors.s3.object_facts import Answer
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.tagging import Tag, TagFact, as_tag_set, checked
from penstock.iam.permission import Permission


class ReadObjectTagsInputs(Access, Payer, VersionPlace):
    pass


class ReadObjectTagsOutputs(Answer):
    tags: list[TagFact]
    """The object's tags."""
    by_key: dict[str, str]
    """The same, as values by key: `{{ card.by_key.project }}`."""
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """The version whose tags these are, if the bucket keeps versions."""


class TagObjectInputs(Access, Payer, VersionPlace):
    tags: Annotated[list[Tag], AfterValidator(checked)]
    """The whole new set, at most 10: `[{key: project, value: apollo}]`. Empty removes all tags."""


class TagObjectOutputs(Answer):
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """The version that was tagged, if the bucket keeps versions."""


def read_needs(inputs: Partial) -> Iterator[Permission]:
    yield from permissions.versioned(inputs, "s3:GetObjectTagging", "s3:GetObjectVersionTagging")
    yield permissions.missing_key(inputs)


def write_needs(inputs: Partial) -> Iterator[Permission]:
    yield from permissions.versioned(inputs, "s3:PutObjectTagging", "s3:PutObjectVersionTagging")
    yield permissions.missing_key(inputs)


@connector.card(
    "read_object_tags",
    title="Read Object Tags",
    effect="read",
    permissions=read_needs,
    operations=("GetObjectTagging",),
    examples=(
        Example(
            "Read the tags of a contract",
            {"bucket": "example-records", "key": "2026/contract.pdf"},
        ),
    ),
)
def read_object_tags(ctx: CardContext, inputs: ReadObjectTagsInputs) -> ReadObjectTagsOutputs:
    """Read the tags of an object, or of one of its versions."""
    asked = place_parameters(inputs, ctx.connection.account_id)
    answer = Requests(ctx, inputs, read_needs).call("GetObjectTagging", inputs, asked)
    found = [TagFact(key=each["Key"], value=each["Value"]) for each in answer["TagSet"]]
    return outputs(
        ReadObjectTagsOutputs,
        answer,
        tags=found,
        by_key={each.key: each.value for each in found},
    )


@connector.card(
    "tag_object",
    title="Tag Object",
    effect="write",
    permissions=write_needs,
    operations=("PutObjectTagging",),
    examples=(
        Example(
            "Mark a contract as reviewed",
            {
                "bucket": "example-records",
                "key": "2026/contract.pdf",
                "tags": [{"key": "review", "value": "done"}],
            },
        ),
    ),
)
def tag_object(ctx: CardContext, inputs: TagObjectInputs) -> TagObjectOutputs:
    """Set the tags of an object, replacing the whole set it has.

    To add a tag to those there are, read them first.
    """
    asked = place_parameters(inputs, ctx.connection.account_id)
    asked["Tagging"] = {"TagSet": as_tag_set(inputs.tags)}
    answer = Requests(ctx, inputs, write_needs).call("PutObjectTagging", inputs, asked)
    return outputs(TagObjectOutputs, answer)
