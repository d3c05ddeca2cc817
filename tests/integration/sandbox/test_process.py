"""The sandbox as a process: ready, seen from outside, gone with its parent; its log; its state."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from penstock.errors import NotFound, ServiceFault
from penstock.sandbox.info import SandboxInfo, read_state
from penstock.sandbox.process import start_sandbox
from tests.accounts import Customer, allow, client
from tests.integration.sandbox.refusal import refused

PARENT = """
import sys, time
from penstock.sandbox.process import start_sandbox
process = start_sandbox()
print(process.pid, process.info.endpoint, flush=True)
time.sleep(600)
"""


def answers(endpoint: str) -> bool:
    try:
        httpx.get(endpoint, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return False
    return True


def until_gone(endpoint: str, seconds: float = 20) -> bool:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if not answers(endpoint):
            return True
    return False


def test_it_stops(tmp_path: Path) -> None:
    with start_sandbox() as process:
        assert answers(process.info.endpoint)
    assert not answers(process.info.endpoint)


def test_it_ends_with_its_parent_however_that_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid, endpoint = parent.stdout.readline().split()
        assert int(pid) != parent.pid
        assert answers(endpoint)
        parent.send_signal(signal.SIGKILL)
        assert until_gone(endpoint)


def test_each_has_its_own_keys_and_buckets(sandbox: SandboxInfo) -> None:
    with start_sandbox() as other:
        assert other.info.customer.access_key_id != sandbox.customer.access_key_id
        with refused("InvalidAccessKeyId", 403):
            client(other.info, "s3", sandbox.customer).list_buckets()
        assert client(other.info, "s3", other.info.customer).list_buckets()["Buckets"] == []


def test_a_port_that_is_taken_is_said(sandbox: SandboxInfo) -> None:
    port = int(sandbox.endpoint.rpartition(":")[2])
    with pytest.raises(ServiceFault, match="did not start"):
        start_sandbox(port)


def test_the_log_has_a_line_for_each_request_and_no_secret(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "requests.jsonl"
    with start_sandbox(log=log) as process:
        customer = Customer(process.info)
        bucket = customer.make_bucket()
        session = customer.session(allow("s3:GetObject"), name="flow.run")
        answer = customer.s3.put_object(Bucket=bucket, Key="some key", Body=b"x")
        there = client(process.info, "s3", session, user_agent_extra="flow/f run/r card/c")
        there.get_object(Bucket=bucket, Key="some key")
        with refused("AccessDenied"):
            there.delete_object(Bucket=bucket, Key="some key")
        text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line["operation"] for line in lines] == [
        "CreateBucket",
        "CreateRole",
        "PutRolePolicy",
        "AssumeRole",
        "PutObject",
        "GetObject",
        "DeleteObject",
    ]
    put, got, denied = lines[-3:]
    assert put["request_id"] == answer["ResponseMetadata"]["RequestId"]
    assert (put["bucket"], put["key"], put["status"]) == (bucket, "some key", 200)
    assert put["decision"] == "allowed"
    assert got["principal"] == session.arn
    assert got["session"] == "flow.run"
    assert "flow/f run/r card/c" in got["user_agent"]
    assert (denied["status"], denied["code"]) == (403, "AccessDenied")
    assert denied["decision"].startswith("implicit_deny: s3:DeleteObject")
    secrets = [
        session.secret_access_key,
        session.token or "",
        process.info.customer.secret_access_key,
    ]
    for secret in secrets:
        assert secret
        assert secret not in text
    assert "Signature" not in text


def test_a_line_is_there_when_the_answer_is(tmp_path: Path) -> None:
    log = tmp_path / "requests.jsonl"
    with start_sandbox(log=log) as process:
        sts = client(process.info, "sts", process.info.platform)
        for count in range(1, 20):
            sts.get_caller_identity()
            assert len(log.read_text().splitlines()) == count


SERVE = """
import sys
from pathlib import Path
from penstock.sandbox.serving import serve
serve(state=Path(sys.argv[1]), ready=lambda info: print(info.endpoint, flush=True))
"""


def test_the_state_of_one_that_is_served_is_kept_while_it_runs(tmp_path: Path) -> None:
    state = tmp_path / "state" / "sandbox.json"
    with pytest.raises(NotFound):
        read_state(state)
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(state)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    ) as served:  # fmt: skip
        assert served.stdout is not None
        endpoint = served.stdout.readline().strip()
        info = read_state(state)
        assert info.endpoint == endpoint
        assert state.stat().st_mode & 0o777 == 0o600
        assert client(info, "sts", info.platform).get_caller_identity()["Arn"] == info.platform.arn
        served.send_signal(signal.SIGINT)
        try:
            served.wait(timeout=20)
        finally:
            served.kill()
    assert not state.exists()


def test_the_state_of_one_that_was_killed_is_not_believed(
    sandbox: SandboxInfo, tmp_path: Path
) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        pass
    state = tmp_path / "sandbox.json"
    state.write_text(sandbox.model_copy(update={"pid": ended.pid}).model_dump_json())
    with pytest.raises(NotFound):
        read_state(state)
    state.write_text(sandbox.model_copy(update={"pid": os.getpid()}).model_dump_json())
    assert read_state(state).endpoint == sandbox.endpoint


def test_what_the_platform_s_environment_is(sandbox: SandboxInfo) -> None:
    assert sandbox.variables() == {
        "AWS_ENDPOINT_URL": sandbox.endpoint,
        "AWS_ACCESS_KEY_ID": sandbox.platform.access_key_id,
        "AWS_SECRET_ACCESS_KEY": sandbox.platform.secret_access_key,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    script = f"{sandbox.exports()}\nenv"
    shown = subprocess.run(
        ["/bin/sh", "-c", script],
        env={"AWS_SESSION_TOKEN": "left over", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name, value in sandbox.variables().items():
        assert f"{name}={value}" in shown
    assert "AWS_SESSION_TOKEN" not in shown
    assert sandbox.platform.secret_access_key not in repr(sandbox)
