"""What each card declares, by table: inputs -> required and optional permissions."""

from collections.abc import Mapping
from typing import Any

import pytest

from penstock.catalog.partial import UNKNOWN, Partial, Pattern
from penstock.connectors.s3 import connector
from penstock.iam.actions import action_list
from penstock.iam.permission import Permission
from tests.cards import card

B = "arn:aws:s3:::b"
THING = "arn:aws:s3:::b/k"
K = "arn:aws:kms:*:*:key/*"
PLACE = {"bucket": "b", "key": "k"}
VERSION = {**PLACE, "version_id": "v"}
MISSING = ("s3:ListBucket", B)
FACTS = (
    ("s3:GetObjectRetention", THING),
    ("s3:GetObjectLegalHold", THING),
    ("s3:GetObjectTagging", THING),
)
VERSION_FACTS = (*FACTS[:2], ("s3:GetObjectVersionTagging", THING))
ABORT = ("s3:AbortMultipartUpload", THING)
DECRYPT = ("kms:Decrypt", K)
ENCRYPT = ("kms:GenerateDataKey", K)
LOCK = {
    "object_lock_mode": "GOVERNANCE",
    "object_lock_retain_until_date": "2040-01-01T00:00:00Z",
}
SECRET = "0123456789abcdef0123456789abcdef"

NAMES = sorted(each.removeprefix("s3.") for each in connector.load().cards)

