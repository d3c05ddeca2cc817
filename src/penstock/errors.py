"""The one exception tree. Whoever raises says what happened, where, and what to do about it.

    PenstockError
    ├── InvalidInput               what was given cannot be used as it is
    │   ├── DocumentInvalid        a flow document with problems, each at its place
    │   ├── PolicyInvalid          an IAM policy document that cannot be read
    │   ├── RoleArnInvalid         not the ARN of a role that can be connected
    │   └── PasswordUnsuitable     a new password that is too short, too long or too easy
    ├── NotFound                   no connection, flow, run, card or file of that name
    ├── Conflict                   what exists stands in the way
    │   ├── NicknameTaken
    │   ├── UsernameTaken
    │   ├── InUse                  flows use the connection
    │   ├── FlowOff                the flow is switched off, so no run of it starts
    │   └── DataDirectoryInUse     another process owns the data directory
    ├── Refused                    Penstock, or a policy, says no
    │   ├── ConnectionNotVerified  draft, denied or stale: not proved, so not used
    │   ├── ConnectionUnsafe       the role lets others in
    │   ├── AccessDenied           AWS says no
    │   ├── ScopeMissing           the caller's role or token does not reach that far
    │   └── LinkInvalid            a one-time link that was used, has expired, or never was
    ├── NotSignedIn                it is not known who asks
    │   └── SignInFailed           username or password is wrong
    ├── TooManyAttempts            to sign in, in a short time
    ├── ServiceFault               AWS, or the way there, failed
    │   └── CredentialsUnavailable the platform principal or a role session could not be had
    ├── CardFailed                 a card cannot go on, for a reason that is not AWS's
    │   └── StorageFull            no room left for a run's files
    ├── RunCancelled
    └── InternalFault              a defect of Penstock

`code` is stable: clients may branch on it. `exit_code` is the CLI's, `status` the HTTP API's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Where:
    """The place a message is about; what is unknown is None.

    `field` is a dotted path inside the card's inputs (`source.bucket`); `line` and `column`
    count from 1 in the text that was given.
    """

    flow: str | None = None
    card: str | None = None
    field: str | None = None
    line: int | None = None
    column: int | None = None

    def as_dict(self) -> dict[str, str | int]:
        """Only what is known."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in pairs if value is not None}

    def __str__(self) -> str:
        parts = [f"flow {self.flow}"] if self.flow else []
        parts += [f"card {self.card}"] if self.card else []
        parts += [f"field {self.field}"] if self.field else []
        parts += [f"line {self.line}"] if self.line else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class AwsFault:
    """What AWS answered: its error code, message, HTTP status and request identifiers."""

    service: str
    operation: str
    code: str
    message: str
    status: int
    request_id: str | None = None
    host_id: str | None = None

    def as_dict(self) -> dict[str, str | int]:
        """Only what is known."""
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return {name: value for name, value in pairs if value is not None}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a check, at its place. `pointer` is an RFC 6901 JSON pointer."""

    pointer: str
    code: str
    message: str
    hint: str | None = None
    where: Where = field(default_factory=Where)
    severity: Severity = "error"

    def as_dict(self) -> dict[str, Any]:
        """For the API: `pointer`, `code`, `message`, `severity`, and `hint`, `where` if any."""
        found: dict[str, Any] = {
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            "severity": self.severity,
        }
        if self.hint:
            found["hint"] = self.hint
        if where := self.where.as_dict():
            found["where"] = where
        return found


class PenstockError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        message: str | None = None,
        *,
        hint: str | None = None,
        where: Where | None = None,
        aws: AwsFault | None = None,
        retryable: bool = False,
        problems: tuple[Problem, ...] = (),
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self.message = message or (type(self).__doc__ or "").splitlines()[0]
        self.hint = hint
        self.where = where or Where()
        self.aws = aws
        self.retryable = retryable
        self.problems = problems
        self.details = dict(details or {})
        super().__init__(self.message)

    def as_dict(self) -> dict[str, Any]:
        """For history, API and CLI: `code`, `message`, `retryable`, and what else is known."""
        said: dict[str, Any] = {
            "code": self.code,
            "message": self.message,
            "retryable": self.retryable,
        }
        if self.hint:
            said["hint"] = self.hint
        if where := self.where.as_dict():
            said["where"] = where
        if self.aws:
            said["aws"] = self.aws.as_dict()
        if self.problems:
            said["problems"] = [problem.as_dict() for problem in self.problems]
        if self.details:
            said["details"] = self.details
        return said


class InvalidInput(PenstockError):
    """What was given cannot be used as it is."""

    code = "invalid_input"
    status = 422


class DocumentInvalid(InvalidInput):
    """The flow document has problems."""

    code = "document_invalid"


class PolicyInvalid(InvalidInput):
    """The policy document cannot be read."""

    code = "policy_invalid"


class RoleArnInvalid(InvalidInput):
    """This is not the ARN of a role that can be connected."""

    code = "role_arn_invalid"


class PasswordUnsuitable(InvalidInput):
    """This cannot be a new password."""

    code = "password_unsuitable"


class NotFound(PenstockError):
    """There is nothing of that name."""

    code = "not_found"
    status = 404


class Conflict(PenstockError):
    """What exists already stands in the way."""

    code = "conflict"
    status = 409


class NicknameTaken(Conflict):
    """Another connection has this nickname."""

    code = "nickname_taken"


class UsernameTaken(Conflict):
    """Another user has this name."""

    code = "username_taken"


class InUse(Conflict):
    """Flows use this connection."""

    code = "in_use"


class FlowOff(Conflict):
    """The flow is off, so no run of it can be started."""

    code = "flow_off"


class DataDirectoryInUse(Conflict):
    """Another process owns this data directory."""

    code = "data_directory_in_use"


class Refused(PenstockError):
    """This was refused."""

    code = "refused"
    status = 403
    exit_code = 3


class ConnectionNotVerified(Refused):
    """The connection is not verified, so flows may not use it."""

    code = "connection_not_verified"


class ConnectionUnsafe(Refused):
    """The role can be assumed without this connection's external ID."""

    code = "connection_unsafe"


class AccessDenied(Refused):
    """AWS says that this is not allowed."""

    code = "access_denied"


class ScopeMissing(Refused):
    """Your role, or this token, does not reach that far."""

    code = "scope_missing"


class LinkInvalid(Refused):
    """This link was used already, or has expired."""

    code = "link_invalid"


class NotSignedIn(PenstockError):
    """Sign in first."""

    code = "sign_in_required"
    status = 401
    exit_code = 3


class SignInFailed(NotSignedIn):
    """The username or the password is wrong."""

    code = "sign_in_failed"


class TooManyAttempts(PenstockError):
    """There were too many attempts to sign in."""

    code = "too_many_attempts"
    status = 429


class ServiceFault(PenstockError):
    """AWS answered with an error, or did not answer."""

    code = "service_fault"
    status = 502


class CredentialsUnavailable(ServiceFault):
    """No AWS credentials could be had."""

    code = "credentials_unavailable"


class CardFailed(PenstockError):
    """The card cannot go on."""

    code = "card_failed"


class StorageFull(CardFailed):
    """There is no room left for the run's files."""

    code = "storage_full"
    status = 507


class RunCancelled(PenstockError):
    """The run was cancelled."""

    code = "run_cancelled"
    status = 409


class InternalFault(PenstockError):
    """Penstock has a defect: please report this."""

    code = "internal_fault"
