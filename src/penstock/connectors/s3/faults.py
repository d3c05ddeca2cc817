"""What went wrong at S3, in words that say what to do about it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    MissingDependencyException,
    ParamValidationError,
    ResponseStreamingError,
    SSLError,
)
from botocore.exceptions import (
    ConnectionError as BrokenConnection,
)
from urllib3.exceptions import HTTPError

from penstock.connectors.s3.denials import denied
from penstock.connectors.s3.fault_codes import (
    BARE_STATUSES,
    CODES,
    RETRYABLE_CODES,
    Meaning,
)
from penstock.connectors.s3.subject import Subject
from penstock.errors import (
    AwsFault,
    InvalidInput,
    NotFound,
    PenstockError,
    ServiceFault,
    Where,
)

_BROKEN: Final[tuple[type[Exception], ...]] = (
    BrokenConnection,
    HTTPClientError,
    HTTPError,
    IncompleteReadError,
    ResponseStreamingError,
)
_OF_SOURCE: Final = frozenset({"HeadObject", "GetObjectTagging"})
_CODES_OF_SOURCE: Final = frozenset(
    {"NoSuchKey", "NoSuchVersion", "ObjectNotInActiveTierError", "InvalidObjectState"}
)


@contextmanager
def explained(operation: str, subject: Subject) -> Iterator[None]:
    """Turn what botocore raises inside into errors of the tree, the original as their cause."""
    try:
        yield
    except PenstockError as error:
        if error.where == Where():
            error.where = subject.where()
        raise
    except (ClientError, BotoCoreError, HTTPError) as error:
        raise fault(error, operation, subject) from error
    except RecursionError:
        # botocore asks for the bucket's region at each redirect, and that may be redirected too.
        raise ServiceFault(
            f"{operation} on {subject} was redirected again and again.",
            hint="Check AWS_ENDPOINT_URL: what answers there does not answer as S3 does.",
            where=subject.where(),
        ) from None


def fault(error: Exception, operation: str, subject: Subject) -> PenstockError:
    """The error of the tree that `error`, raised by botocore, stands for."""
    found = (
        _answered(error, operation, subject)
        if isinstance(error, ClientError)
        else _unanswered(error, operation, subject)
    )
    notes = getattr(error, "__notes__", ())
    if notes:
        found.hint = " ".join(filter(None, [found.hint, *notes]))
    return found


def error_code(error: ClientError) -> str:
    """AWS's error code, or the bare HTTP status that a HEAD request is answered with."""
    return str(error.response.get("Error", {}).get("Code", ""))


def aws_fault(error: ClientError, operation: str) -> AwsFault:
    """What AWS answered, with the request's identifiers."""
    told: Mapping[str, Any] = error.response.get("Error", {})
    about: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
    return AwsFault(
        service="s3",
        operation=error.operation_name or operation,
        code=str(told.get("Code", "")),
        message=str(told.get("Message", "")),
        status=int(about.get("HTTPStatusCode", 0)),
        request_id=about.get("RequestId") or None,
        host_id=about.get("HostId") or None,
    )


def _answered(error: ClientError, operation: str, subject: Subject) -> PenstockError:
    aws = aws_fault(error, operation)
    if subject.source is not None and _about_source(error, aws, subject):
        subject = subject.source
    if aws.code in ("AccessDenied", "AllAccessDisabled", "403", "Forbidden") or (
        aws.status == 403 and aws.code not in CODES
    ):
        return denied(aws, subject)
    meaning = CODES.get(aws.code) or (BARE_STATUSES.get(aws.status) if aws.code.isdigit() else None)
    if aws.code == "404" and subject.key is not None:
        meaning = CODES["NoSuchKey"]
    elif aws.code == "404":
        meaning = CODES["NoSuchBucket"]
    retryable = aws.code in RETRYABLE_CODES or aws.status >= 500 or aws.status == 429
    if meaning is None:
        meaning = Meaning(ServiceFault if retryable or aws.status == 0 else InvalidInput)
    return _told(meaning, aws, subject, retryable=retryable)


def _about_source(error: ClientError, aws: AwsFault, subject: Subject) -> bool:
    """Whether an error of a copy is about what is copied, not about where to."""
    if aws.operation in _OF_SOURCE:
        return True
    named = error.response.get("Error", {}).get("BucketName")
    if aws.code == "NoSuchBucket" and subject.source is not None:
        return named == subject.source.bucket != subject.bucket
    return aws.code in _CODES_OF_SOURCE


def _told(meaning: Meaning, aws: AwsFault, subject: Subject, *, retryable: bool) -> PenstockError:
    words = {"subject": subject, "bucket": subject.bucket, "region": subject.region}
    message = (meaning.message or "AWS refused {operation} on {subject}").format(
        **words, operation=aws.operation
    )
    said = aws.message.strip().rstrip(".")
    if said and (meaning.message is None or meaning.quote):
        message = f"{message}: {said}"
    hint = meaning.hint.format(**words) if meaning.hint else None
    if meaning.kind is NotFound and aws.code in ("NoSuchKey", "404") and subject.key:
        hint = f"{hint} {_near(subject.key)}".strip() if _near(subject.key) else hint
    return meaning.kind(
        f"{message}.",
        hint=hint,
        where=subject.where(meaning.field),
        aws=aws,
        retryable=retryable,
        details=subject.details(),
    )


def _near(key: str) -> str:
    """A remark on a key that looks mistyped."""
    if key != key.strip():
        return "The key begins or ends with white space."
    if key.startswith("/"):
        return "The key begins with a slash; keys of objects seldom do."
    return ""


def _unanswered(error: Exception, operation: str, subject: Subject) -> PenstockError:
    where = subject.where()
    if isinstance(error, ParamValidationError):
        return InvalidInput(
            f"The inputs do not fit {operation}: {_first_line(error)}.", where=where
        )
    if isinstance(error, MissingDependencyException):
        return InvalidInput(
            f"{subject} cannot be reached: multi-Region access points need a signature "
            "(SigV4A) that is not installed.",
            hint="Use the bucket's name or the ARN of an access point in one region.",
            where=where,
        )
    if isinstance(error, FlexibleChecksumError):
        return ServiceFault(
            f"What arrived of {subject} does not have the checksum that S3 keeps of it.",
            hint="It was damaged on the way; trying again usually helps.",
            where=where,
            retryable=True,
        )
    if isinstance(error, SSLError):
        return ServiceFault(
            f"No secure connection to S3 could be made for {operation}: {_first_line(error)}.",
            hint="Check the certificates this machine trusts, and any proxy (AWS_CA_BUNDLE).",
            where=where,
        )
    if isinstance(error, _BROKEN):
        return ServiceFault(
            f"{operation} on {subject} was not answered: {_first_line(error)}.",
            hint="Check the network, the region's name, any proxy, and AWS_ENDPOINT_URL.",
            where=where,
            retryable=True,
        )
    return InvalidInput(f"{operation} cannot be sent: {_first_line(error)}.", where=where)


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:500]