TABLE: list[tuple[str, dict[str, Any], tuple[Any, ...], tuple[Any, ...]]] = [
    ("read_object", PLACE, (("s3:GetObject", THING),), (MISSING, *FACTS)),
    ("read_object", VERSION, (("s3:GetObjectVersion", THING),), (MISSING, *VERSION_FACTS)),
    (
        "read_object",
        {**PLACE, "include_checksum": True},
        (("s3:GetObject", THING),),
        (MISSING, *FACTS, DECRYPT),
    ),
    ("download_object", PLACE, (("s3:GetObject", THING),), (MISSING, *FACTS, DECRYPT)),
    (
        "download_object",
        {**PLACE, "sse_customer_key": SECRET},
        (("s3:GetObject", THING),),
        (MISSING, *FACTS),
    ),
    ("read_object_tags", PLACE, (("s3:GetObjectTagging", THING),), (MISSING,)),
    ("read_object_tags", VERSION, (("s3:GetObjectVersionTagging", THING),), (MISSING,)),
    ("tag_object", {**PLACE, "tags": []}, (("s3:PutObjectTagging", THING),), (MISSING,)),
    ("tag_object", {**VERSION, "tags": []}, (("s3:PutObjectVersionTagging", THING),), (MISSING,)),
    ("delete_object", PLACE, (("s3:DeleteObject", THING),), ()),
    ("delete_object", VERSION, (("s3:DeleteObjectVersion", THING),), ()),
    (
        "delete_object",
        {**VERSION, "bypass_governance_retention": True},
        (("s3:DeleteObjectVersion", THING), ("s3:BypassGovernanceRetention", THING)),
        (),
    ),
    (
        "delete_object",
        {**PLACE, "if_match": '"e"'},
        (("s3:DeleteObject", THING), ("s3:GetObject", THING)),
        (),
    ),
    ("delete_bucket", {"bucket": "bbb"}, (("s3:DeleteBucket", "arn:aws:s3:::bbb"),), ()),
    ("search_buckets", {}, (("s3:ListAllMyBuckets", "*"),), ()),
    ("search_objects", {"bucket": "b"}, (("s3:ListBucket", B),), ()),
    ("create_bucket", {"bucket": "b"}, (("s3:CreateBucket", B),), ()),
    (
        "create_bucket",
        {"bucket": "b", "canned_acl": "private"},
        (("s3:CreateBucket", B),),
        (),
    ),
    (
        "create_bucket",
        {
            "bucket": "b",
            "grant_read": ["id=1"],
            "object_ownership": "ObjectWriter",
            "bucket_object_lock_enabled": True,
            "tags": [{"key": "a", "value": "1"}],
        },
        (
            ("s3:CreateBucket", B),
            ("s3:PutBucketAcl", B),
            ("s3:PutBucketObjectLockConfiguration", B),
            ("s3:PutBucketVersioning", B),
            ("s3:PutBucketOwnershipControls", B),
            ("s3:TagResource", B),
        ),
        (),
    ),
    (
        "upload_object",
        {**PLACE, "text": ""},
        (("s3:PutObject", THING),),
        (ENCRYPT, DECRYPT, ABORT),
    ),
    (
        "upload_object",
        {**PLACE, "text": "", "server_side_encryption": "AES256"},
        (("s3:PutObject", THING),),
        (ABORT,),
    ),
    (
        "upload_object",
        {**PLACE, "text": "", "sse_customer_key": SECRET},
        (("s3:PutObject", THING),),
        (ABORT,),
    ),
    (
        "upload_object",
        {**PLACE, "text": "", "server_side_encryption": "aws:kms"},
        (("s3:PutObject", THING), ENCRYPT),
        (DECRYPT, ABORT),
    ),
    (
        "upload_object",
        {
            **PLACE,
            "text": "",
            "canned_acl": "public-read",
            "tagging": "a=1",
            "object_lock_legal_hold": "ON",
            "if_match": '"e"',
            "server_side_encryption": "AES256",
            **LOCK,
        },
        (
            ("s3:PutObject", THING),
            ("s3:PutObjectAcl", THING),
            ("s3:PutObjectTagging", THING),
            ("s3:PutObjectRetention", THING),
            ("s3:PutObjectLegalHold", THING),
            ("s3:GetObject", THING),
        ),
        (ABORT,),
    ),
    (
        "copy_object",
        {"source": {"bucket": "sss", "key": "k"}, "destination": PLACE},
        (("s3:GetObject", "arn:aws:s3:::sss/k"), ("s3:PutObject", THING)),
        (
            ("s3:ListBucket", "arn:aws:s3:::sss"),
            ("s3:GetObjectTagging", "arn:aws:s3:::sss/k"),
            ("s3:PutObjectTagging", THING),
            DECRYPT,
            ENCRYPT,
            DECRYPT,
            ABORT,
        ),
    ),
    (
        "copy_object",
        {
            "source": {"bucket": "sss", "key": "k", "version_id": "v", "sse_customer_key": SECRET},
            "destination": {
                **PLACE,
                "tagging": "a=1",
                "grant_read": ["id=1"],
                "server_side_encryption": "AES256",
                **LOCK,
            },
        },
        (
            ("s3:GetObjectVersion", "arn:aws:s3:::sss/k"),
            ("s3:PutObject", THING),
            ("s3:PutObjectAcl", THING),
            ("s3:PutObjectTagging", THING),
            ("s3:PutObjectRetention", THING),
        ),
        (("s3:ListBucket", "arn:aws:s3:::sss"), ABORT),
    ),
    (
        "custom_api_action",
        {"bucket": "b", "query": {"lifecycle": ""}, "method": "PUT"},
        (("s3:PutLifecycleConfiguration", B),),
        (),
    ),
    (
        "custom_api_action",
        {"bucket": "b", "relative_url": "/k?retention&versionId=3", "method": "PUT"},
        (("s3:PutObjectRetention", THING),),
        (),
    ),
    (
        "custom_api_action",
        {"bucket": "b", "key": "k"},
        (("s3:GetObject", THING),),
        (MISSING, DECRYPT),
    ),
    ("custom_api_action", {}, (("s3:ListAllMyBuckets", "*"),), ()),
    (
        "custom_api_action",
        {"bucket": "b", "query": {"no-such-thing": ""}},
        (("s3:*", B), ("s3:*", f"{B}/*")),
        (),
    ),
]


def permissions_of(name: str, values: Mapping[str, Any]) -> list[Permission]:
    """Declared for inputs known in part."""
    found = card(f"s3.{name}")
    return list(found.permissions(Partial(values, found.inputs)))


def pairs(permissions: list[Permission], *, optional: bool) -> list[tuple[str, str]]:
    return sorted((each.action, each.resource) for each in permissions if each.optional is optional)


@pytest.mark.parametrize(("name", "inputs", "required", "optional"), TABLE)
def test_table(
    name: str, inputs: dict[str, Any], required: tuple[Any, ...], optional: tuple[Any, ...]
) -> None:
    # Names as short as these are no buckets' names, but they are easy on the eye.
    found = permissions_of(name, inputs)
    assert pairs(found, optional=False) == sorted(required)
    assert pairs(found, optional=True) == sorted(optional)


def test_known_inputs_say_the_same_as_literal_ones() -> None:
    found = card("s3.copy_object")
    literal = {
        "source": {"bucket": "source", "key": "k", "version_id": "v"},
        "destination": {"bucket": "target", "key": "k", "tagging": "a=1"},
    }
    known = list(found.permissions(Partial.of(found.inputs.model_validate(literal))))
    assert known == permissions_of("copy_object", literal)


