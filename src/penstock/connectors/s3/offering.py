"""The names that inputs are offered: the buckets that a connection's role may list."""

from collections.abc import Mapping
from typing import Any

from penstock.catalog.choices import Offer
from penstock.catalog.context import CardContext
from penstock.connectors.s3 import connector
from penstock.connectors.s3.accounting import on_behalf_of
from penstock.connectors.s3.clients import S3Clients
from penstock.connectors.s3.faults import explained
from penstock.connectors.s3.regions import home_region
from penstock.connectors.s3.subject import Subject
from penstock.connectors.s3.values import bucket_name
from penstock.iam.permission import Permission

MOST = 1000
"""Names in one answer; whoever has more buckets writes how the name begins."""

_NEEDS = (Permission("s3:ListAllMyBuckets", "*"),)


@connector.offers("buckets", permissions=_NEEDS, check=bucket_name)
def buckets(ctx: CardContext, prefix: str) -> Offer:
    """One page of ListBuckets: it answers for all regions, and filters by prefix itself."""
    asked = {"MaxBuckets": MOST, **({"Prefix": prefix} if prefix else {})}
    with on_behalf_of(ctx):
        clients, connection = ctx.resource(S3Clients), ctx.connection
        client = clients.client(connection, home_region(connection.partition))
        with explained("ListBuckets", Subject(None, None, needs=_NEEDS)):
            # botocore makes its methods when it runs.
            answer: Mapping[str, Any] = getattr(client, "list_buckets")(**asked)  # noqa: B009
    names = sorted(each["Name"] for each in answer.get("Buckets", ()))
    return Offer(
        tuple(name for name in names if name.startswith(prefix)),
        complete=not answer.get("ContinuationToken"),
    )
