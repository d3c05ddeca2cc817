"""What went wrong at S3, in words that say what to do about it."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
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

from penstock.connectors.s3.fault_codes import (
    BARE_STATUSES,
    CODES,
    RETRYABLE_CODES,
    Meaning,
)
from penstock.errors import (
    AccessDenied,
    AwsFault,
    InvalidInput,
    NotFound,
    PenstockError,
    ServiceFault,
    Where,
)
from penstock.iam.permission import Permission

_DENIAL: Final = re.compile(
    r"User: (?P<user>\S+) is not authorized to perform: (?P<action>[\w:*-]+)"
    r'(?: on resource: "?(?P<resource>[^"]+?)"?)?'
    r"(?: (?:because|with) (?P<reason>.+?))?$"
)
_CARRIED_BY: Final = {
    "session policy": "the session policy of the flow",
    "identity-based policy": "a policy attached to the connection's role",
    "resource-based policy": "the bucket's policy",
    "permissions boundary": "the permissions boundary of the connection's role",
    "service control policy": "a service control policy of the organization",
    "resource control policy": "a resource control policy of the organization",
    "VPC endpoint policy": "the VPC endpoint's policy",
}
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
_ABSENT_OBJECT: Final = frozenset({"HeadObject", "GetObject", "CopyObject", "GetObjectTagging"})


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about, for the words of an error.

    Attributes:
        owner: the expected bucket owner.
        needs: what the card declared.
        source: what is copied, if something is.
        prefix: where its fields are among the card's inputs (`source.`).
    """

    bucket: str | None = None
    key: str | None = None
    version_id: str | None = None
    owner: str | None = None
    card: str | None = None
    needs: tuple[Permission, ...] = ()
    region: str | None = None
    source: "Subject | None" = None
    prefix: str = ""

    def __str__(self) -> str:
        if self.bucket is None:
            return "the account's buckets"
        if self.key is None:
            return f"bucket {self.bucket}"
        version = f" (version {self.version_id})" if self.version_id else ""
        return f"object {self.key}{version} in bucket {self.bucket}"

    def where(self, field: str | None = None) -> Where:
        return Where(card=self.card, field=f"{self.prefix}{field}" if field else None)


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
        return _denied(aws, subject)
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
        details=_details(subject),
    )


def _near(key: str) -> str:
    """A remark on a key that looks mistyped."""
    if key != key.strip():
        return "The key begins or ends with white space."
    if key.startswith("/"):
        return "The key begins with a slash; keys of objects seldom do."
    return ""


def _details(subject: Subject) -> dict[str, Any]:
    pairs = {"bucket": subject.bucket, "key": subject.key, "version_id": subject.version_id}
    return {name: value for name, value in pairs.items() if value is not None}


def _denied(aws: AwsFault, subject: Subject) -> PenstockError:
    details = _details(subject)
    found = _DENIAL.search(aws.message)
    if found:
        action, reason = found["action"], found["reason"] or ""
        resource = found["resource"]
        details |= {"actions": [action]} | ({"resource": resource} if resource else {})
        place = f" on {resource}" if resource else ""
        return AccessDenied(
            f"AWS denied {action}{place}{f': {reason}' if reason else ''}.",
            hint=_remedy(action, resource, reason),
            where=subject.where(),
            aws=aws,
            details=details,
        )
    needed = [each.action for each in subject.needs if not each.optional]
    details["actions"] = needed
    message = f"AWS denied {aws.operation} on {subject}"
    if needed:
        message += f", which needs {_list(needed)}"
    return AccessDenied(
        f"{message}.",
        hint=_possible_reasons(aws, subject, needed),
        where=subject.where(),
        aws=aws,
        details=details,
    )


def _remedy(action: str, resource: str | None, reason: str) -> str:
    place = f" on {resource}" if resource else ""
    carrier = next((words for name, words in _CARRIED_BY.items() if name in reason), None)
    if "explicit deny" in reason:
        return (
            f"Find the Deny statement in {carrier or 'the policies'} that covers {action}{place}."
        )
    if carrier and "session policy" in reason:
        return (
            f"The role may allow {action}, but this session was narrowed to what the flow's cards "
            f"declare{place and ', and that leaves out' + place[3:]}."
        )
    return f"Allow {action}{place} in {carrier or 'a policy of the role'}."


def _possible_reasons(aws: AwsFault, subject: Subject, needed: list[str]) -> str:
    """AWS does not say why, so each thing that it can be."""
    reasons = []
    if needed:
        reasons.append(f"the role, or the bucket's policy, does not allow {_list(needed)}")
    if subject.owner:
        reasons.append(
            f"the bucket does not belong to account {subject.owner}, its expected owner "
            "(name another in expected_bucket_owner if that is right)"
        )
    if subject.key is not None and aws.operation in _ABSENT_OBJECT:
        reasons.append(
            "there is no such key: without s3:ListBucket on the bucket AWS says denied, not missing"
        )
    if not reasons:
        return "AWS gives no reason."
    return "AWS gives no reason. It can be that " + "; or that ".join(reasons) + "."


def _list(actions: list[str]) -> str:
    return " and ".join(dict.fromkeys(actions))


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
