"""The steps of one probe that ask AWS. `probe` says in which order and why."""

import json
import secrets
import string
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from penstock.connections.diagnosis import (
    kept_out,
    let_in_with_other_id,
    let_in_without_id,
    trust_denial,
)
from penstock.connections.model import Outcome, PlatformPrincipal, ProbeStep
from penstock.connections.session_name import PROBE_SESSION_NAME
from penstock.connections.sts import RoleSession, StsGateway
from penstock.errors import AccessDenied, AwsFault, CredentialsUnavailable, ServiceFault
from penstock.iam.arn import RoleArn

Name = Literal["right_external_id", "no_external_id", "other_external_id", "identity"]

DENY_EVERYTHING: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
    },
    separators=(",", ":"),
)
_SECONDS: Final = 900
_FAULTS_BORNE: Final = 3
_LONGEST_PAUSE: Final = 8.0


@dataclass(frozen=True, slots=True)
class Subject:
    """What is probed: a role, for the connection with this external ID."""

    platform: PlatformPrincipal
    role: RoleArn
    role_arn: str
    external_id: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a step may wait for IAM to settle, and how time passes; in seconds."""

    wait: float
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


class Probing:
    """One probe under way: what it has asked, and what it found."""

    def __init__(self, sts: StsGateway, subject: Subject, patience: Patience) -> None:
        self.denied = False
        """The right ID is refused, or the session is not the role's."""
        self.let_in = False
        """Somebody without the ID gets in."""
        self._sts = sts
        self._subject = subject
        self._patience = patience
        self._started = 0.0
        self._attempts = 0
        self._aws_code: str | None = None
        self._request_id: str | None = None

    def right_external_id(self) -> ProbeStep:
        """The role can be assumed with this connection's ID, within the time allowed."""
        self._begin()
        try:
            self._enter()
        except AccessDenied as error:
            return self._kept_out("right_external_id", error)
        except ServiceFault as error:
            return self._unproved("right_external_id", error)
        return self._end(
            "right_external_id", "passed", "The role can be assumed with this external ID."
        )

    def no_external_id(self) -> ProbeStep:
        """The role refuses whoever gives no external ID."""
        self._begin()
        try:
            if self._anyone_gets_in(((None,), (None,))):
                return self._end(
                    "no_external_id",
                    "failed",
                    "The role can be assumed without any external ID.",
                    let_in_without_id(self._subject.platform, self._subject.external_id),
                )
        except (AccessDenied, ServiceFault) as error:
            return self._unproved("no_external_id", error)
        return self._end("no_external_id", "passed", "Without an external ID AWS says no.")

    def other_external_id(self) -> ProbeStep:
        """The role refuses whoever gives another external ID."""
        self._begin()
        without = self.let_in
        half = len(self._subject.external_id) // 2
        stranger = str(uuid.uuid4())
        near = (
            self._subject.external_id[:half] + _shuffled(self._subject.external_id[half:]),
            _shuffled(self._subject.external_id[:half]) + self._subject.external_id[half:],
        )
        try:
            if self._anyone_gets_in(((stranger,), near)):
                return self._end(
                    "other_external_id",
                    "failed",
                    "The role can be assumed with an external ID that is not this connection's.",
                    let_in_with_other_id(
                        self._subject.platform, self._subject.external_id, also_without_id=without
                    ),
                )
        except (AccessDenied, ServiceFault) as error:
            return self._unproved("other_external_id", error)
        return self._end("other_external_id", "passed", "With other external IDs AWS says no.")

    def identity(self) -> ProbeStep:
        """A session with the right ID is the role's, in the role's account."""
        self._begin()
        try:
            session, _ = self._enter()
            self._attempts += 1
            found = self._sts.identity(session.credentials, region=self._subject.region)
        except AccessDenied as error:
            return self._kept_out("identity", error)
        except ServiceFault as error:
            return self._unproved("identity", error)
        self._aws_code, self._request_id = None, found.request_id
        kind, _, rest = found.arn.split(":", 5)[5].partition("/")
        if found.account_id != self._subject.role.account_id or (kind, rest.split("/")[0]) != (
            "assumed-role",
            self._subject.role.name,
        ):
            self.denied = True
            return self._end(
                "identity",
                "failed",
                f"The session that AWS gave is {found.arn}, not one of {self._subject.role_arn}.",
                "Check AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_STS: another STS seems to answer.",
            )
        return self._end(
            "identity",
            "passed",
            f"The session is {found.arn}. Account {found.account_id} is from now on the "
            "expected owner of every bucket.",
        )

    def _anyone_gets_in(self, rounds: Sequence[Sequence[str | None]]) -> bool:
        """Whether one of these IDs opens the role; False once all are proved to be refused.

        Raises:
            AccessDenied, ServiceFault: it could not be proved.
        """
        deadline = self._patience.monotonic() + self._patience.wait
        for strangers in rounds:
            while True:
                for external_id in strangers:
                    if self._opens(external_id):
                        self.let_in = True
                        return True
                _, tries = self._enter()
                # Refused once in between: some STS did not know the role, and one such may have
                # answered the strangers. Past the deadline that is accepted no more than before.
                if tries == 1:
                    break
                if self._patience.monotonic() >= deadline:
                    raise ServiceFault(
                        "AWS answered now one way, now the other: IAM is still settling."
                    )
        return False

    def _opens(self, external_id: str | None) -> bool:
        for pause in self._pauses(_FAULTS_BORNE):
            try:
                self._assume(external_id)
            except AccessDenied:
                return False
            except ServiceFault as error:
                self._bear(error, pause)
            else:
                return True
        raise AssertionError("the last pause is None, and raises")

    def _enter(self) -> tuple[RoleSession, int]:
        """A session with the right ID, and how many tries it took.

        Raises:
            AccessDenied, ServiceFault: the last answer, once time is up.
        """
        deadline = self._patience.monotonic() + self._patience.wait
        faults = 0
        for tries, pause in enumerate(self._pauses(None), start=1):
            try:
                return self._assume(self._subject.external_id), tries
            except AccessDenied:
                left = deadline - self._patience.monotonic()
                if pause is None or left <= 0:
                    raise
                self._patience.sleep(min(pause, left))
            except ServiceFault as error:
                faults += 1
                self._bear(error, pause if faults < _FAULTS_BORNE else None)
        raise AssertionError("pauses without a limit never end")

    def _assume(self, external_id: str | None) -> RoleSession:
        self._attempts += 1
        try:
            session = self._sts.assume_role(
                self._subject.role_arn,
                session_name=PROBE_SESSION_NAME,
                external_id=external_id,
                session_policy=DENY_EVERYTHING,
                seconds=_SECONDS,
                region=self._subject.region,
            )
        except (AccessDenied, ServiceFault) as error:
            self._remember(error.aws)
            raise
        self._aws_code, self._request_id = None, session.request_id
        return session

    def _bear(self, error: ServiceFault, pause: float | None) -> None:
        if isinstance(error, CredentialsUnavailable) or not error.retryable or pause is None:
            raise error
        self._patience.sleep(pause)

    def _pauses(self, tries: int | None) -> Iterator[float | None]:
        """Seconds to pause after each try: 1, 2, 4, 8, 8 ...; None after the last."""
        pause, count = 1.0, 1
        while tries is None or count < tries:
            yield pause
            pause, count = min(pause * 2, _LONGEST_PAUSE), count + 1
        yield None

    def _remember(self, aws: AwsFault | None) -> None:
        self._aws_code = aws.code if aws else None
        self._request_id = aws.request_id if aws else None

    def _begin(self) -> None:
        self._started = self._patience.monotonic()
        self._attempts = 0
        self._remember(None)

    def _end(
        self,
        name: Name,
        outcome: Outcome,
        message: str,
        hint: str | None = None,
        denial: dict[str, Any] | None = None,
    ) -> ProbeStep:
        return ProbeStep(
            name=name,
            outcome=outcome,
            message=message,
            hint=hint,
            seconds=self._patience.monotonic() - self._started,
            attempts=self._attempts,
            aws_code=self._aws_code,
            request_id=self._request_id,
            denial=denial,
        )

    def _kept_out(self, name: Name, error: AccessDenied) -> ProbeStep:
        self.denied = True
        asked = self._subject
        return self._end(
            name,
            "failed",
            f"The role cannot be assumed with this external ID. {error.message}",
            kept_out(asked.role, asked.platform, asked.external_id, error.aws),
            trust_denial(error, asked.role_arn, asked.platform, asked.external_id),
        )

    def _unproved(self, name: Name, error: AccessDenied | ServiceFault) -> ProbeStep:
        if isinstance(error, CredentialsUnavailable):
            raise error
        return self._end(
            name,
            "failed",
            f"It could not be proved either way. {error.message}",
            error.hint or "Verify the connection again in a minute.",
        )


def _shuffled(text: str) -> str:
    """As long, in as many parts, but different in its every hexadecimal digit."""
    digits = string.hexdigits[:16]
    return "".join(
        secrets.choice(digits.replace(character, "")) if character in digits else character
        for character in text
    )
