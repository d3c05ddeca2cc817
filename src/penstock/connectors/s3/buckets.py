"""Create Bucket and Delete Bucket."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from penstock.catalog.card import CardModel, Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws, outputs, parameters
from penstock.connectors.s3.inputs import Access, BucketPlace, acl_parameters, place_parameters
from penstock.connectors.s3.object_facts import Answer
from penstock.connectors.s3.regions import home_region
from penstock.connectors.s3.repetition import may_repeat
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.tagging import Tag, as_tag_set
from penstock.connectors.s3.values import BucketAcl, Grantee, NewBucketName, Region
from penstock.errors import Conflict, NotFound
from penstock.iam.permission import Permission

_NO_CONSTRAINT = "us-east-1"
"""The one region that CreateBucket does not take by name: it is what no name means."""


class CreateBucketInputs(CardModel):
    bucket: Annotated[NewBucketName, Aws("Bucket")]
    """The new bucket's name: unique among all accounts of the partition."""
    region: Region | None = None
    """Where to make it. Empty: the region this server is set to, else us-east-1."""
    canned_acl: BucketAcl = "none"
    """A ready-made access control list. With `none`, the grants below may be given."""
    grant_full_control: list[Grantee] = Field(default_factory=list)
    """Who may read and write the bucket and its ACL. Each `ID=...` or `URI=...`."""
    grant_read: list[Grantee] = Field(default_factory=list)
    """Who may list the objects in the bucket."""
    grant_read_acp: list[Grantee] = Field(default_factory=list)
    """Who may read the bucket's access control list."""
    grant_write: list[Grantee] = Field(default_factory=list)
    """Who may create objects in the bucket."""
    grant_write_acp: list[Grantee] = Field(default_factory=list)
    """Who may write the bucket's access control list."""
    bucket_object_lock_enabled: Annotated[bool, Aws("ObjectLockEnabledForBucket")] = False
    """Whether to enable Object Lock, and versioning with it. It cannot be disabled again."""
    object_ownership: Annotated[
        Literal["BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"] | None,
        Aws("ObjectOwnership"),
    ] = None
    """Who owns objects that others write. Empty: BucketOwnerEnforced, which takes no ACLs."""
    bucket_namespace: Annotated[
        Literal["global", "account-regional"] | None, Aws("BucketNamespace")
    ] = None
    """`account-regional`: a name that only this account can use in this region."""
    tags: list[Tag] = Field(default_factory=list, max_length=50)
    """Tags of the bucket, at most 50."""

    @model_validator(mode="after")
    def _acl_makes_sense(self) -> "CreateBucketInputs":
        acl = acl_parameters(self)
        if self.canned_acl != "none" and acl_parameters(self, canned=False):
            raise ValueError("grants can only be given where canned_acl is none")
        if acl and self.object_ownership not in ("BucketOwnerPreferred", "ObjectWriter"):
            raise ValueError(
                "a bucket takes an ACL only with object_ownership BucketOwnerPreferred or "
                "ObjectWriter"
            )
        if self.bucket.startswith("arn:"):
            raise ValueError("a new bucket has a name, not an ARN")
        return self


class CreateBucketOutputs(Answer):
    bucket: str
    """The bucket's name."""
    region: str
    """The region it was made in."""
    location: Annotated[str | None, Aws("Location")] = None
    """Where it is, as AWS puts it: a path or an address."""
    bucket_arn: str
    """The bucket's ARN."""
    created: bool = True
    """Whether this try made it; false if an earlier try of this card had."""


class DeleteBucketInputs(Access, BucketPlace):
    pass


class DeleteBucketOutputs(Answer):
    deleted: bool = True
    """Whether this try deleted it; false if an earlier try of this card had."""


def create_needs(inputs: Partial) -> Iterator[Permission]:
    """CreateBucket, "Permissions" (Amazon S3 API Reference)."""
    bucket = permissions.bucket_arn(inputs)
    yield Permission("s3:CreateBucket", bucket)
    yield from permissions.write_acl(inputs, "s3:PutBucketAcl", bucket)
    if inputs.may_be("bucket_object_lock_enabled", True):
        yield Permission("s3:PutBucketObjectLockConfiguration", bucket)
        yield Permission("s3:PutBucketVersioning", bucket)
    if inputs.may_have("object_ownership"):
        yield Permission("s3:PutBucketOwnershipControls", bucket)
    if inputs.may_have("tags"):
        yield Permission("s3:TagResource", bucket)


def delete_needs(inputs: Partial) -> Iterator[Permission]:
    yield Permission("s3:DeleteBucket", permissions.bucket_arn(inputs))


@connector.card(
    "create_bucket",
    title="Create Bucket",
    effect="write",
    permissions=create_needs,
    operations=("CreateBucket",),
    examples=(
        Example("Make a bucket", {"bucket": "example-records", "region": "eu-central-1"}),
        Example(
            "Make an archive that nobody can delete from",
            {"bucket": "example-archive", "bucket_object_lock_enabled": True},
        ),
    ),
)
def create_bucket(ctx: CardContext, inputs: CreateBucketInputs) -> CreateBucketOutputs:
    """Make a new bucket in any region.

    The name must not be taken by anybody. If an earlier try of this card made the bucket, that is
    taken for success.
    """
    requests = Requests(ctx, inputs, create_needs)
    region = inputs.region or home_region(ctx.connection.partition)
    asked: dict[str, Any] = parameters(inputs) | acl_parameters(inputs)
    configuration: dict[str, Any] = {}
    if region != _NO_CONSTRAINT:
        configuration["LocationConstraint"] = region
    if inputs.tags:
        configuration["Tags"] = as_tag_set(inputs.tags)
    if configuration:
        asked["CreateBucketConfiguration"] = configuration
    made = {"bucket": inputs.bucket, "region": region}
    arn = f"arn:{ctx.connection.partition}:s3:::{inputs.bucket}"
    client = requests.clients.client(ctx.connection, region)
    requests.clients.regions.forget(inputs.bucket)
    try:
        answer = requests.call("CreateBucket", inputs, asked, client)
    except Conflict as error:
        ours = error.aws is not None and error.aws.code == "BucketAlreadyOwnedByYou"
        if not (ours and may_repeat(ctx, error)):
            raise
        return CreateBucketOutputs(**made, bucket_arn=arn, status_code=200, created=False)
    return outputs(CreateBucketOutputs, answer, **made, bucket_arn=answer.get("BucketArn") or arn)


@connector.card(
    "delete_bucket",
    title="Delete Bucket",
    effect="destroy",
    permissions=delete_needs,
    operations=("DeleteBucket",),
    examples=(Example("Delete an empty bucket", {"bucket": "example-inbox"}),),
)
def delete_bucket(ctx: CardContext, inputs: DeleteBucketInputs) -> DeleteBucketOutputs:
    """Delete an empty bucket.

    All objects, all their versions and all delete markers have to be deleted first. If an earlier
    try of this card deleted the bucket, that is taken for success.
    """
    requests = Requests(ctx, inputs, delete_needs)
    asked = place_parameters(inputs, ctx.connection.account_id)
    try:
        answer = requests.call("DeleteBucket", inputs, asked)
    except NotFound as error:
        if not may_repeat(ctx, error):
            raise
        return DeleteBucketOutputs(status_code=204, deleted=False)
    requests.clients.regions.forget(inputs.bucket)
    return outputs(DeleteBucketOutputs, answer)
