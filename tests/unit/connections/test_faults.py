"""Every way in which STS fails has a name and a hint."""

import botocore.exceptions as boto
import pytest

from penstock.connections.faults import sts_error
from penstock.errors import AccessDenied, CredentialsUnavailable, PenstockError, ServiceFault


def answered(code: str, status: int = 400, *, as_platform: bool = True) -> PenstockError:
    error = boto.ClientError(
        {
            "Error": {"Code": code, "Message": "what AWS says"},
            "ResponseMetadata": {"HTTPStatusCode": status, "RequestId": "request-1"},  # type: ignore[typeddict-item]  # the rest is not read
        },
        "AssumeRole",
    )
    return sts_error(error, "AssumeRole", "eu-central-1", as_platform=as_platform)


@pytest.mark.parametrize(
    ("code", "status", "kind", "retryable", "hint"),
    [
        ("AccessDenied", 403, AccessDenied, False, None),
        ("ExpiredToken", 403, CredentialsUnavailable, False, "expired"),
        ("InvalidClientTokenId", 403, CredentialsUnavailable, False, "partition"),
        ("SignatureDoesNotMatch", 403, CredentialsUnavailable, False, "clock"),
        ("RegionDisabledException", 403, ServiceFault, False, "Account settings"),
        ("PackedPolicyTooLarge", 400, ServiceFault, False, "Split the flow"),
        ("MalformedPolicyDocument", 400, ServiceFault, False, "defect"),
        ("Throttling", 400, ServiceFault, True, None),
        ("SlowDown", 429, ServiceFault, True, None),
        ("InternalFailure", 500, ServiceFault, True, None),
        ("ValidationError", 400, ServiceFault, False, None),
    ],
)
def test_answers(
    code: str, status: int, kind: type[PenstockError], retryable: bool, hint: str | None
) -> None:
    error = answered(code, status)
    assert type(error) is kind
    assert error.retryable is retryable
    assert error.aws is not None
    assert (error.aws.code, error.aws.status, error.aws.request_id) == (code, status, "request-1")
    assert "what AWS says" in error.message
    assert (hint or "") in (error.hint or "")


def test_a_role_sessions_bad_credentials_are_not_the_platforms() -> None:
    error = answered("ExpiredToken", 403, as_platform=False)
    assert type(error) is ServiceFault


@pytest.mark.parametrize(
    "error",
    [
        boto.NoCredentialsError(),
        boto.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"),
        boto.ProfileNotFound(profile="nope"),
        boto.CredentialRetrievalError(provider="sso", error_msg="expired"),
        boto.UnauthorizedSSOTokenError(),
    ],
)
def test_no_credentials_at_all_says_where_they_are_looked_for(error: boto.BotoCoreError) -> None:
    found = sts_error(error, "GetCallerIdentity", "us-east-1", as_platform=True)
    assert isinstance(found, CredentialsUnavailable)
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        assert variable in (found.hint or "")


@pytest.mark.parametrize(
    "error",
    [
        boto.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"),
        boto.ConnectTimeoutError(endpoint_url="http://127.0.0.1:1"),
        boto.ReadTimeoutError(endpoint_url="http://127.0.0.1:1"),
        boto.ConnectionClosedError(endpoint_url="http://127.0.0.1:1"),
    ],
)
def test_no_answer_is_worth_another_try(error: boto.BotoCoreError) -> None:
    found = sts_error(error, "AssumeRole", "eu-central-1", as_platform=True)
    assert type(found) is ServiceFault
    assert found.retryable
    assert "eu-central-1" in found.message
    assert "AWS_ENDPOINT_URL" in (found.hint or "")
