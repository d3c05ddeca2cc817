"""S3 in the sandbox under IAM: each kind of policy says no in AWS's words."""

import json
from typing import TYPE_CHECKING, Any

import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, Session, allow, client, policy, trust, unique
from tests.integration.sandbox.refusal import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def s3(customer: Customer, session: Session, region: str | None = None) -> "S3Client":
    return client(customer.sandbox, "s3", session, region)


def arn(bucket: str, key: str | None = None) -> str:
    return f"arn:aws:s3:::{bucket}" + (f"/{key}" if key is not None else "")


def test_no_identity_policy_allows(customer: Customer) -> None:
    bucket = customer.make_bucket()
    session = customer.session(allow("s3:GetObject", on=arn(bucket, "*")))
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).put_object(Bucket=bucket, Key="a b", Body=b"x")
    assert refusal.message == (
        f"User: {session.arn} is not authorized to perform: s3:PutObject on resource: "
        f'"{arn(bucket, "a b")}" because no identity-based policy allows the s3:PutObject action'
    )


def test_an_identity_policy_denies(customer: Customer) -> None:
    bucket = customer.make_bucket()
    deny = policy({"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"})
    session = customer.session(allow("s3:*"), deny)
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).delete_object(Bucket=bucket, Key="k")
    assert "with an explicit deny in an identity-based policy" in refusal.message


def test_no_session_policy_allows(customer: Customer) -> None:
    bucket = customer.make_bucket()
    session = customer.session(allow("s3:*"), session_policy=allow("s3:GetObject"))
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "because no session policy allows the s3:PutObject action" in refusal.message


def test_no_permissions_boundary_allows(sandbox: SandboxInfo, customer: Customer) -> None:
    bucket = customer.make_bucket()
    boundary = customer.iam.create_policy(
        PolicyName=unique("boundary"), PolicyDocument=json.dumps(allow("s3:GetObject"))
    )["Policy"]["Arn"]
    role = customer.make_role(trust(sandbox.platform.arn), [allow("s3:*")], boundary=boundary)
    session = customer.assume(role)
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "because no permissions boundary allows the s3:PutObject action" in refusal.message


def test_a_bucket_policy_denies(customer: Customer) -> None:
    bucket = customer.make_bucket()
    session = customer.session(allow("s3:*"))
    document = policy(
        {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": arn(bucket, "*")}
    )
    customer.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "with an explicit deny in a resource-based policy" in refusal.message
    customer.s3.delete_bucket_policy(Bucket=bucket)
    s3(customer, session).put_object(Bucket=bucket, Key="k", Body=b"x")


def test_a_bucket_policy_with_a_condition_is_applied_as_iam_does(customer: Customer) -> None:
    bucket = customer.make_bucket()
    session = customer.session(allow("s3:*"))
    document = policy(
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:PutObject",
            "Resource": arn(bucket, "*"),
            "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "aws:kms"}},
        }
    )
    customer.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    there = s3(customer, session)
    with refused("AccessDenied", 403):
        there.put_object(Bucket=bucket, Key="k", Body=b"x")
    there.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms")


def test_another_account_needs_both_its_own_policy_and_the_bucket_s(
    sandbox: SandboxInfo, customer: Customer
) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "k", b"shared")
    platform = client(sandbox, "s3", sandbox.platform)
    with refused("AccessDenied", 403) as refusal:
        platform.get_object(Bucket=bucket, Key="k")
    assert refusal.message == "Access Denied"
    document = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": sandbox.platform.arn},
            "Action": "s3:GetObject",
            "Resource": arn(bucket, "*"),
        }
    )
    customer.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    with refused("AccessDenied", 403):
        platform.get_object(Bucket=bucket, Key="k")


def test_within_the_account_the_bucket_policy_alone_is_enough(customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "k", b"shared")
    session = customer.session()
    role = session.arn.split("/")[1]
    document = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{customer.account_id}:role/{role}"},
            "Action": "s3:GetObject",
            "Resource": arn(bucket, "*"),
        }
    )
    customer.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))
    there = s3(customer, session)
    assert there.get_object(Bucket=bucket, Key="k")["Body"].read() == b"shared"
    with refused("AccessDenied", 403):
        there.put_object(Bucket=bucket, Key="k", Body=b"x")


