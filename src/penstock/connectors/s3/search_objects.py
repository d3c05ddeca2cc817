"""Search Objects."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field

from penstock.catalog.card import CardOutputs, Example
from penstock.catalog.context import CardContext
from penstock.catalog.files import File
from penstock.catalog.partial import UNKNOWN, Partial
from penstock.connectors.s3 import connector, permissions
from penstock.connectors.s3.aws_names import Aws
from penstock.connectors.s3.inputs import Access, BucketPlace, Payer, place_parameters
from penstock.connectors.s3.object_facts import Answer, Charged
from penstock.connectors.s3.requests import Requests
from penstock.connectors.s3.spool import Spool
from penstock.iam.permission import Permission

MOST_RECORDS: Final = 10_000_000
PAGE: Final = 1_000
_FIRST: Final = {"first": 1, "first_200": 200}


class SearchObjectsInputs(Access, Payer, BucketPlace):
    result_set: Literal["first", "first_200", "all"] = "all"
    """Only the first object that fits, the first 200, or all up to the limit below."""
    record_limit: Annotated[int, Field(ge=0, le=MOST_RECORDS)] | None = None
    """With `all`, how many objects at most. 0: none. Empty: all, up to 10,000,000."""
    prefix: Annotated[str | None, Aws("Prefix")] = None
    """Text that the key begins with."""
    delimiter: Annotated[str | None, Aws("Delimiter")] = None
    """Text that ends a group: with `/`, what is deeper than the prefix is listed as its folder."""
    start_after: Annotated[str | None, Aws("StartAfter")] = None
    """Only keys that come after this one, in UTF-8 order."""
    fetch_owner: Annotated[bool, Aws("FetchOwner")] = False
    """Whether to say who owns each object."""
    include_restore_status: bool = False
    """Whether to say which archived objects are being restored."""


class Owner(CardOutputs):
    id: str | None = None
    """Canonical user ID."""
    display_name: str | None = None
    """Display name, where AWS still gives one."""


class ObjectRecord(CardOutputs):
    key: str
    """The object's key."""
    size: int
    """Size of the content in bytes."""
    last_modified: datetime
    """When it was last written."""
    etag: str
    """Its ETag, in double quotes as AWS writes it."""
    storage_class: str = "STANDARD"
    """Its storage class."""
    checksum_algorithms: list[str] = Field(default_factory=list)
    """Which checksums S3 keeps of it."""
    checksum_type: str | None = None
    """`FULL_OBJECT` or `COMPOSITE`."""
    owner: Owner | None = None
    """Who owns it, if that was asked for."""
    restore_in_progress: bool | None = None
    """Whether it is being restored from the archive, if that was asked for."""
    restore_expiry_date: datetime | None = None
    """Until when its restored copy lasts, if that was asked for."""


class SearchObjectsOutputs(Answer, Charged):
    objects: list[ObjectRecord]
    """The objects that fit, in the order of their keys; of more than 1,000 the first 1,000."""
    object: ObjectRecord | None = None
    """The first of them, if there is one."""
    count: int
    """How many were found: in `file` if there is one, else in `objects`."""
    complete: bool
    """Whether that is all there is. False: the result set or the limit ended the search."""
    common_prefixes: list[str]
    """The folders found, if a delimiter was given; the first 1,000."""
    common_prefix_count: int
    """How many folders were found."""
    common_prefixes_file: File | None = None
    """With more than 1,000 folders: all of them, a line of JSON each."""
    last_key: str | None = None
    """The last object's key; as `start_after` of another search it goes on from there."""
    file: File | None = None
    """With more than 1,000: all of them, a line of JSON each."""


def needs(inputs: Partial) -> Iterator[Permission]:
    """ListBucket, for the prefix alone where it is known (condition key s3:prefix)."""
    conditions = {}
    if inputs.may_have("prefix") and inputs.get("prefix") is not UNKNOWN:
        conditions = {"StringLike": {"s3:prefix": (inputs.text("prefix"),)}}
    yield Permission("s3:ListBucket", permissions.bucket_arn(inputs), conditions=conditions)


