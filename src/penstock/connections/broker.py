"""The one place that gives out role sessions' credentials.

One AssumeRole serves every card of a (connection, session policy, session name) for most of an
hour. Credentials live in this process's memory and nowhere else; if a session cannot be had, an
error is raised, and the platform's own identity is never a way out.
"""

import logging
import shlex
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from penstock.catalog.context import ConnectionHandle
from penstock.catalog.credentials import Credentials
from penstock.connections.diagnosis import trust_denial
from penstock.connections.lifecycle import require_usable
from penstock.connections.model import Connection, Partition
from penstock.connections.repository import ConnectionRepository
from penstock.connections.session import Dropped, Session
from penstock.connections.session_name import checked_session_name
from penstock.connections.sts import StsGateway
from penstock.errors import (
    AccessDenied,
    ConnectionNotVerified,
    ConnectionUnsafe,
    InternalFault,
    InvalidInput,
    NotFound,
    PenstockError,
)

LONGEST_SESSION_POLICY: Final = 2048
_ASK_THE_STORE_AFTER: Final = timedelta(seconds=15)
_NOTE_USE_AFTER: Final = timedelta(minutes=1)

_log: Final = logging.getLogger(__name__)


class CredentialBroker:
    """Gives handles of verified connections, and keeps their sessions. Safe in many threads.

    Whether a connection may be used is read from the store when a handle is opened, when a
    session is made or refreshed, and at most 15 s after it changed in another process;
    `forget` makes it count in this process at once.

    Args:
        session_seconds: 1,800 to 3,600. Less would lie inside botocore's refresh windows (900
            and 600 s), more is refused to a role that assumes a role.
    """

    def __init__(
        self,
        repository: ConnectionRepository,
        sts: StsGateway,
        *,
        session_seconds: int = 3600,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not 1800 <= session_seconds <= 3600:
            raise InternalFault(f"Sessions of {session_seconds} s: 1,800 to 3,600 are possible.")
        self._repository = repository
        self._sts = sts
        self._session_seconds = session_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._checked: dict[str, datetime] = {}
        self._used: dict[str, datetime] = {}
        self._epochs: Counter[str] = Counter()
        self._generations: Counter[str] = Counter()

    def open(
        self, reference: str, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle:
        """A handle of the connection, by nickname or id; no session is made yet.

        Args:
            session_policy: JSON, at most 2,048 characters: the session can do only what it and
                the role both allow. None leaves the role's own permissions.
            session_name: what the role's owner sees in CloudTrail (`flow_session_name`).

        Raises:
            NotFound, ConnectionNotVerified, ConnectionUnsafe
            InvalidInput: session name or policy that AWS would refuse.
        """
        checked_session_name(session_name)
        if session_policy is not None and len(session_policy) > LONGEST_SESSION_POLICY:
            raise InvalidInput(
                f"A session policy of {len(session_policy)} characters: "
                f"{LONGEST_SESSION_POLICY} are the most that AWS takes.",
                hint="Split the flow, or name fewer distinct buckets and prefixes in its cards.",
            )
        connection = self._usable(reference)
        return _Handle(self, connection, session_policy, session_name)

    def forget(self, connection_id: str) -> None:
        """Drop the connection's sessions. One being made just now is dropped when it arrives."""
        with self._lock:
            self._epochs[connection_id] += 1
            self._used.pop(connection_id, None)
            for scope, session in list(self._sessions.items()):
                if session.connection_id == connection_id:
                    self._remove(scope)

    def credentials(self, handle: "_Handle") -> Credentials:
        """What `handle.credentials()` gives."""
        while True:
            session = self._session(handle)
            try:
                credentials = session.credentials()
            except Dropped:
                continue
            self._note_use(handle.id)
            return credentials

    def _session(self, handle: "_Handle") -> Session:
        now = self._clock()
        with self._lock:
            session = self._sessions.get(handle.scope)
            checked = self._checked.get(handle.scope)
            if session and checked and timedelta() <= now - checked < _ASK_THE_STORE_AFTER:
                return session
        while True:
            with self._lock:
                epoch = self._epochs[handle.id]
            try:
                self._require_current(handle)
            except (NotFound, ConnectionNotVerified, ConnectionUnsafe):
                self.forget(handle.id)
                raise
            with self._lock:
                # Forgotten while the store was read: what it said may be of before.
                if epoch != self._epochs[handle.id]:
                    continue
                self._checked[handle.scope] = now
                session = self._sessions.get(handle.scope)
                if session is None:
                    session = self._sessions[handle.scope] = self._new(handle)
                return session

    def _new(self, handle: "_Handle") -> Session:
        """Called with the lock held; makes room first."""
        now = self._clock()
        for scope, session in list(self._sessions.items()):
            if session.is_over(now):
                self._remove(scope)
        region, external_id = handle.connection.region, handle.connection.external_id

        def make() -> Credentials:
            self._require_current(handle)
            try:
                made = self._sts.assume_role(
                    handle.role_arn,
                    session_name=handle.session_name,
                    external_id=external_id,
                    session_policy=handle.session_policy,
                    seconds=self._session_seconds,
                    region=region,
                ).credentials
            except AccessDenied as error:
                name = shlex.quote(handle.nickname)
                error.hint = error.hint or (
                    f"The role has let Penstock in before. `penstock connections verify {name}` "
                    "says what to check."
                )
                self._explain(error, handle.role_arn, external_id)
                raise
            with self._lock:
                self._generations[handle.scope] += 1
                generation = self._generations[handle.scope]
            return Credentials(
                access_key_id=made.access_key_id,
                secret_access_key=made.secret_access_key,
                session_token=made.session_token,
                expires_at=made.expires_at,
                generation=generation,
            )

        return Session(handle.id, make, self._clock)

    def _explain(self, error: AccessDenied, role_arn: str, external_id: str) -> None:
        """Put into its details why STS said no, if it can be known who Penstock is."""
        try:
            platform = self._sts.platform()
        except PenstockError:
            return
        error.details["denial"] = trust_denial(error, role_arn, platform, external_id)

    def _remove(self, scope: str) -> None:
        """Called with the lock held. Whoever still has the session in hand asks again."""
        self._sessions.pop(scope).drop()
        self._checked.pop(scope, None)

    def _require_current(self, handle: "_Handle") -> None:
        """Raises if the handle's connection may not be used, or not with the handle's role."""
        handle.require_same_role(self._usable(handle.id))

    def _usable(self, reference: str) -> Connection:
        connection = self._repository.find(reference)
        if connection is None:
            raise NotFound(
                f"There is no connection {reference!r}.",
                hint="`penstock connections list` shows those there are.",
            )
        require_usable(connection, self._clock())
        return connection

    def _note_use(self, connection_id: str) -> None:
        now = self._clock()
        with self._lock:
            last = self._used.get(connection_id)
            if last is not None and now - last < _NOTE_USE_AFTER:
                return
            self._used[connection_id] = now
        try:
            self._repository.touch(connection_id, now)
        except Exception:
            # A card must not fail because the time of its use could not be noted.
            _log.warning("last use of connection %s not noted", connection_id, exc_info=True)


class _Handle:
    """ConnectionHandle of the role that the connection had when it was opened."""

    def __init__(
        self,
        broker: CredentialBroker,
        connection: Connection,
        session_policy: str | None,
        session_name: str,
    ) -> None:
        if (
            connection.role_arn is None
            or connection.account_id is None
            or connection.partition is None
        ):
            raise InternalFault(f"Connection {connection.nickname} is verified without a role.")
        self._broker = broker
        self.connection = connection
        self.role_arn: str = connection.role_arn
        self.session_policy = session_policy
        self.session_name = session_name
        self._account_id: str = connection.account_id
        self._partition: Partition = connection.partition
        parts = (connection.role_arn, session_policy or "", session_name)
        digest = sha256("\0".join(parts).encode()).hexdigest()[:16]
        self._scope = f"{connection.id}/{digest}"

    @property
    def id(self) -> str:
        return self.connection.id

    @property
    def nickname(self) -> str:
        return self.connection.nickname

    @property
    def account_id(self) -> str:
        return self._account_id

    @property
    def partition(self) -> Partition:
        return self._partition

    @property
    def scope(self) -> str:
        return self._scope

    def credentials(self) -> Credentials:
        return self._broker.credentials(self)

    def require_same_role(self, connection: Connection) -> None:
        """Raises ConnectionNotVerified if the connection was re-pointed: half a flow in one
        account and half in another is nobody's wish."""
        if connection.role_arn != self.role_arn:
            raise ConnectionNotVerified(
                f"Connection {connection.nickname} was given another role "
                f"({connection.role_arn}) while a run was using {self.role_arn}.",
                hint="Start the run again.",
            )

    def __repr__(self) -> str:
        return f"<connection {self.nickname}, scope {self._scope}>"
