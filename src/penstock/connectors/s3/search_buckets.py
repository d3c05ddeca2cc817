"""Search Buckets."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from penstock.catalog.card import CardModel, CardOutputs, Example
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector
from penstock.connectors.s3.aws_names import Aws, parameters
from penstock.connectors.s3.object_facts import Answer
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.values import Region
from penstock.iam.permission import Permission

PAGE: Final = 1000


class SearchBucketsInputs(CardModel):
    result_set: Literal["first", "all"] = "all"
    """Only the first bucket that fits, or all."""
    keyword: str | None = None
    """Text that the bucket's name holds, in any case. Empty: every name fits."""
    prefix: Annotated[str | None, Aws("Prefix")] = None
    """Text that the bucket's name begins with."""
    region: Annotated[Region | None, Aws("BucketRegion")] = None
    """Only buckets in this region. Empty: in all regions."""


class BucketFact(CardOutputs):
    name: str
    """The bucket's name."""
    creation_date: datetime | None = None
    """When it was made."""
    region: str | None = None
    """The region it is in, where AWS says so."""
    arn: str | None = None
    """The bucket's ARN."""


class SearchBucketsOutputs(Answer):
    buckets: list[BucketFact]
    """The buckets that fit, by name."""
    bucket: BucketFact | None = None
    """The first of them, if there is one."""
    count: int
    """How many are in `buckets`."""
    complete: bool
    """Whether `buckets` has all that fit: false only if the search stopped at the first."""


def needs(_: Partial) -> Iterator[Permission]:
    yield Permission("s3:ListAllMyBuckets", "*")


@connector.card(
    "search_buckets",
    title="Search Buckets",
    effect="read",
    permissions=needs,
    operations=("ListBuckets",),
    examples=(
        Example("Find the archives", {"keyword": "archive"}),
        Example("All buckets of a region", {"region": "eu-central-1"}),
    ),
)
def search_buckets(ctx: CardContext, inputs: SearchBucketsInputs) -> SearchBucketsOutputs:
    """Find the buckets of the connection's account by name."""
    requests = Requests(ctx, inputs, needs)
    asked: dict[str, Any] = {**parameters(inputs), "MaxBuckets": PAGE}
    # The region narrows the search and need not be asked itself; ListBuckets answers everywhere.
    client = requests.client(None)
    found: list[BucketFact] = []
    keyword = (inputs.keyword or "").lower()
    while True:
        answer = requests.call("ListBuckets", None, asked, client)
        for each in answer.get("Buckets", ()):
            if keyword in each["Name"].lower():
                found.append(
                    BucketFact(
                        name=each["Name"],
                        creation_date=each.get("CreationDate"),
                        region=each.get("BucketRegion"),
                        arn=each.get("BucketArn")
                        or f"arn:{ctx.connection.partition}:s3:::{each['Name']}",
                    )
                )
        token = answer.get("ContinuationToken")
        if not token or (inputs.result_set == "first" and found):
            break
        asked["ContinuationToken"] = token
    complete = not token and (inputs.result_set == "all" or len(found) <= 1)
    if inputs.result_set == "first":
        found = found[:1]
    return SearchBucketsOutputs(
        buckets=found,
        bucket=found[0] if found else None,
        count=len(found),
        complete=complete,
        status_code=answer["ResponseMetadata"]["HTTPStatusCode"],
    )
