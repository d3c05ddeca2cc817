"""Whether a permission is there, by requests that read nothing but names and metadata.

Source: Amazon S3 API Reference, "HeadObject": an object that is not there is 404 to whoever has
s3:ListBucket, and 403 to all others; the answers to a HEAD have no message.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from penstock.catalog.context import CardContext
from penstock.catalog.probing import Probed
from penstock.connectors.s3 import connector
from penstock.connectors.s3.accounting import on_behalf_of
from penstock.connectors.s3.clients import S3Clients
from penstock.connectors.s3.faults import explained
from penstock.connectors.s3.regions import home_region
from penstock.connectors.s3.subject import Subject
from penstock.errors import AccessDenied, NotFound, PenstockError
from penstock.iam.permission import Permission, literal_text

_ARN: Final = "arn:aws:s3:::"


@connector.prober
def probe(ctx: CardContext, permission: Permission) -> Probed | None:
    """What ListBuckets, ListObjectsV2, HeadObject or GetObjectTagging say of a permission."""
    asks = _ASKS.get(permission.action)
    if asks is None:
        return None
    name = literal_text(permission.resource)
    if name is None and permission.action != "s3:ListAllMyBuckets":
        return Probed("unknown", "Which bucket and object it is, is known only when it runs.")
    bucket, _, key = (name or "").removeprefix(_ARN).partition("/")
    if bucket.startswith("arn:"):
        return None
    return asks(_Asking(ctx, permission, bucket, key))


class _Asking:
    def __init__(self, ctx: CardContext, permission: Permission, bucket: str, key: str) -> None:
        self.ctx = ctx
        self.permission = permission
        self.subject = Subject(bucket or None, key or None, needs=(permission,))

    def call(self, operation: str, method: str, **asked: Any) -> Mapping[str, Any]:
        """Raises PenstockError."""
        with on_behalf_of(self.ctx):
            client = self._client()
            with explained(operation, self.subject):
                answer: Mapping[str, Any] = getattr(client, method)(**asked)
        return answer

    def _client(self) -> BaseClient:
        clients = self.ctx.resource(S3Clients)
        connection = self.ctx.connection
        if self.subject.bucket is None:
            return clients.client(connection, home_region(connection.partition))
        return clients.for_bucket(connection, self.subject.bucket)

    def allowed(self) -> Probed:
        return Probed("allowed", f"AWS allowed {self.permission.action} just now.")

    def denied(self, error: PenstockError) -> Probed:
        return Probed("denied", error.message)


def _list_buckets(ask: _Asking) -> Probed:
    try:
        ask.call("ListBuckets", "list_buckets", MaxBuckets=1)
    except AccessDenied as error:
        return ask.denied(error)
    return ask.allowed()


def _list_objects(ask: _Asking) -> Probed:
    wanted = ask.permission.conditions.get("StringLike", {}).get("s3:prefix")
    prefix = literal_text(wanted[0]) if wanted else ""
    if prefix is None:
        return Probed("unknown", "Which prefix is searched is known only when it runs.")
    try:
        ask.call(
            "ListObjectsV2",
            "list_objects_v2",
            Bucket=ask.subject.bucket,
            Prefix=prefix,
            MaxKeys=0,
        )
    except AccessDenied as error:
        return ask.denied(error)
    except NotFound:
        return _not_there(ask)
    return ask.allowed()


def _head(ask: _Asking) -> Probed:
    place = {"Bucket": ask.subject.bucket, "Key": ask.subject.key}
    try:
        ask.call("HeadObject", "head_object", **place)
    except NotFound:
        return _not_there(ask)
    except AccessDenied as error:
        return _if_there(ask, error)
    except PenstockError as error:
        # A customer's key is missing, say: for that S3 has to have allowed it.
        if isinstance(error.__cause__, ClientError) and error.aws and error.aws.status == 400:
            return Probed("unknown", error.message)
        raise
    return ask.allowed()


def _tags(ask: _Asking) -> Probed:
    place = {"Bucket": ask.subject.bucket, "Key": ask.subject.key}
    try:
        ask.call("GetObjectTagging", "get_object_tagging", **place)
    except NotFound:
        return _not_there(ask)
    except AccessDenied as error:
        return _if_there(ask, error)
    return ask.allowed()


def _if_there(ask: _Asking, error: AccessDenied) -> Probed:
    """403 is also what is said of an object that is not there, to those who may not list."""
    try:
        listed = ask.call(
            "ListObjectsV2",
            "list_objects_v2",
            Bucket=ask.subject.bucket,
            Prefix=ask.subject.key,
            MaxKeys=1,
        )
    except PenstockError:
        return Probed(
            "unknown",
            f"AWS says 403 for {ask.subject}: it is denied, or not there, which AWS does not "
            "tell apart for a role without s3:ListBucket.",
        )
    keys = [each["Key"] for each in listed.get("Contents", ())]
    return ask.denied(error) if ask.subject.key in keys else _not_there(ask)


def _not_there(ask: _Asking) -> Probed:
    return Probed("unknown", f"There is no {ask.subject} yet, so AWS cannot be asked about it.")


_ASKS: Final[Mapping[str, Callable[[_Asking], Probed]]] = {
    "s3:ListAllMyBuckets": _list_buckets,
    "s3:ListBucket": _list_objects,
    "s3:GetObject": _head,
    "s3:GetObjectTagging": _tags,
}
