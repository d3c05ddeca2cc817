"""The sandbox as foreign clients see it: the AWS CLI, and plain HTTP by presigned URLs."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.sandbox.info import SandboxInfo
from tests.accounts import Customer, Pair, allow, trust, unique

AWS = Path(sys.executable).with_name("aws")


class Cli:
    """The AWS CLI, configured by nothing but AWS's own environment variables."""

    def __init__(self, sandbox: SandboxInfo, who: Pair, home: Path) -> None:
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AWS_PAGER": "",
            "AWS_EC2_METADATA_DISABLED": "true",
            **sandbox.variables(),
            "AWS_ACCESS_KEY_ID": who.access_key_id,
            "AWS_SECRET_ACCESS_KEY": who.secret_access_key,
        }
        if token := getattr(who, "token", None):
            self.environment["AWS_SESSION_TOKEN"] = token

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """What it did."""
        return subprocess.run(
            [sys.executable, str(AWS), *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def text(self, *arguments: str) -> str:
        """What it said; it must have succeeded."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What it answered."""
        return json.loads(self.text(*arguments, "--output", "json"))

    def refusal(self, *arguments: str) -> str:
        """Why it failed; it must have failed."""
        done = self.run(*arguments)
        assert done.returncode != 0, done.stdout
        return done.stderr


@pytest.fixture(scope="module")
def customer(sandbox: SandboxInfo) -> Customer:
    """The customer's administrator."""
    return Customer(sandbox)


@pytest.fixture
def administrator(sandbox: SandboxInfo, tmp_path: Path) -> Cli:
    """The AWS CLI as the customer's administrator."""
    return Cli(sandbox, sandbox.customer, tmp_path)


@pytest.fixture
def platform(sandbox: SandboxInfo, tmp_path: Path) -> Cli:
    """The AWS CLI with just what `penstock sandbox env` prints."""
    return Cli(sandbox, sandbox.platform, tmp_path)


def test_the_high_level_commands(administrator: Cli, tmp_path: Path) -> None:
    bucket = unique("practice")
    assert bucket in administrator.text("s3", "mb", f"s3://{bucket}")
    small, large = tmp_path / "small file.txt", tmp_path / "large.bin"
    small.write_text("hello")
    large.write_bytes(os.urandom(9 * 1024 * 1024))
    administrator.text("s3", "cp", str(small), f"s3://{bucket}/dir/small file.txt")
    administrator.text("s3", "cp", str(large), f"s3://{bucket}/dir/large.bin")
    administrator.text("s3", "cp", f"s3://{bucket}/dir/large.bin", f"s3://{bucket}/copy.bin")
    listed = administrator.text("s3", "ls", f"s3://{bucket}", "--recursive")
    assert [line.split(maxsplit=3)[3] for line in listed.splitlines()] == [
        "copy.bin",
        "dir/large.bin",
        "dir/small file.txt",
    ]
    back = tmp_path / "back"
    administrator.text("s3", "sync", f"s3://{bucket}/dir", str(back))
    assert (back / "small file.txt").read_text() == "hello"
    assert (back / "large.bin").read_bytes() == large.read_bytes()
    assert "BucketNotEmpty" in administrator.refusal("s3", "rb", f"s3://{bucket}")
    administrator.text("s3", "rm", f"s3://{bucket}", "--recursive")
    administrator.text("s3", "rb", f"s3://{bucket}")


def test_the_low_level_commands(administrator: Cli, customer: Customer, tmp_path: Path) -> None:
    bucket = customer.make_bucket(versioned=True)
    body = tmp_path / "body"
    body.write_bytes(b"first")
    put = ("s3api", "put-object", "--bucket", bucket, "--key", "k", "--body", str(body))
    first = administrator.json(*put, "--tagging", "a=b", "--metadata", "m=1")
    body.write_bytes(b"second")
    second = administrator.json(*put)
    assert first["VersionId"] != second["VersionId"]
    got = tmp_path / "got"
    head = administrator.json(
        "s3api", "get-object", "--bucket", bucket, "--key", "k", "--version-id",
        first["VersionId"], str(got)
    )  # fmt: skip
    assert got.read_bytes() == b"first"
    assert head["Metadata"] == {"m": "1"}
    tags = administrator.json(
        "s3api", "get-object-tagging", "--bucket", bucket, "--key", "k", "--version-id",
        first["VersionId"]
    )  # fmt: skip
    assert tags["TagSet"] == [{"Key": "a", "Value": "b"}]
    versions = administrator.json("s3api", "list-object-versions", "--bucket", bucket)["Versions"]
    assert {each["VersionId"] for each in versions} == {first["VersionId"], second["VersionId"]}
    refusal = administrator.refusal("s3api", "get-bucket-replication", "--bucket", bucket)
    assert "NotImplemented" in refusal


def test_a_role_is_assumed(
    sandbox: SandboxInfo, platform: Cli, customer: Customer, tmp_path: Path
) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "k", b"hello")
    role = customer.make_role(trust(sandbox.platform.arn, "the-id"), [allow("s3:GetObject")])
    who = platform.json("sts", "get-caller-identity")
    assert who["Arn"] == sandbox.platform.arn
    assume = ("sts", "assume-role", "--role-arn", role, "--role-session-name", "cli")
    refusal = platform.refusal(*assume)
    assert f"is not authorized to perform: sts:AssumeRole on resource: {role}" in refusal
    given = platform.json(*assume, "--external-id", "the-id")["Credentials"]

    class Assumed:
        access_key_id = given["AccessKeyId"]
        secret_access_key = given["SecretAccessKey"]
        token = given["SessionToken"]

    session = Cli(sandbox, Assumed(), tmp_path)
    target = tmp_path / "k"
    session.text("s3api", "get-object", "--bucket", bucket, "--key", "k", str(target))
    assert target.read_bytes() == b"hello"
    refusal = session.refusal("s3", "rm", f"s3://{bucket}/k")
    assert "no identity-based policy allows the s3:DeleteObject action" in refusal


def test_the_platform_may_not_touch_the_customer_s_buckets(
    platform: Cli, customer: Customer
) -> None:
    bucket = customer.make_bucket()
    assert "AccessDenied" in platform.refusal("s3", "ls", f"s3://{bucket}")


def test_a_presigned_url(customer: Customer, administrator: Cli) -> None:
    bucket = customer.make_bucket()
    customer.put_object(bucket, "a b+c", b"hello")
    presign = ("s3", "presign", f"s3://{bucket}/a b+c")
    by_default = administrator.text(*presign).strip()
    administrator.text("configure", "set", "default.s3.signature_version", "s3v4")
    for url in (by_default, administrator.text(*presign).strip()):
        with httpx.Client(trust_env=False) as http:
            response = http.get(url)
        assert response.status_code == 200, response.text
        assert response.content == b"hello"
        assert response.headers["x-amz-request-id"]


def test_a_bucket_in_another_region_is_found(
    administrator: Cli, customer: Customer, tmp_path: Path
) -> None:
    bucket = customer.make_bucket(region="eu-west-1")
    body = tmp_path / "body"
    body.write_bytes(b"x")
    administrator.text("s3", "cp", str(body), f"s3://{bucket}/k", "--region", "eu-west-1")
    assert "k" in administrator.text("s3", "ls", f"s3://{bucket}")


def test_the_administrator_s_own_commands(administrator: Cli, tmp_path: Path) -> None:
    name = unique("role")
    document: Mapping[str, Any] = trust("arn:aws:iam::111122223333:root", "id")
    made = administrator.json(
        "iam", "create-role", "--role-name", name, "--assume-role-policy-document",
        json.dumps(document)
    )  # fmt: skip
    assert made["Role"]["AssumeRolePolicyDocument"] == document
    administrator.text(
        "iam", "put-role-policy", "--role-name", name, "--policy-name", "p",
        "--policy-document", json.dumps(allow("s3:GetObject"))
    )  # fmt: skip
    listed = administrator.json("iam", "list-role-policies", "--role-name", name)
    assert listed["PolicyNames"] == ["p"]
    wrong = administrator.refusal(
        "iam", "put-role-policy", "--role-name", name, "--policy-name", "p",
        "--policy-document", '{"Version": "2012-10-17"}'
    )  # fmt: skip
    assert "MalformedPolicyDocument" in wrong
    assert "NotImplemented" in administrator.refusal("iam", "list-groups")
    assert "NotImplemented" in administrator.refusal("ec2", "describe-instances")
