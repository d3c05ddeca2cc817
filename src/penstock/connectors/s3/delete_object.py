"""Delete Object."""

from collections.abc import Iterator
from typing import Annotated

from penstock.catalog.card import Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs
from penstock.connectors.s3.inputs import Access, Payer, VersionPlace, place_parameters
from penstock.connectors.s3.object_facts import Answer, Charged
from penstock.connectors.s3.repetition import may_repeat
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.values import Secret
from penstock.errors import NotFound
from penstock.iam.permission import Permission


class DeleteObjectInputs(Access, Payer, VersionPlace):
    bypass_governance_retention: Annotated[bool, Aws("BypassGovernanceRetention")] = False
    """Delete a version that is retained in governance mode."""
    mfa: Annotated[Secret | None, Aws("MFA")] = None
    """Serial number of the MFA device, a space, its code: for a version in a bucket with MFA
    Delete."""
    if_match: Annotated[str | None, Aws("IfMatch")] = None
    """Only if the object's ETag is this one; `*` only if there is an object."""


class DeleteObjectOutputs(Answer, Charged):
    delete_marker: Annotated[bool, Aws("DeleteMarker")] = False
    """Whether a delete marker was made, or was what was deleted."""
    version_id: Annotated[str | None, Aws("VersionId")] = None
    """The version deleted, or the delete marker made, if the bucket keeps versions."""


def needs(inputs: Partial) -> Iterator[Permission]:
    yield from permissions.versioned(inputs, "s3:DeleteObject", "s3:DeleteObjectVersion")
    if inputs.may_be("bypass_governance_retention", True):
        yield Permission("s3:BypassGovernanceRetention", permissions.object_arn(inputs))
    if inputs.may_have("if_match"):
        yield Permission("s3:GetObject", permissions.object_arn(inputs))


@connector.card(
    "delete_object",
    title="Delete Object",
    effect="destroy",
    permissions=needs,
    operations=("DeleteObject",),
    examples=(
        Example("Delete an object", {"bucket": "example-inbox", "key": "done/letter.txt"}),
        Example(
            "Delete one version for good, retained or not",
            {
                "bucket": "example-records",
                "key": "2026/contract.pdf",
                "version_id": "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY",
                "bypass_governance_retention": True,
            },
        ),
    ),
)
def delete_object(ctx: CardContext, inputs: DeleteObjectInputs) -> DeleteObjectOutputs:
    """Delete an object, or one version of it for good.

    In a bucket that keeps versions, deleting without a version ID puts a delete marker on top and
    removes nothing. An object that is not there counts as deleted.
    """
    asked = place_parameters(inputs, ctx.connection.account_id)
    try:
        answer = Requests(ctx, inputs, needs).call("DeleteObject", inputs, asked)
    except NotFound as error:
        # Only a conditional delete minds that there is nothing (any more).
        if not (inputs.if_match and may_repeat(ctx, error)):
            raise
        return DeleteObjectOutputs(status_code=204)
    return outputs(DeleteObjectOutputs, answer)
