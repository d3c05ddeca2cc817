"""Ceph holds a session to its flow's policy too: proof that it is not the sandbox's kindness."""

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from penstock.engine.narrowing import narrow, needs_by_connection
from penstock.engine.plan import make_plan
from penstock.errors import AccessDenied
from penstock.flows.reading import read_flow
from tests.cards import FakeConnection, FakeContext, card, connection_of, run_card
from tests.rgw import Rgw

READS_LOGS = """
flow: read-logs
start:
  inputs:
    name: {}
cards:
  - id: read
    card: s3.read_object
    connection: archive
    inputs: {bucket: BUCKET, key: "logs/{{ start.name }}"}
"""


class Catalog:
    card = staticmethod(card)


@pytest.fixture
def assume(rgw: Rgw, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., FakeConnection]]:
    """Sessions of a role that may do anything, with a session policy or without."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", rgw.endpoint)
    iam, name = rgw.client("iam"), f"role-{uuid.uuid4().hex[:12]}"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": ["arn:aws:iam:::user/admin"]},
        "Action": ["sts:AssumeRole"],
    }
    everything = {"Effect": "Allow", "Action": ["s3:*"], "Resource": ["arn:aws:s3:::*"]}

    def document(statement: Any) -> str:
        # RGW reads no role's document with blanks in it.
        made = {"Version": "2012-10-17", "Statement": [statement]}
        return json.dumps(made, separators=(",", ":"))

    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=document(everything))

    def session(policy: str | None) -> FakeConnection:
        more = {} if policy is None else {"Policy": policy}
        given = rgw.client("sts").assume_role(RoleArn=role, RoleSessionName="flow", **more)
        keys = given["Credentials"]
        return connection_of(
            keys["AccessKeyId"],
            keys["SecretAccessKey"],
            keys["SessionToken"],
            account_id="111122223333",
        )

    yield session
    iam.delete_role_policy(RoleName=name, PolicyName="all")
    iam.delete_role(RoleName=name)


def test_a_flow_that_reads_logs_cannot_read_secrets(
    rgw: Rgw, bucket: str, assume: Callable[[str | None], FakeConnection]
) -> None:
    for key in ("logs/monday", "secrets/key"):
        rgw.client().put_object(Bucket=bucket, Key=key, Body=b"x")
    document = read_flow(READS_LOGS.replace("BUCKET", bucket)).document
    needs = needs_by_connection(make_plan(document, Catalog()))["archive"]
    narrowed, broad = assume(narrow(needs, "aws").text), assume(None)
    log, secret = ({"bucket": bucket, "key": key} for key in ("logs/monday", "secrets/key"))
    assert run_card("s3.read_object", log, narrowed, context=FakeContext(narrowed)).content_length
    with pytest.raises(AccessDenied):
        run_card("s3.read_object", secret, narrowed, context=FakeContext(narrowed))
    with pytest.raises(AccessDenied):
        run_card("s3.upload_object", {**log, "text": "y"}, narrowed, context=FakeContext(narrowed))
    # The role itself may.
    assert run_card("s3.read_object", secret, broad, context=FakeContext(broad)).content_length