@pytest.mark.parametrize("name", NAMES)
def test_unknown_inputs_allow_whatever_they_may_be(name: str) -> None:
    found = card(f"s3.{name}")
    unknown = list(
        found.permissions(Partial(dict.fromkeys(found.inputs.model_fields, UNKNOWN), found.inputs))
    )
    actions = {each.action for each in unknown}
    for example in found.examples:
        inputs = found.inputs.model_validate(example.inputs)
        exact = {each.action for each in found.permissions(Partial.of(inputs))}
        assert exact <= actions or "s3:*" in actions


def test_mapped_parts_become_wildcards() -> None:
    values = {"bucket": "logs", "key": Pattern("2026/*/x"), "version_id": UNKNOWN}
    required = pairs(permissions_of("read_object", values), optional=False)
    assert required == [
        ("s3:GetObject", "arn:aws:s3:::logs/2026/*/x"),
        ("s3:GetObjectVersion", "arn:aws:s3:::logs/2026/*/x"),
    ]


def test_wildcards_in_a_key_match_only_themselves() -> None:
    required = pairs(permissions_of("read_object", {**PLACE, "key": "a*b?c$"}), optional=False)
    assert required == [("s3:GetObject", "arn:aws:s3:::b/a${*}b${?}c${$}")]


def test_access_points() -> None:
    arn = "arn:aws-us-gov:s3:us-gov-west-1:111122223333:accesspoint/reports"
    plain = arn.replace("aws-us-gov", "aws")
    found = permissions_of("read_object", {"bucket": arn, "key": "k"})
    assert ("s3:GetObject", f"{plain}/object/k") in pairs(found, optional=False)
    assert ("s3:ListBucket", plain) in pairs(found, optional=True)


@pytest.mark.parametrize(
    ("given", "resource"),
    [
        ("arn:aws:kms:eu-west-1:1:key/abc", "arn:aws:kms:eu-west-1:1:key/abc"),
        ("abc-def", "arn:aws:kms:*:*:key/abc-def"),
        ("alias/mine", K),
        ("arn:aws:kms:eu-west-1:1:alias/mine", K),
        ("", K),
    ],
)
def test_kms_key(given: str, resource: str) -> None:
    inputs = {**PLACE, "server_side_encryption": "aws:kms", "sse_kms_key_id": given}
    found = [each for each in permissions_of("upload_object", inputs) if "kms:" in each.action]
    assert {each.resource for each in found} == {resource}
    assert {tuple(each.conditions) for each in found} == {("StringLike",)}


def test_search_is_narrowed_to_its_prefix() -> None:
    [known] = permissions_of("search_objects", {"bucket": "b", "prefix": "a*/"})
    assert known.conditions == {"StringLike": {"s3:prefix": ("a${*}/",)}}
    [partly] = permissions_of("search_objects", {"bucket": "b", "prefix": Pattern("logs/*")})
    assert partly.conditions == {"StringLike": {"s3:prefix": ("logs/*",)}}
    [unknown] = permissions_of("search_objects", {"bucket": "b", "prefix": UNKNOWN})
    assert unknown.conditions == {}


def test_a_request_by_hand_with_mapped_values_keeps_its_operation() -> None:
    values = {
        "method": "PUT",
        "bucket": "b",
        "key": Pattern("in/*"),
        "query": {"legal-hold": "", "versionId": UNKNOWN},
    }
    required = pairs(permissions_of("custom_api_action", values), optional=False)
    assert required == [("s3:PutObjectLegalHold", "arn:aws:s3:::b/in/*")]
    copy = {
        "method": "PUT",
        "bucket": "b",
        "key": "k",
        "headers": {"x-amz-copy-source": UNKNOWN},
    }
    assert ("s3:GetObject", "arn:aws:s3:::*/*") in pairs(
        permissions_of("custom_api_action", copy), optional=False
    )
    shapeless = pairs(
        permissions_of("custom_api_action", {"bucket": "b", "query": UNKNOWN}), optional=False
    )
    assert shapeless == [("s3:*", B), ("s3:*", f"{B}/*")]


def test_every_action_exists() -> None:
    actions = {
        each.action
        for name, inputs, _, _ in TABLE
        for each in permissions_of(name, inputs)
        if each.action != "s3:*"
    }
    known = {
        action.name
        for service in action_list().services.values()
        for action in service.actions.values()
    }
    assert actions <= known
