"""An STS that follows rules written in the test, and a clock that only the test moves."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from penstock.catalog.credentials import Credentials
from penstock.connections.model import PlatformPrincipal
from penstock.connections.sts import CallerIdentity, RoleSession
from penstock.errors import AccessDenied, AwsFault, PenstockError, ServiceFault

PLATFORM = PlatformPrincipal(
    account_id="111111111111", arn="arn:aws:iam::111111111111:user/penstock", partition="aws"
)
CUSTOMER = "222222222222"
ROLE = f"arn:aws:iam::{CUSTOMER}:role/service/penstock-archive"
NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


class FakeClock:
    """Wall clock, monotonic clock and sleep in one; sleeping moves both."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass(frozen=True)
class Asked:
    """One AssumeRole request."""

    role_arn: str
    external_id: str | None
    session_name: str
    session_policy: str | None
    seconds: int
    region: str | None


def denied(request_id: str = "denied-1") -> AccessDenied:
    return AccessDenied(
        "AWS STS refuses AssumeRole",
        aws=AwsFault("sts", "AssumeRole", "AccessDenied", "not authorized", 403, request_id),
    )


def unreachable() -> ServiceFault:
    return ServiceFault("AWS STS in us-east-1 could not be reached", retryable=True)


Rule = Callable[[Asked], PenstockError | None]


def trusts(external_id: str) -> Rule:
    """A role as it should be."""
    return lambda asked: None if asked.external_id == external_id else denied()


@dataclass
class FakeSts:
    """StsGateway: `rule` gives the error for a request, or None for a session."""

    clock: FakeClock
    rule: Rule = lambda _: None
    platform_error: PenstockError | None = None
    identity_arn: str | None = None
    asked: list[Asked] = field(default_factory=list)
    lifetime: timedelta | None = None
    before_answer: Callable[[Asked], None] = lambda _: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def platform(self) -> PlatformPrincipal:
        if self.platform_error:
            raise self.platform_error
        return PLATFORM

    def assume_role(
        self,
        role_arn: str,
        *,
        session_name: str,
        external_id: str | None,
        session_policy: str | None = None,
        seconds: int = 3600,
        region: str | None = None,
    ) -> RoleSession:
        asked = Asked(role_arn, external_id, session_name, session_policy, seconds, region)
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
        self.before_answer(asked)
        if error := self.rule(asked):
            raise error
        _, _, _, _, account, role = role_arn.split(":", 5)
        name = role.rsplit("/", 1)[-1]
        return RoleSession(
            Credentials(
                access_key_id=f"ASIA{number:016d}",
                secret_access_key=f"secret-of-{role_arn}-{number}",
                session_token=f"token-{number}",
                expires_at=self.clock.now() + (self.lifetime or timedelta(seconds=seconds)),
            ),
            assumed_role_arn=f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}",
            request_id=f"assume-{number}",
        )

    def identity(self, credentials: Credentials, *, region: str | None = None) -> CallerIdentity:
        role_arn = credentials.secret_access_key.removeprefix("secret-of-").rsplit("-", 1)[0]
        account = role_arn.split(":")[4]
        name = role_arn.rsplit("/", 1)[-1]
        arn = self.identity_arn or f"arn:aws:sts::{account}:assumed-role/{name}/penstock-probe"
        return CallerIdentity(arn.split(":")[4], arn, "identity-1")
