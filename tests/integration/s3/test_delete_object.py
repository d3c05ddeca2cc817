"""Delete Object against the sandbox."""

import pytest

from penstock.errors import AccessDenied, NotFound
from tests.accounts import Customer, allow
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS


@pytest.mark.parametrize("key", HOSTILE_KEYS)
def test_deletes_just_that_key(customer: Customer, run: Run, bucket: str, key: str) -> None:
    customer.put_object(bucket, key, b"x")
    customer.put_object(bucket, "bystander", b"x")
    found = run("delete_object", {"bucket": bucket, "key": key})
    assert found.status_code == 204
    with pytest.raises(NotFound):
        run("read_object", {"bucket": bucket, "key": key})
    assert run("read_object", {"bucket": bucket, "key": "bystander"}).status_code == 200


def test_is_safe_to_repeat(bucket: str, run: Run) -> None:
    place = {"bucket": bucket, "key": "never was"}
    assert run("delete_object", place).status_code == 204
    assert run("delete_object", place, attempt=2).status_code == 204


def test_marker_then_version(customer: Customer, versioned: str, run: Run) -> None:
    place = {"bucket": versioned, "key": "d"}
    customer.put_object(versioned, "d", b"x")
    marker = run("delete_object", place)
    assert marker.delete_marker
    assert marker.version_id
    removed = run("delete_object", {**place, "version_id": marker.version_id})
    assert removed.version_id == marker.version_id
    assert removed.delete_marker
    back = run("read_object", place)
    gone = run("delete_object", {**place, "version_id": back.version_id})
    assert gone.version_id == back.version_id
    assert not gone.delete_marker


def test_retained_version_needs_bypass(
    customer: Customer, locked: str, run: Run, connect: MakeConnection
) -> None:
    version = customer.put_object(
        locked,
        "kept",
        b"x",
        ObjectLockMode="GOVERNANCE",
        ObjectLockRetainUntilDate="2040-01-01T00:00:00Z",
    )
    place = {"bucket": locked, "key": "kept", "version_id": version}
    with pytest.raises(AccessDenied):
        run("delete_object", place)
    narrow = connect(allow("s3:DeleteObject", "s3:DeleteObjectVersion"))
    with pytest.raises(AccessDenied) as caught:
        run("delete_object", {**place, "bypass_governance_retention": True}, narrow)
    assert "s3:BypassGovernanceRetention" in str(caught.value.as_dict())
    found = run("delete_object", {**place, "bypass_governance_retention": True})
    assert found.version_id == version


def test_denial_names_the_action(bucket: str, run: Run, connect: MakeConnection) -> None:
    with pytest.raises(AccessDenied) as caught:
        run("delete_object", {"bucket": bucket, "key": "x"}, connect(allow("s3:GetObject")))
    assert caught.value.details["actions"] == ["s3:DeleteObject"]
    assert "s3:DeleteObject" in (caught.value.hint or "")


def test_session_policy_is_named(bucket: str, run: Run, connect: MakeConnection) -> None:
    narrowed = connect(allow("s3:*"), session_policy=allow("s3:GetObject"))
    with pytest.raises(AccessDenied) as caught:
        run("delete_object", {"bucket": bucket, "key": "x"}, narrowed)
    assert "The run's session policy does not allow it" in (caught.value.hint or "")
