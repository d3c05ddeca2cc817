"""A whole run, some of it failing: no secret is in anything that it leaves behind."""

import base64
import json
import logging
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from penstock.catalog.credentials import Credentials
from penstock.cli.asgi import Transport
from penstock.connections.sts import BotocoreSts, RoleSession
from penstock.sandbox.process import start_sandbox
from penstock.server.app import create_app
from penstock.wiring import open_application
from tests.accounts import Customer, allow

KEY = "a secret key of thirty-two bytes"
FLOW = """flow: sealed
start:
  inputs:
    key: {secret: true}
    header: {secret: true}
cards:
  - id: put
    card: s3.upload_object
    connection: books
    inputs:
      bucket: BUCKET
      key: sealed.txt
      text: some text
      sse_customer_key: "{{ start.key }}"
  - id: read
    card: s3.read_object
    connection: books
    inputs: {bucket: BUCKET, key: sealed.txt, sse_customer_key: "{{ start.key }}"}
  - id: raw
    card: s3.custom_api_action
    connection: books
    inputs:
      bucket: BUCKET
      key: sealed.txt
      accept_errors: true
      headers: {x-amz-server-side-encryption-customer-algorithm: AES256}
      secret_headers:
        x-amz-server-side-encryption-customer-key: "{{ start.header }}"
  - id: wrong
    card: s3.read_object
    connection: books
    inputs: {bucket: BUCKET, key: sealed.txt}
"""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Credentials]:
    """All credentials that STS gives out meanwhile."""
    found: list[Credentials] = []
    assume = BotocoreSts.assume_role

    def remember(self: BotocoreSts, role_arn: str, **more: Any) -> RoleSession:
        session = assume(self, role_arn, **more)
        found.append(session.credentials)
        return session

    monkeypatch.setattr(BotocoreSts, "assume_role", remember)
    return found


def test_it_leaves_no_secret_behind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    made: list[Credentials],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG, "penstock")
    data, log = tmp_path / "data", tmp_path / "requests.jsonl"
    said: list[str] = []
    with start_sandbox(log=log) as sandbox:
        for name in [each for each in os.environ if each.startswith("AWS_")]:
            monkeypatch.delenv(name)
        for name, value in sandbox.info.variables().items():
            monkeypatch.setenv(name, value)
        customer = Customer(sandbox.info)
        bucket = customer.make_bucket()
        application = open_application(data, worker=True)
        with (
            Transport(create_app(application)) as transport,
            httpx.Client(base_url="http://localhost/api/v1", transport=transport) as http,
        ):

            def ask(method: str, path: str, **more: Any) -> Any:
                answer = http.request(method, path, **more)
                said.append(answer.text)
                assert answer.is_success, answer.text
                return answer.json()

            drafted = ask("POST", "/connections", json={"nickname": "books"})
            trusted = drafted["trust_policy"]
            role = customer.make_role(trusted, [allow("s3:*")])
            verified = ask("POST", "/connections/books/verify", json={"role_arn": role})
            assert verified["status"] == "verified"
            key = base64.b64encode(KEY.encode()).decode()
            run_ids: list[str] = []
            for header in (key, f"{key}\n"):
                body = {
                    "text": FLOW.replace("BUCKET", bucket),
                    "inputs": {"key": KEY, "header": header},
                }
                headers = {"Idempotency-Key": f"once {len(run_ids)}"}
                run_ids.append(ask("POST", "/runs", json=body, headers=headers)["id"])
                application.runs.wait(run_ids[-1], 60)  # type: ignore[attr-defined]  # the engine's own
            first, second = (ask("GET", f"/runs/{each}") for each in run_ids)
            for each in run_ids:
                ask("GET", f"/runs/{each}/events")
        assert [each["status"] for each in first["cards"]] == [
            "succeeded",
            "succeeded",
            "succeeded",
            "failed",
        ]
        assert second["cards"][2]["status"] == "failed"
        platform = sandbox.info.platform.secret_access_key
    requests = [json.loads(line) for line in log.read_text().splitlines()]
    ours = [each for each in requests if "penstock/" in (each["user_agent"] or "")]
    assert {each["service"] for each in ours} >= {"s3"}
    # Whatever this process itself is, buckets only ever see the role.
    assert all(":assumed-role/" in each["principal"] for each in ours if each["service"] == "s3")
    assert made
    secrets = {KEY, key, platform}
    secrets |= {each.secret_access_key for each in made}
    secrets |= {each.session_token or "" for each in made}
    kept = {str(path): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    captured = capfd.readouterr()
    places = {
        **kept,
        "log": caplog.text.encode(),
        "answers": "\n".join(said).encode(),
        "output": (captured.out + captured.err).encode(),
        "requests": log.read_bytes(),
    }
    found = [
        (place, secret)
        for place, text in places.items()
        for secret in secrets
        if secret.encode() in text
    ]
    assert not found
