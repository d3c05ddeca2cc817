"""The S3 operation table against botocore's model of the S3 API."""

import botocore.session
import pytest
from botocore.model import OperationModel

from penstock.iam.s3_operations import OPERATIONS, S3Operation
from penstock.iam.s3_requests import recognize

MODEL = botocore.session.get_session().get_service_model("s3")
NAMES = sorted(MODEL.operation_names)


def shape(model: OperationModel, location: str, *, required: bool) -> list[str]:
    """The names of an operation's input members that go into `location`."""
    if model.input_shape is None:
        return []
    wanted = set(model.input_shape.required_members)
    return [
        str(member.serialization["name"])
        for name, member in model.input_shape.members.items()
        if member.serialization.get("location") == location and (name in wanted) == required
    ]


def test_the_table_has_every_operation_of_the_api_and_no_other() -> None:
    assert sorted(OPERATIONS) == NAMES
    assert len(NAMES) == 116


@pytest.mark.parametrize("name", NAMES)
def test_a_request_as_botocore_makes_it_is_recognised(name: str) -> None:
    model = MODEL.operation_model(name)
    path, _, fixed = str(model.http["requestUri"]).partition("?")
    query = {part.partition("=")[0]: part.partition("=")[2] for part in fixed.split("&") if part}
    query |= dict.fromkeys(shape(model, "querystring", required=True), "x")
    headers = dict.fromkeys(shape(model, "header", required=True), "bucket/key")
    optional = dict.fromkeys(shape(model, "querystring", required=False), "x")
    if name == "ListDirectoryBuckets":
        query["max-directory-buckets"] = "1"
        optional.pop("max-directory-buckets")
    bucket = "bucket" if "{Bucket}" in path else path.strip("/")
    key = "some/key" if "{Key+}" in path else ""
    expected = OPERATIONS[name].superseded_by or name
    for asked in (query, query | optional):
        call = recognize(str(model.http["method"]), bucket, key, asked, headers)
        assert call is not None, asked
        assert call.name == expected, asked


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda each: str(each.name))
def test_nothing_falls_through(operation: S3Operation) -> None:
    """An unknown sub-resource makes a request none at all, never the plain operation."""
    bucket = "" if operation.scope == "service" else "bucket"
    key = "key" if operation.scope == "object" else ""
    assert recognize(operation.method, bucket, key, {"brand-new-subresource": ""}, {}) is None


def test_superseded_operations_need_what_their_successors_need() -> None:
    for operation in OPERATIONS.values():
        if operation.superseded_by:
            assert operation.needs == OPERATIONS[operation.superseded_by].needs