@pytest.mark.parametrize("text", ["{", '{"Version":"2012-10-17"}'])
def test_a_bucket_policy_must_be_one(customer: Customer, text: str) -> None:
    bucket = customer.make_bucket()
    with refused("MalformedPolicy", 400):
        customer.s3.put_bucket_policy(Bucket=bucket, Policy=text)
    with refused("NoSuchBucketPolicy", 404):
        customer.s3.get_bucket_policy(Bucket=bucket)


def test_a_bucket_policy_must_be_about_its_bucket(customer: Customer) -> None:
    bucket = customer.make_bucket()
    document = policy(
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    )
    with refused("MalformedPolicy", 400):
        customer.s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def test_a_missing_key_is_hidden_from_who_may_not_list(customer: Customer) -> None:
    bucket = customer.make_bucket()
    reader = s3(customer, customer.session(allow("s3:GetObject")))
    lister = s3(customer, customer.session(allow("s3:GetObject", "s3:ListBucket")))
    with refused("AccessDenied", 403) as refusal:
        reader.get_object(Bucket=bucket, Key="nope")
    assert "s3:ListBucket" in refusal.message
    with refused("403", 403):
        reader.head_object(Bucket=bucket, Key="nope")
    with refused("NoSuchKey", 404):
        lister.get_object(Bucket=bucket, Key="nope")
    with refused("404", 404):
        lister.head_object(Bucket=bucket, Key="nope")
    copier = s3(customer, customer.session(allow("s3:GetObject*", "s3:PutObject")))
    with refused("AccessDenied", 403):
        copier.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "nope"})


def test_a_version_needs_the_permission_for_versions(customer: Customer) -> None:
    bucket = customer.make_bucket(versioned=True)
    version = customer.put_object(bucket, "k", b"1")
    there = s3(customer, customer.session(allow("s3:GetObject", "s3:DeleteObject")))
    assert there.get_object(Bucket=bucket, Key="k")["VersionId"] == version
    with refused("AccessDenied", 403) as refusal:
        there.get_object(Bucket=bucket, Key="k", VersionId=version)
    assert "s3:GetObjectVersion" in refusal.message
    with refused("AccessDenied", 403) as refusal:
        there.delete_object(Bucket=bucket, Key="k", VersionId=version)
    assert "s3:DeleteObjectVersion" in refusal.message


@pytest.mark.parametrize(
    ("more", "action"),
    [
        ({"Tagging": "a=b"}, "s3:PutObjectTagging"),
        ({"ACL": "bucket-owner-full-control"}, "s3:PutObjectAcl"),
        ({"IfMatch": '"etag"'}, "s3:GetObject"),
    ],
)
def test_an_upload_needs_what_its_headers_ask(
    customer: Customer, more: dict[str, Any], action: str
) -> None:
    bucket = customer.make_bucket()
    there = s3(customer, customer.session(allow("s3:PutObject")))
    there.put_object(Bucket=bucket, Key="k", Body=b"x")
    with refused("AccessDenied", 403) as refusal:
        there.put_object(Bucket=bucket, Key="k", Body=b"x", **more)
    assert f"perform: {action} " in refusal.message


def test_locks_need_their_own_permissions(customer: Customer) -> None:
    bucket = customer.make_bucket(locked=True)
    there = s3(customer, customer.session(allow("s3:PutObject")))
    with refused("AccessDenied", 403) as refusal:
        there.put_object(Bucket=bucket, Key="k", Body=b"", ObjectLockLegalHoldStatus="ON")
    assert "s3:PutObjectLegalHold" in refusal.message


def test_a_copy_needs_the_tags_only_if_there_are_any(customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "plain", b"1")
    customer.put_object(bucket, "tagged", b"2", Tagging="a=b")
    there = s3(customer, customer.session(allow("s3:GetObject", "s3:PutObject", "s3:ListBucket")))
    there.copy_object(Bucket=bucket, Key="c1", CopySource={"Bucket": bucket, "Key": "plain"})
    with refused("AccessDenied", 403) as refusal:
        there.copy_object(Bucket=bucket, Key="c2", CopySource={"Bucket": bucket, "Key": "tagged"})
    assert "s3:GetObjectTagging" in refusal.message or "s3:PutObjectTagging" in refusal.message
    there.copy_object(
        Bucket=bucket,
        Key="c3",
        CopySource={"Bucket": bucket, "Key": "tagged"},
        TaggingDirective="REPLACE",
    )


