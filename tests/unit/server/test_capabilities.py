"""`/api/v1/connections/{reference}/capabilities` and `/buckets`."""

import pytest

from penstock.engine.capability_report import Offered
from penstock.errors import AccessDenied
from tests.unit.server.conftest import Api


@pytest.mark.parametrize("what", ["capabilities", "buckets"])
def test_only_a_verified_connection_is_asked(api: Api, what: str) -> None:
    assert api.http.get(f"/api/v1/connections/nobody/{what}").status_code == 404
    api.http.post("/api/v1/connections", json={"nickname": "acme"})
    answer = api.http.get(f"/api/v1/connections/acme/{what}")
    assert answer.status_code == 403
    assert answer.json()["code"] == "connection_not_verified"
    assert answer.json()["hint"]


@pytest.mark.parametrize("bucket", ["s3://archive", "a/b", "arn:aws:s3:::archive", "x", "é" * 9])
def test_what_is_no_bucket_is_said_at_its_field(api: Api, bucket: str) -> None:
    answer = api.http.get("/api/v1/connections/acme/capabilities", params={"bucket": bucket})
    assert answer.status_code == 422
    assert answer.json()["where"]["field"] == "bucket"


def test_a_refusal_of_aws_is_explained(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> Offered:
        raise AccessDenied("AWS denied s3:ListAllMyBuckets.", hint="Add it to the role.")

    monkeypatch.setattr(api.application.capabilities, "offer", refuse)
    answer = api.http.get("/api/v1/connections/acme/buckets")
    assert answer.status_code == 403
    assert (answer.json()["code"], answer.json()["hint"]) == (
        "access_denied",
        "Add it to the role.",
    )


def test_names_come_with_whether_they_are_all(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def offer(_: str, kind: str, *, prefix: str = "") -> Offered:
        return Offered(prefix=prefix, names=(f"{prefix}-{kind}",), complete=False)

    monkeypatch.setattr(api.application.capabilities, "offer", offer)
    answer = api.http.get("/api/v1/connections/acme/buckets", params={"prefix": "log"})
    assert answer.json() == {"prefix": "log", "names": ["log-buckets"], "complete": False}
