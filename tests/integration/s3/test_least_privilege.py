"""What a card declares is what it needs: no less, and nothing that could be left out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest

from penstock.catalog.partial import Partial
from penstock.errors import AccessDenied
from penstock.iam.permission import Permission
from tests.accounts import Customer, Document, allow, unique
from tests.cards import card
from tests.integration.s3.conftest import MakeConnection, Run

MakeCase = Callable[[str], tuple[str, Any]]

CASES = (
    "read_object",
    "read_version",
    "download_object",
    "read_object_tags",
    "read_version_tags",
    "tag_object",
    "tag_version",
    "delete_object",
    "delete_version_bypassing",
    "search_objects",
    "search_objects_by_prefix",
    "search_buckets",
    "upload_object",
    "upload_object_tagged_with_acl",
    "upload_object_locked",
    "upload_object_if_match",
    "upload_object_with_kms",
    "copy_object",
    "copy_object_replacing_tags",
    "copy_version",
    "create_bucket",
    "create_bucket_with_all",
    "delete_bucket",
    "custom_api_action",
)


def policy_of(permissions: Iterable[Permission]) -> Document:
    """One statement for each permission, as it was declared."""
    statements: list[dict[str, Any]] = [
        {
            "Effect": "Allow",
            "Action": each.action,
            "Resource": each.resource,
            **({"Condition": each.conditions} if each.conditions else {}),
        }
        for each in permissions
    ]
    return {"Version": "2012-10-17", "Statement": statements}


@pytest.fixture(scope="module")
def place(customer: Customer) -> dict[str, Any]:
    """A bucket that has everything: versions, locks, ACLs."""
    name = customer.make_bucket(locked=True, ownership="BucketOwnerPreferred")
    version = customer.put_object(name, "dir/k*?$ü.txt", b"x", Tagging="a=1")
    return {"bucket": name, "key": "dir/k*?$ü.txt", "version_id": version}


@pytest.fixture(scope="module")
def kms_key(customer: Customer) -> str:
    return customer.kms.create_key()["KeyMetadata"]["Arn"]


def case(customer: Customer, name: str, there: Mapping[str, Any], kms_key: str) -> tuple[str, Any]:
    """The card and inputs of a case, with what it needs made first."""
    place = {"bucket": there["bucket"], "key": there["key"]}
    bucket = {"bucket": there["bucket"]}
    tags = [{"key": "b", "value": "2"}]
    lock = {
        "object_lock_mode": "GOVERNANCE",
        "object_lock_retain_until_date": "2040-01-01T00:00:00Z",
        "object_lock_legal_hold": "ON",
    }
    target = {**bucket, "key": unique("new")}
    if name == "upload_object_if_match":
        customer.put_object(target["bucket"], target["key"], b"x")
        etag = customer.s3.head_object(Bucket=target["bucket"], Key=target["key"])["ETag"]
        return "upload_object", {**target, "text": "y", "if_match": etag}
    if name == "delete_version_bypassing":
        version = customer.put_object(
            target["bucket"],
            target["key"],
            b"x",
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate="2040-01-01T00:00:00Z",
        )
        more = {"version_id": version, "bypass_governance_retention": True}
        return "delete_object", {**target, **more}
    if name == "delete_bucket":
        return "delete_bucket", {"bucket": customer.make_bucket()}
    made: dict[str, tuple[str, dict[str, Any]]] = {
        "read_object": ("read_object", place),
        "read_version": ("read_object", dict(there)),
        "download_object": ("download_object", place),
        "read_object_tags": ("read_object_tags", place),
        "read_version_tags": ("read_object_tags", dict(there)),
        "tag_object": ("tag_object", {**place, "tags": tags}),
        "tag_version": ("tag_object", {**there, "tags": tags}),
        "delete_object": ("delete_object", target),
        "search_objects": ("search_objects", bucket),
        "search_objects_by_prefix": ("search_objects", {**bucket, "prefix": "dir/k*?$ü"}),
        "search_buckets": ("search_buckets", {}),
        "upload_object": ("upload_object", {**target, "text": "x"}),
        "upload_object_tagged_with_acl": (
            "upload_object",
            {**target, "text": "x", "tagging": "a=1", "canned_acl": "bucket-owner-read"},
        ),
        "upload_object_locked": ("upload_object", {**target, "text": "x", **lock}),
        "upload_object_with_kms": (
            "upload_object",
            {
                **target,
                "text": "x",
                "server_side_encryption": "aws:kms",
                "sse_kms_key_id": kms_key,
            },
        ),
        "copy_object": ("copy_object", {"source": place, "destination": target}),
        "copy_object_replacing_tags": (
            "copy_object",
            {"source": place, "destination": {**target, "tagging": "n=1"}},
        ),
        "copy_version": ("copy_object", {"source": dict(there), "destination": target}),
        "create_bucket": ("create_bucket", {"bucket": unique("lp")}),
        "create_bucket_with_all": (
            "create_bucket",
            {
                "bucket": unique("lp"),
                "bucket_object_lock_enabled": True,
                "object_ownership": "ObjectWriter",
                "canned_acl": "authenticated-read",
            },
        ),
        "custom_api_action": ("custom_api_action", {**bucket, "query": {"versioning": ""}}),
    }
    return made[name]


@pytest.fixture(scope="module")
def make_case(customer: Customer, place: dict[str, Any], kms_key: str) -> MakeCase:
    return lambda name: case(customer, name, place, kms_key)


def declared(name: str, inputs: Mapping[str, Any]) -> list[Permission]:
    found = card(f"s3.{name}")
    return list(found.permissions(Partial.of(found.inputs.model_validate(dict(inputs)))))


@pytest.mark.parametrize("name", CASES)
def test_a_session_narrowed_to_the_declaration_is_enough(
    make_case: MakeCase, name: str, run: Run, connect: MakeConnection
) -> None:
    card_name, inputs = make_case(name)
    narrowed = connect(
        allow("s3:*", "kms:*"), session_policy=policy_of(declared(card_name, inputs))
    )
    assert run(card_name, inputs, narrowed).status_code < 300


@pytest.mark.parametrize("name", CASES)
def test_nothing_required_can_be_left_out(
    make_case: MakeCase, name: str, run: Run, connect: MakeConnection
) -> None:
    card_name, inputs = make_case(name)
    permissions = declared(card_name, inputs)
    for left_out in [each for each in permissions if not each.optional]:
        rest = [each for each in permissions if each is not left_out]
        # A policy needs a statement.
        policy = policy_of(rest or [Permission("s3:GetBucketTagging", "*")])
        with pytest.raises(AccessDenied) as caught:
            run(card_name, inputs, connect(policy))
        assert left_out.action in str(caught.value.as_dict())
