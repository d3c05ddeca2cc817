"""What AWS answers, and what is said of it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    FlexibleChecksumError,
    MissingDependencyException,
    ParamValidationError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.exceptions import ProtocolError

from penstock.connectors.s3.fault_codes import CODES, RETRYABLE_CODES
from penstock.connectors.s3.faults import explained, fault
from penstock.connectors.s3.subject import Subject
from penstock.errors import (
    AccessDenied,
    CardFailed,
    Conflict,
    CredentialsUnavailable,
    InvalidInput,
    NotFound,
    PenstockError,
    ServiceFault,
)
from penstock.iam.permission import Permission

OBJECT = Subject(
    "records",
    "a/b",
    owner="444455556666",
    card="read",
    needs=(
        Permission("s3:GetObject", "arn:aws:s3:::records/a/b"),
        Permission("s3:ListBucket", "arn:aws:s3:::records", optional=True),
    ),
)


def answer(
    code: str, status: int, message: str = "", operation: str = "GetObject", **more: Any
) -> ClientError:
    told: Any = {
        "Error": {"Code": code, "Message": message, **more},
        "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "R1", "HostId": "H1"},
    }
    return ClientError(told, operation)


@pytest.mark.parametrize(
    ("code", "status", "kind", "retryable"),
    [
        ("NoSuchKey", 404, NotFound, False),
        ("404", 404, NotFound, False),
        ("NoSuchBucket", 404, NotFound, False),
        ("NoSuchVersion", 404, NotFound, False),
        ("AccessDenied", 403, AccessDenied, False),
        ("403", 403, AccessDenied, False),
        ("SomethingForbidden", 403, AccessDenied, False),
        ("PreconditionFailed", 412, Conflict, False),
        ("412", 412, Conflict, False),
        ("304", 304, Conflict, False),
        ("400", 400, InvalidInput, False),
        ("405", 405, InvalidInput, False),
        ("BucketNotEmpty", 409, Conflict, False),
        ("OperationAborted", 409, Conflict, True),
        ("ConditionalRequestConflict", 409, Conflict, True),
        ("InvalidObjectState", 403, CardFailed, False),
        ("InvalidAccessPoint", 400, InvalidInput, False),
        ("SlowDown", 503, ServiceFault, True),
        ("503", 503, ServiceFault, True),
        ("500", 500, ServiceFault, True),
        ("InternalError", 500, ServiceFault, True),
        ("InternalError", 200, ServiceFault, True),
        ("RequestTimeout", 400, ServiceFault, True),
        ("TooManyRequests", 429, ServiceFault, True),
        ("ExpiredToken", 400, CredentialsUnavailable, True),
        ("InvalidAccessKeyId", 403, CredentialsUnavailable, False),
        ("SignatureDoesNotMatch", 403, ServiceFault, False),
        ("RequestTimeTooSkewed", 403, ServiceFault, False),
        ("PermanentRedirect", 301, InvalidInput, False),
        ("AccessControlListNotSupported", 400, InvalidInput, False),
        ("SomethingNew", 400, InvalidInput, False),
        ("SomethingNew", 502, ServiceFault, True),
    ],
)
def test_class_and_retry(
    code: str, status: int, kind: type[PenstockError], retryable: bool
) -> None:
    found = fault(answer(code, status), "GetObject", OBJECT)
    assert type(found) is kind
    assert found.retryable is retryable
    assert found.aws is not None
    assert (found.aws.code, found.aws.request_id, found.aws.host_id) == (code, "R1", "H1")
    assert found.message.endswith(".")
    assert found.where.card == "read"
    assert found.details["bucket"] == "records"


def test_denial_in_awss_words() -> None:
    words = (
        "User: arn:aws:sts::444455556666:assumed-role/r/s is not authorized to perform: "
        's3:GetObject on resource: "arn:aws:s3:::records/a b" because no {} allows the '
        "s3:GetObject action"
    )
    for carrier, hint in (
        (
            "identity-based policy",
            "Add s3:GetObject on arn:aws:s3:::records/a b to a policy of the",
        ),
        ("session policy", "the session policy follows from what the flow's cards declare"),
        ("permissions boundary", "to the permissions boundary of the role r"),
        ("resource-based policy", "to the policy of the bucket"),
    ):
        found = fault(answer("AccessDenied", 403, words.format(carrier)), "GetObject", OBJECT)
        assert found.details["actions"] == ["s3:GetObject"]
        assert found.details["resource"] == "arn:aws:s3:::records/a b"
        assert hint in (found.hint or "")
    denied = (
        "User: arn:aws:iam::1:user/u is not authorized to perform: s3:DeleteObject on resource: "
        '"arn:aws:s3:::b/k" with an explicit deny in a resource-based policy'
    )
    found = fault(answer("AccessDenied", 403, denied), "DeleteObject", OBJECT)
    assert found.message.endswith(": a resource-based policy denies it explicitly.")
    assert "Ask the owner of the bucket: its policy has a Deny" in (found.hint or "")
    assert found.details["denial"]["statement"] is None
    without = (
        "User: arn:aws:iam::1:user/u is not authorized to perform: s3:ListAllMyBuckets because "
        "no identity-based policy allows the s3:ListAllMyBuckets action"
    )
    found = fault(answer("AccessDenied", 403, without), "ListBuckets", Subject())
    assert found.details["actions"] == ["s3:ListAllMyBuckets"]
    [statement] = found.details["denial"]["statement"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("s3:ListAllMyBuckets", "*")


def test_a_denial_has_a_statement_to_paste_and_says_what_the_session_did() -> None:
    words = (
        "User: arn:aws:sts::444455556666:assumed-role/r/s is not authorized to perform: "
        's3:GetObject on resource: "arn:aws:s3:::records/a b" because no identity-based policy '
        "allows the s3:GetObject action"
    )
    session = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
        }
    )
    subject = replace(
        OBJECT, role_arn="arn:aws:iam::444455556666:role/team/r", session_policy=session
    )
    found = fault(answer("AccessDenied", 403, words), "GetObject", subject)
    denial = found.details["denial"]
    assert (denial["action"], denial["resource"]) == ("s3:GetObject", "arn:aws:s3:::records/a b")
    assert (denial["policy_kind"], denial["certainty"]) == ("identity", "certain")
    assert "allows it, so it took nothing away" in denial["session"]
    [statement] = denial["statement"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "s3:GetObject"
    assert found.as_dict()["details"]["denial"] == denial


def test_a_denial_by_a_kms_key_says_so() -> None:
    words = (
        "User: arn:aws:sts::444455556666:assumed-role/r/s is not authorized to perform: "
        "kms:GenerateDataKey on this resource because the resource does not exist in this "
        "Region, no resource-based policies allow access, or a resource-based policy explicitly "
        "denies access"
    )
    found = fault(answer("AccessDenied", 403, words, "PutObject"), "PutObject", OBJECT)
    assert "AWS denied kms:GenerateDataKey" in found.message
    assert "KMS does not say which" in found.message
    assert found.details["denial"]["place"] == "key"


def test_denial_without_words_names_what_it_can_be() -> None:
    found = fault(answer("403", 403, "Forbidden", "HeadObject"), "HeadObject", OBJECT)
    assert "which needs s3:GetObject" in found.message
    assert "444455556666" in (found.hint or "")
    assert "without s3:ListBucket" in (found.hint or "")
    copy = Subject("to", "k", owner="1", source=Subject("from", "k", owner="2", prefix="source."))
    both = fault(answer("AccessDenied", 403, "Access Denied", "CopyObject"), "CopyObject", copy)
    assert "bucket from does not belong to account 2" in (both.hint or "")
    assert "source.expected_bucket_owner" in (both.hint or "")
    assert "bucket to does not belong to account 1" in (both.hint or "")
    bucket = fault(answer("AccessDenied", 403, "Access Denied", "DeleteBucket"), "x", Subject("b"))
    assert bucket.hint == "AWS gives no reason."


def test_what_is_missing() -> None:
    found = fault(answer("NoSuchKey", 404), "GetObject", OBJECT)
    assert found.message == "There is no object a/b in bucket records."
    assert found.where.field == "key"
    spaced = fault(answer("NoSuchKey", 404), "GetObject", Subject("b", "k "))
    assert "white space" in (spaced.hint or "")
    bucket = fault(answer("404", 404), "HeadBucket", Subject("records"))
    assert bucket.message == "There is no bucket records."


def test_a_copy_tells_its_two_sides_apart() -> None:
    source = Subject("from", "k", prefix="source.")
    copy = Subject("to", "k", prefix="destination.", source=source)
    for error, field in (
        (answer("NoSuchKey", 404, operation="CopyObject"), "source.key"),
        (answer("404", 404, operation="HeadObject"), "source.key"),
        (answer("NoSuchBucket", 404, operation="CopyObject", BucketName="from"), "source.bucket"),
        (
            answer("NoSuchBucket", 404, operation="CopyObject", BucketName="to"),
            "destination.bucket",
        ),
    ):
        assert fault(error, "CopyObject", copy).where.field == field


@pytest.mark.parametrize(
    ("error", "kind", "retryable"),
    [
        (EndpointConnectionError(endpoint_url="http://x"), ServiceFault, True),
        (ConnectTimeoutError(endpoint_url="http://x"), ServiceFault, True),
        (ReadTimeoutError(endpoint_url="http://x"), ServiceFault, True),
        (ProtocolError("reset"), ServiceFault, True),
        (FlexibleChecksumError(error_msg="differs"), ServiceFault, True),
        (SSLError(endpoint_url="http://x", error=OSError("certificate")), ServiceFault, False),
        (ParamValidationError(report="bad"), InvalidInput, False),
        (MissingDependencyException(msg="awscrt"), InvalidInput, False),
    ],
)
def test_no_answer(error: Exception, kind: type[PenstockError], retryable: bool) -> None:
    with pytest.raises(kind) as caught, explained("GetObject", OBJECT):
        raise error
    assert caught.value.retryable is retryable
    assert caught.value.__cause__ is error


def test_our_own_errors_go_through_with_their_place() -> None:
    with pytest.raises(Conflict) as caught, explained("GetObject", OBJECT):
        raise Conflict("taken")
    assert caught.value.where.card == "read"


def test_notes_are_carried() -> None:
    error = answer("InternalError", 500)
    error.add_note("A multipart upload was left behind.")
    assert "left behind" in (fault(error, "PutObject", OBJECT).hint or "")


def test_every_code_has_a_sentence_that_fills_in() -> None:
    for code in sorted(CODES.keys() | RETRYABLE_CODES):
        found = fault(answer(code, 400), "PutObject", OBJECT)
        assert "{" not in found.message + (found.hint or "")
        assert not found.message.endswith("..")
