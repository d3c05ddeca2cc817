"""A role's session ends: the gate asked in this process, with a clock of its own."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from defusedxml.ElementTree import fromstring

from penstock.sandbox.exchange import HttpRequest, HttpResponse, joined
from penstock.sandbox.gate import Gate
from penstock.sandbox.serving import KeyPair, build
from tests.accounts import trust

NAMES = ("AccessKeyId", "SecretAccessKey", "SessionToken")


class Clock:
    """Asks the gate at a time of one's choice, signing as of then."""

    def __init__(self, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = gate
        self.now = datetime.now(UTC).replace(microsecond=0)
        monkeypatch.setattr(
            "botocore.auth.get_current_datetime", lambda: self.now.replace(tzinfo=None)
        )

    def ask(
        self, who: Credentials, service: str, form: Mapping[str, str] | None = None
    ) -> HttpResponse:
        method, path = ("POST", "/") if form else ("GET", "/bucket-one/k")
        body = urlencode(form).encode() if form else b""
        request = AWSRequest(method, f"http://127.0.0.1{path}", data=body)
        request.headers["Host"] = "127.0.0.1"
        auth = S3SigV4Auth if service == "s3" else SigV4Auth
        auth(who, service, "us-east-1").add_auth(request)
        found = joined((name, str(value)) for name, value in request.headers.items())
        return self.gate.answer(HttpRequest(method, urlsplit(path).path, "", found, body, self.now))


def test_a_session_ends_when_it_was_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    platform, customer = KeyPair.random(), KeyPair.random()
    server, gate, info = build(platform=platform, customer=customer)
    server.server_close()
    clock = Clock(gate, monkeypatch)
    administrator = Credentials(customer.access_key_id, customer.secret_access_key)
    document = json.dumps(trust(info.platform.arn))
    made = clock.ask(
        administrator,
        "iam",
        {
            "Action": "CreateRole",
            "Version": "2010-05-08",
            "RoleName": "ends",
            "AssumeRolePolicyDocument": document,
        },
    )
    assert made.status == 200, made.body
    given = clock.ask(
        Credentials(platform.access_key_id, platform.secret_access_key),
        "sts",
        {
            "Action": "AssumeRole",
            "Version": "2011-06-15",
            "RoleArn": f"arn:aws:iam::{info.customer.account_id}:role/ends",
            "RoleSessionName": "me",
            "DurationSeconds": "900",
        },
    )
    assert given.status == 200, given.body
    texts = {each.tag.rpartition("}")[2]: each.text or "" for each in fromstring(given.body).iter()}
    session = Credentials(*(texts[name] for name in NAMES))
    whoami = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}

    clock.now += timedelta(seconds=899)
    assert clock.ask(session, "sts", whoami).status == 200
    assert b"NoSuchBucket" in clock.ask(session, "s3").body

    clock.now += timedelta(seconds=1)
    ended = clock.ask(session, "sts", whoami)
    assert (ended.status, b"<Code>ExpiredToken</Code>" in ended.body) == (403, True)
    ended = clock.ask(session, "s3")
    assert (ended.status, b"<Code>ExpiredToken</Code>" in ended.body) == (400, True)