def test_a_copy_needs_its_source(customer: Customer) -> None:
    source, target = customer.make_bucket(), customer.make_bucket()
    customer.put_object(source, "k", b"1")
    there = s3(customer, customer.session(allow("s3:*", on=[arn(target), arn(target, "*")])))
    with refused("AccessDenied", 403) as refusal:
        there.copy_object(Bucket=target, Key="k", CopySource={"Bucket": source, "Key": "k"})
    assert f's3:GetObject on resource: "{arn(source, "k")}"' in refusal.message


def test_many_are_deleted_each_by_its_own_permission(customer: Customer) -> None:
    bucket = customer.make_bucket()
    for key in ("mine/1", "mine/2", "theirs/1"):
        customer.put_object(bucket, key)
    there = s3(customer, customer.session(allow("s3:DeleteObject", on=arn(bucket, "mine/*"))))
    keys = ("mine/1", "theirs/1", "mine/2")
    answer = there.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    assert [each["Key"] for each in answer["Deleted"]] == ["mine/1", "mine/2"]
    assert [(each["Key"], each["Code"]) for each in answer["Errors"]] == [
        ("theirs/1", "AccessDenied")
    ]
    listed = customer.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [each["Key"] for each in listed] == ["theirs/1"]


def test_what_conditions_see_of_a_listing(customer: Customer) -> None:
    bucket = customer.make_bucket()
    condition = {"StringLike": {"s3:prefix": ["home/*"]}}
    document = policy(
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": condition}
    )
    there = s3(customer, customer.session(document))
    there.list_objects_v2(Bucket=bucket, Prefix="home/me")
    with refused("AccessDenied", 403):
        there.list_objects_v2(Bucket=bucket)
    with refused("AccessDenied", 403):
        there.list_objects_v2(Bucket=bucket, Prefix="other/")


def test_what_conditions_see_of_tags(customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "public", b"1", Tagging="class=public")
    customer.put_object(bucket, "secret", b"1", Tagging="class=secret")
    readable = policy(
        {
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "*",
            "Condition": {"StringEquals": {"s3:ExistingObjectTag/class": "public"}},
        },
        {
            "Effect": "Allow",
            "Action": "s3:PutObjectTagging",
            "Resource": "*",
            "Condition": {"StringEquals": {"s3:RequestObjectTag/class": "public"}},
        },
    )
    there = s3(customer, customer.session(readable))
    assert there.get_object(Bucket=bucket, Key="public")["Body"].read() == b"1"
    with refused("AccessDenied", 403):
        there.get_object(Bucket=bucket, Key="secret")
    with refused("AccessDenied", 403):
        there.put_object_tagging(
            Bucket=bucket, Key="public", Tagging={"TagSet": [{"Key": "class", "Value": "secret"}]}
        )
    there.put_object_tagging(
        Bucket=bucket, Key="secret", Tagging={"TagSet": [{"Key": "class", "Value": "public"}]}
    )


def test_keys_of_kms(customer: Customer) -> None:
    bucket = customer.make_bucket()
    key = customer.kms.create_key()["KeyMetadata"]
    alias = f"alias/{unique('practice')}"
    customer.kms.create_alias(AliasName=alias, TargetKeyId=key["KeyId"])
    names = (key["Arn"], key["KeyId"], alias)
    without = s3(customer, customer.session(allow("s3:*")))
    everything = allow("s3:*")
    generate, decrypt = (
        allow(action, on=key["Arn"]) for action in ("kms:GenerateDataKey", "kms:Decrypt")
    )
    writer = s3(customer, customer.session(everything, generate))
    reader = s3(customer, customer.session(everything, decrypt))
    for name in names:
        given: Any = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": name}
        with refused("AccessDenied", 403) as refusal:
            without.put_object(Bucket=bucket, Key="k", Body=b"x", **given)
        assert f"kms:GenerateDataKey on resource: {key['Arn']}" in refusal.message.replace('"', "")
        answer = writer.put_object(Bucket=bucket, Key="k", Body=b"x", **given)
        assert answer["SSEKMSKeyId"] == key["Arn"]
    with refused("AccessDenied", 403) as refusal:
        writer.get_object(Bucket=bucket, Key="k")
    assert "kms:Decrypt" in refusal.message
    assert reader.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    with refused("KMS.NotFoundException", 400):
        writer.put_object(Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms",
                          SSEKMSKeyId="no-such-key")  # fmt: skip


