"""Sessions of real roles, and Penstock's own identity."""

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any

import botocore.exceptions
import botocore.session
import pytest

from penstock.catalog.credentials import Credentials
from penstock.connections.session_name import flow_session_name
from penstock.connections.sts import BotocoreSts
from penstock.errors import AccessDenied, CredentialsUnavailable, ServiceFault
from penstock.iam.policy import parse_policy
from penstock.sandbox.info import SandboxInfo
from tests.integration.connections.conftest import Customer, House

AWS = Path(__file__).parents[3] / ".venv" / "bin" / "aws"


def client(service: str, sandbox: SandboxInfo, credentials: Credentials) -> Any:
    return botocore.session.Session().create_client(
        service,
        endpoint_url=sandbox.endpoint,
        region_name=sandbox.region,
        aws_access_key_id=credentials.access_key_id,
        aws_secret_access_key=credentials.secret_access_key,
        aws_session_token=credentials.session_token,
    )


def test_the_cli_script_makes_a_role_that_verifies(
    house: House, sandbox: SandboxInfo, tmp_path: Path
) -> None:
    """As the customer's administrator runs it, with the AWS CLI."""
    if not AWS.exists():
        pytest.fail("The AWS CLI is one of the development dependencies: `make setup`.")
    draft = house.service.draft('it\'s a "legal" $(archive)')
    permissions = parse_policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:ListAllMyBuckets",
                "Resource": "*",
            },
        }
    )
    script = tmp_path / "role.sh"
    script.write_text(house.service.trust_policy(draft.id, "cli", permissions))
    environment = sandbox.variables() | {
        "AWS_ACCESS_KEY_ID": sandbox.customer.access_key_id,
        "AWS_SECRET_ACCESS_KEY": sandbox.customer.secret_access_key,
        "AWS_CONFIG_FILE": os.devnull,
        "PATH": f"{AWS.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
    }
    made = subprocess.run(
        ["sh", str(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    role_arn = made.stdout.strip()
    connection = house.verify(draft, role_arn)
    assert (connection.status, connection.role_arn) == ("verified", role_arn)
    handle = house.broker.open(draft.id, session_policy=None, session_name="penstock-x")
    s3 = client("s3", sandbox, handle.credentials())
    assert "Buckets" in s3.list_buckets()
    with pytest.raises(botocore.exceptions.ClientError, match="AccessDenied"):
        s3.create_bucket(Bucket="never-made-by-this-role")
    again = subprocess.run(
        ["sh", str(script)], env=environment, capture_output=True, text=True, check=False
    )
    assert again.returncode != 0
    assert "EntityAlreadyExists" in again.stderr


def test_a_session_is_the_flows_and_no_more_than_its_policy(
    house: House, customer: Customer, sandbox: SandboxInfo
) -> None:
    draft = house.service.draft("archive")
    role = customer.role(json.loads(house.service.trust_policy("archive")))
    customer.iam.put_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyName="everything",
        PolicyDocument=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            }
        ),
    )
    house.verify(draft, role)
    narrow = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:CreateBucket", "Resource": "*"},
        }
    )
    name = flow_session_name("Tidy up, für alle")
    handle = house.broker.open("archive", session_policy=narrow, session_name=name)
    credentials = handle.credentials()
    identity = client("sts", sandbox, credentials).get_caller_identity()
    assert identity["Arn"].endswith("/penstock-Tidy-up,-fur-alle")
    s3 = client("s3", sandbox, credentials)
    with pytest.raises(botocore.exceptions.ClientError, match="no session policy allows"):
        s3.list_buckets()
    wide = house.broker.open("archive", session_policy=None, session_name=name)
    assert "Buckets" in client("s3", sandbox, wide.credentials()).list_buckets()


def test_a_role_that_stops_trusting_is_access_denied_and_nothing_else(
    house: House, customer: Customer, sandbox: SandboxInfo
) -> None:
    """The platform's own identity is never a way out."""
    draft = house.service.draft("archive")
    role = customer.role(json.loads(house.service.trust_policy("archive")))
    house.verify(draft, role)
    customer.iam.delete_role(RoleName=role.rsplit("/", 1)[-1])
    handle = house.broker.open("archive", session_policy=None, session_name="penstock-x")
    with pytest.raises(AccessDenied) as raised:
        handle.credentials()
    assert raised.value.aws is not None
    assert raised.value.aws.operation == "AssumeRole"


def test_expired_or_wrong_own_credentials_are_named_as_penstocks(
    platform_environment: SandboxInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
    with pytest.raises(CredentialsUnavailable, match="Penstock itself") as raised:
        BotocoreSts().platform()
    assert "AWS_PROFILE" in (raised.value.hint or "")
    assert "not-the-secret" not in f"{raised.value} {raised.value.as_dict()}"


def test_no_own_credentials(
    platform_environment: SandboxInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(CredentialsUnavailable) as raised:
        BotocoreSts().platform()
    assert "AWS_ACCESS_KEY_ID" in (raised.value.hint or "")


def test_an_sts_out_of_reach_is_worth_another_try(
    platform_environment: SandboxInfo, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{port}")
    with pytest.raises(ServiceFault, match="could not be reached") as raised:
        BotocoreSts().platform()
    assert raised.value.retryable


@pytest.mark.parametrize(
    ("given", "environment", "region"),
    [
        ("eu-west-1", {"AWS_REGION": "eu-central-1"}, "eu-west-1"),
        (None, {"AWS_REGION": "eu-central-1"}, "eu-central-1"),
        (None, {"AWS_DEFAULT_REGION": "ap-south-1"}, "ap-south-1"),
        (None, {}, "us-east-1"),
    ],
)
def test_which_sts_is_asked(
    platform_environment: SandboxInfo,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    environment: dict[str, str],
    region: str,
) -> None:
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    sts = BotocoreSts()
    assert sts.region(given) == region
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    assert BotocoreSts()._client(region, None).meta.endpoint_url == (
        f"https://sts.{region}.amazonaws.com"
    )