class _Found:
    """What a search has found so far."""

    def __init__(self, ctx: CardContext, limit: int) -> None:
        self.limit = limit
        self.objects = Spool(ctx, f"{ctx.card_id}.jsonl")
        self.prefixes = Spool(ctx, f"{ctx.card_id}-prefixes.jsonl")
        self.last: str | None = None

    @property
    def room(self) -> int:
        return self.limit - self.objects.count

    def take(self, page: Mapping[str, Any]) -> bool:
        """Take a page's records up to the limit; whether some had to be left."""
        records = page.get("Contents", ())
        left = len(records) > self.room
        taken = [_record(each) for each in records[: self.room]]
        self.objects.add(taken)
        if taken:
            self.last = taken[-1].key
        prefixes = [each["Prefix"] for each in page.get("CommonPrefixes", ())]
        if left:
            # Keys and prefixes come in one order: what is past the last object taken is left.
            end = (self.last or "").encode()
            prefixes = [each for each in prefixes if each.encode() < end]
        self.prefixes.add(prefixes)
        return left


@connector.card(
    "search_objects",
    title="Search Objects",
    effect="read",
    permissions=needs,
    operations=("ListObjectsV2",),
    examples=(
        Example(
            "All objects of a year",
            {"bucket": "example-records", "prefix": "2026/", "result_set": "all"},
        ),
        Example(
            "The folders at the top of a bucket",
            {"bucket": "example-records", "delimiter": "/"},
        ),
    ),
)
def search_objects(ctx: CardContext, inputs: SearchObjectsInputs) -> SearchObjectsOutputs:
    """Find the objects of a bucket by the beginning of their keys.

    Says whether the list is complete. Of more than 1,000 objects the first 1,000 are in
    `objects`, and all of them in `file`.
    """
    requests = Requests(ctx, inputs, needs)
    limit = _FIRST.get(inputs.result_set, inputs.record_limit)
    found = _Found(ctx, MOST_RECORDS if limit is None else limit)
    asked = place_parameters(inputs, ctx.connection.account_id)
    # A page of folders may hold no object at all, so with a delimiter pages are whole.
    asked["MaxKeys"] = PAGE if inputs.delimiter else max(1, min(PAGE, found.limit))
    if inputs.include_restore_status:
        asked["OptionalObjectAttributes"] = ["RestoreStatus"]
    client = requests.client(inputs)
    try:
        complete, answer = _search(requests, inputs, asked, client, found)
        file, prefixes_file = found.objects.commit(), found.prefixes.commit()
    except BaseException:
        for spool in (found.objects, found.prefixes):
            with suppress(Exception):
                spool.abort()
        raise
    objects = found.objects.inline
    return SearchObjectsOutputs(
        objects=objects,
        object=objects[0] if objects else None,
        count=found.objects.count,
        complete=complete,
        common_prefixes=found.prefixes.inline,
        common_prefix_count=found.prefixes.count,
        common_prefixes_file=prefixes_file,
        last_key=found.last,
        file=file,
        request_charged=answer.get("RequestCharged"),
        status_code=answer["ResponseMetadata"]["HTTPStatusCode"],
    )


def _search(
    requests: Requests,
    inputs: SearchObjectsInputs,
    asked: dict[str, Any],
    client: Any,
    found: _Found,
) -> tuple[bool, dict[str, Any]]:
    """Page through; whether all was found, and the last answer."""
    while True:
        answer = requests.call("ListObjectsV2", inputs, asked, client)
        left = found.take(answer)
        requests.ctx.note_progress(found.objects.count, None, "items")
        if left or not answer.get("IsTruncated"):
            return not left, answer
        if found.room <= 0:
            return False, answer
        token = answer["NextContinuationToken"]
        asked = {**asked, "ContinuationToken": token}
        # The last page of a limited search asks for no more than is still wanted.
        if not inputs.delimiter:
            asked["MaxKeys"] = min(PAGE, found.room)


def _record(each: dict[str, Any]) -> ObjectRecord:
    restore = each.get("RestoreStatus") or {}
    owner = each.get("Owner")
    return ObjectRecord(
        key=each["Key"],
        size=each["Size"],
        last_modified=each["LastModified"],
        etag=each.get("ETag", ""),
        storage_class=each.get("StorageClass", "STANDARD"),
        checksum_algorithms=each.get("ChecksumAlgorithm", []),
        checksum_type=each.get("ChecksumType"),
        owner=Owner(id=owner.get("ID"), display_name=owner.get("DisplayName")) if owner else None,
        restore_in_progress=restore.get("IsRestoreInProgress"),
        restore_expiry_date=restore.get("RestoreExpiryDate"),
    )