def test_keys_of_kms_that_may_be_used_through_s3_only(customer: Customer) -> None:
    bucket = customer.make_bucket()
    key = customer.kms.create_key()["KeyMetadata"]["Arn"]
    through = {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}
    by_account = {"StringEquals": {"kms:CallerAccount": customer.account_id}}
    for condition in (through, by_account):
        allowed = allow("kms:GenerateDataKey", on=key, Condition=condition)
        session = customer.session(allow("s3:PutObject"), allowed)
        s3(customer, session).put_object(
            Bucket=bucket, Key="k", Body=b"x", ServerSideEncryption="aws:kms", SSEKMSKeyId=key
        )


@pytest.mark.parametrize("resource", ["*", "arn:aws:s3:::*"])
def test_both_ways_to_say_all_buckets(customer: Customer, resource: str) -> None:
    allowed = customer.session(allow("s3:ListAllMyBuckets", on=resource))
    s3(customer, allowed).list_buckets()
    session = customer.session(allow("s3:ListAllMyBuckets", on=arn("one-bucket")))
    with refused("AccessDenied", 403) as refusal:
        s3(customer, session).list_buckets()
    assert refusal.message == (
        f"User: {session.arn} is not authorized to perform: s3:ListAllMyBuckets because no "
        "identity-based policy allows the s3:ListAllMyBuckets action"
    )


def test_managed_policies_of_aws_count(sandbox: SandboxInfo, customer: Customer) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "k", b"x")
    role = customer.make_role(
        trust(sandbox.platform.arn), managed=["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
    )
    there = s3(customer, customer.assume(role))
    assert there.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"
    with refused("AccessDenied", 403):
        there.put_object(Bucket=bucket, Key="k", Body=b"x")


def test_locks_and_tag_counts_are_shown_to_who_may_read_them(customer: Customer) -> None:
    bucket = customer.make_bucket(locked=True)
    customer.put_object(bucket, "k", b"x", Tagging="a=b", ObjectLockLegalHoldStatus="ON")
    there = s3(customer, customer.session(allow("s3:GetObject")))
    less = there.head_object(Bucket=bucket, Key="k")
    more = customer.s3.head_object(Bucket=bucket, Key="k")
    assert more["ObjectLockLegalHoldStatus"] == "ON"
    names = set(more["ResponseMetadata"]["HTTPHeaders"])
    assert names - set(less["ResponseMetadata"]["HTTPHeaders"]) == {
        "x-amz-object-lock-legal-hold",
        "x-amz-tagging-count",
    }


def test_the_platform_may_do_nothing_but_assume(sandbox: SandboxInfo) -> None:
    with refused("AccessDenied", 403):
        client(sandbox, "s3", sandbox.platform).list_buckets()
    with refused("AccessDenied", 403):
        client(sandbox, "iam", sandbox.platform).list_roles()
    with refused("AccessDeniedException", 400):
        client(sandbox, "kms", sandbox.platform).create_key()


def test_a_new_user_has_no_rights_until_given(sandbox: SandboxInfo, customer: Customer) -> None:
    name = unique("user")
    customer.iam.create_user(UserName=name)
    given = customer.iam.create_access_key(UserName=name)["AccessKey"]
    who = Session(given["AccessKeyId"], given["SecretAccessKey"], None, "")
    user = client(sandbox, "s3", who)
    with refused("AccessDenied", 403):
        user.list_buckets()
    customer.iam.put_user_policy(
        UserName=name, PolicyName="p", PolicyDocument=json.dumps(allow("s3:ListAllMyBuckets"))
    )
    user.list_buckets()
    customer.iam.update_access_key(
        UserName=name, AccessKeyId=given["AccessKeyId"], Status="Inactive"
    )
    with refused("InvalidAccessKeyId", 403):
        user.list_buckets()
