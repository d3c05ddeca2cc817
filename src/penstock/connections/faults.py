"""STS's errors in Penstock's words, with what to do about each."""

from typing import Final

import botocore.exceptions as boto

from penstock.errors import (
    AccessDenied,
    AwsFault,
    CredentialsUnavailable,
    PenstockError,
    ServiceFault,
)

WHERE_CREDENTIALS_COME_FROM: Final = (
    "Penstock finds its own AWS credentials as the AWS CLI does: AWS_ACCESS_KEY_ID, "
    "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or AWS_PROFILE (and AWS_CONFIG_FILE, "
    "AWS_SHARED_CREDENTIALS_FILE), or the role of the container or instance it runs on. "
    "`aws sts get-caller-identity` in the same environment shows whether they work."
)

_DENIED: Final = frozenset({"AccessDenied", "AccessDeniedException"})
_BAD_CREDENTIALS: Final = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "MissingAuthenticationToken",
        "OptInRequired",
        "InvalidAccessKeyId",
    }
)
_THROTTLED: Final = frozenset(
    {"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException"}
)
_NO_CREDENTIALS: Final = (
    boto.NoCredentialsError,
    boto.PartialCredentialsError,
    boto.CredentialRetrievalError,
    boto.ProfileNotFound,
    boto.ConfigNotFound,
    boto.ConfigParseError,
    boto.TokenRetrievalError,
    boto.SSOError,
    boto.InvalidConfigError,
    boto.MetadataRetrievalError,
    boto.RefreshWithMFAUnsupportedError,
)


def sts_error(error: Exception, operation: str, region: str, *, as_platform: bool) -> PenstockError:
    """The error to raise. `as_platform` is False when a role session's credentials were used."""
    if isinstance(error, boto.ClientError):
        return _answered(error, operation, region, as_platform=as_platform)
    if isinstance(error, _NO_CREDENTIALS):
        return CredentialsUnavailable(
            f"Penstock has no AWS credentials of its own: {error}",
            hint=WHERE_CREDENTIALS_COME_FROM,
        )
    if isinstance(error, boto.HTTPClientError | boto.ConnectionError):
        return ServiceFault(
            f"AWS STS in {region} could not be reached: {error}",
            hint="Check the network, the proxy, AWS_ENDPOINT_URL and the region.",
            retryable=True,
        )
    return ServiceFault(f"The request to AWS STS in {region} could not be made: {error}")


def _answered(
    error: boto.ClientError, operation: str, region: str, *, as_platform: bool
) -> PenstockError:
    aws = _fault(error, operation)
    said = f"{aws.message} ({aws.code})"
    if aws.code in _DENIED:
        return AccessDenied(f"AWS STS refuses {operation}: {said}", aws=aws)
    if aws.code in _BAD_CREDENTIALS and as_platform:
        return CredentialsUnavailable(
            f"AWS does not accept the credentials that Penstock itself runs with: {said}",
            hint=_credential_hint(aws.code),
            aws=aws,
        )
    if aws.code in {"RegionDisabledException", "RegionDisabled"}:
        return ServiceFault(
            f"AWS STS is not active in {region} for the role's account: {said}",
            hint="An administrator of the account can activate it in the IAM console under "
            "Account settings; or give the connection another region.",
            aws=aws,
        )
    if aws.code in {"PackedPolicyTooLarge", "PackedPolicyTooLargeException"}:
        return ServiceFault(
            f"The flow's session policy is too large for AWS: {said}",
            hint="Split the flow, or name fewer distinct buckets and prefixes in its cards.",
            aws=aws,
        )
    if aws.code in {"MalformedPolicyDocument", "MalformedPolicyDocumentException"}:
        return ServiceFault(
            f"AWS cannot read the session policy: {said}",
            hint="This is a defect of Penstock: please report it with the flow's document.",
            aws=aws,
        )
    if aws.code in _THROTTLED or aws.status == 429:
        return ServiceFault(f"AWS STS asks for fewer requests: {said}", aws=aws, retryable=True)
    return ServiceFault(
        f"AWS STS answers {operation} with an error: {said}",
        aws=aws,
        retryable=aws.status >= 500,
    )


def _fault(error: boto.ClientError, operation: str) -> AwsFault:
    said = error.response.get("Error", {})
    met = error.response.get("ResponseMetadata", {})
    return AwsFault(
        service="sts",
        operation=operation,
        code=said.get("Code", "Unknown"),
        message=said.get("Message", "no message"),
        status=met.get("HTTPStatusCode", 0),
        request_id=met.get("RequestId"),
    )


def _credential_hint(code: str) -> str:
    if code.startswith("ExpiredToken"):
        return f"They have expired: get new ones. {WHERE_CREDENTIALS_COME_FROM}"
    if code == "SignatureDoesNotMatch":
        return (
            f"Check the secret access key and this machine's clock. {WHERE_CREDENTIALS_COME_FROM}"
        )
    return f"The key may be deleted, or of another partition. {WHERE_CREDENTIALS_COME_FROM}"
