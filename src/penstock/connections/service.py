"""What a person can do with connections, from draft to deletion."""

import secrets
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from penstock.connections.lifecycle import after_probe, as_of, due
from penstock.connections.lookup import ConnectionDirectory
from penstock.connections.model import (
    Connection,
    Deletion,
    PlatformPrincipal,
    ProbeReport,
    ProbeStep,
)
from penstock.connections.nickname import checked_description, checked_nickname, nickname_key
from penstock.connections.notices import role_refused, still_to_do
from penstock.connections.probe import TrustProbe
from penstock.connections.region import checked_region
from penstock.connections.repository import ConnectionRepository, UsageLookup
from penstock.connections.sts import StsGateway
from penstock.connections.trust_policy import Form, RoleSetup, trust_policy
from penstock.errors import (
    Conflict,
    InUse,
    InvalidInput,
    NicknameTaken,
    NotFound,
    Where,
)
from penstock.iam.policy import Policy

OnStep = Callable[[ProbeStep], None]


class ConnectionService(ConnectionDirectory):
    """Connections, by nickname (without case) or id. Safe for use by several threads.

    Args:
        usage: which flows use a connection.
        forget: told of a connection's id when its sessions must not be used any more.
    """

    def __init__(
        self,
        repository: ConnectionRepository,
        usage: UsageLookup,
        sts: StsGateway,
        *,
        forget: Callable[[str], None] = lambda _: None,
        probe: TrustProbe | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(repository, clock=clock)
        self._usage = usage
        self._sts = sts
        self._forget = forget
        self._probe = probe or TrustProbe(sts, clock=clock)
        # Read, change and replace must not interleave; probes, which take long, run outside.
        self._changing = threading.RLock()

    def draft(
        self, nickname: str, *, description: str = "", region: str | None = None
    ) -> Connection:
        """A new connection with its own external ID, before any role exists.

        The external ID is a random UUID of the operating system's generator. It is minted here
        and nowhere else, never changes, and is never given to another connection, not even after
        this one is deleted.

        Raises:
            InvalidInput: nickname, description or region.
            NicknameTaken
        """
        now = self._clock()
        connection = Connection(
            id=_random_uuid(),
            nickname=checked_nickname(nickname),
            external_id=_random_uuid(),
            status="draft",
            created_at=now,
            updated_at=now,
            description=checked_description(description),
            region=checked_region(region),
        )
        with self._changing:
            self._require_free(connection.nickname)
            self._repository.add(connection)
        return connection

    def get(self, reference: str) -> Connection:
        """The connection, by nickname or id, with its status as of now.

        Raises:
            NotFound: with the nearest nickname.
        """
        found = self._repository.find(reference.strip())
        if found is None:
            nearest = get_close_matches(reference, list(self.nicknames()), n=1)
            raise NotFound(
                f"There is no connection {reference!r}.",
                hint=f"Did you mean {nearest[0]!r}?"
                if nearest
                else "`penstock connections list` shows those there are.",
            )
        return as_of(found, self._clock())

    def list(self) -> Sequence[Connection]:
        """All connections by nickname, with their status as of now."""
        now = self._clock()
        return [as_of(connection, now) for connection in self._repository.all()]

    def platform(self) -> PlatformPrincipal:
        """Who Penstock runs as: the principal that a role must trust.

        Raises:
            CredentialsUnavailable, ServiceFault
        """
        return self._sts.platform()

    def trust_policy(
        self, reference: str, form: Form = "json", permissions: Policy | None = None
    ) -> str:
        """The trust policy for this connection's role, ready to be applied.

        Args:
            permissions: what the role is to be allowed; left out of form `json`, which is the
                trust policy alone.

        Raises:
            NotFound, CredentialsUnavailable, ServiceFault
        """
        connection = self.get(reference)
        setup = RoleSetup(
            nickname=connection.nickname,
            external_id=connection.external_id,
            principal_arn=self.platform().arn,
            permissions=permissions,
        )
        return trust_policy(setup, form)

    def verify(
        self,
        reference: str,
        *,
        role_arn: str | None = None,
        on_step: OnStep | None = None,
        wait: float = 60.0,
    ) -> Connection:
        """The connection after a probe of its role: `probe` says what was found, `status` what
        follows from it. Nothing is raised for a role that fails the probe.

        Args:
            role_arn: needed the first time; later the connection's own, or the one probed last.
            wait: seconds to wait for IAM to settle.

        Raises:
            NotFound, RoleArnInvalid, CredentialsUnavailable
            InvalidInput: no role to probe.
            Conflict: the connection has another role already: that is `repoint`.
        """
        connection = self.get(reference)
        if role_arn is not None and connection.role_arn not in {None, role_arn}:
            raise Conflict(
                f"Connection {connection.nickname} already has the role {connection.role_arn}.",
                hint="`penstock connections repoint` gives it another role, proved first.",
                where=Where(field="role_arn"),
            )
        last = connection.probe.role_arn if connection.probe else None
        role = role_arn or connection.role_arn or last
        if role is None:
            raise InvalidInput(
                f"Connection {connection.nickname} has no role yet.",
                hint="Give the ARN of the role whose trust policy has its external ID.",
                where=Where(field="role_arn"),
            )
        report = self._run(connection, role, on_step, wait)
        with self._changing:
            current = self._again(connection)
            if current.role_arn != connection.role_arn:
                raise Conflict(
                    f"Connection {current.nickname} was given another role meanwhile.",
                    hint="Verify it again.",
                )
            return self._keep(after_probe(current, report), forget=report.status != "verified")

    def repoint(
        self,
        reference: str,
        role_arn: str,
        *,
        force: bool = False,
        on_step: OnStep | None = None,
        wait: float = 60.0,
    ) -> Connection:
        """The connection with another role, with the same external ID. The new role is probed
        before the old one is given up.

        Args:
            force: take the new role although it could not be assumed (the old one may be gone);
                the connection cannot be used until it is verified. A role that lets others in
                is never taken.

        Raises:
            NotFound, RoleArnInvalid, CredentialsUnavailable
            ConnectionUnsafe, ConnectionNotVerified: the new role failed; the connection is as
                it was. `details["probe"]` is the report.
        """
        connection = self.get(reference)
        report = self._run(connection, role_arn, on_step, wait)
        if report.status == "unsafe" or (report.status != "verified" and not force):
            raise role_refused(connection, report)
        with self._changing:
            changed = after_probe(self._again(connection), report)
            if report.status != "verified":
                changed = changed.model_copy(
                    update={
                        "status": report.status,
                        "role_arn": role_arn,
                        "partition": role_arn.split(":")[1],
                        "account_id": None,
                        "verified_at": None,
                    }
                )
            return self._keep(changed, forget=True)

    def reverify_due(self, *, wait: float = 10.0) -> Sequence[Connection]:
        """Those whose last good probe is a day old, and the stale ones, probed again.

        For whoever keeps the time; trust policies drift without anybody telling Penstock. A
        connection that cannot be probed now is left for the next time.

        Raises:
            CredentialsUnavailable: Penstock's own credentials do not work.
        """
        now = self._clock()
        probed: list[Connection] = []
        for connection in self._repository.all():
            if connection.role_arn is not None and due(connection, now):
                try:
                    probed.append(self.verify(connection.id, wait=wait))
                except (NotFound, Conflict, InvalidInput):
                    continue
        return probed

    def rename(self, reference: str, nickname: str, *, by: str | None = None) -> Connection:
        """The connection with another nickname; flows that use it follow, each as a new version.

        Args:
            by: the user who renames it.

        Raises:
            NotFound, InvalidInput, NicknameTaken
        """
        new = checked_nickname(nickname)
        with self._changing:
            connection = self.get(reference)
            old = connection.nickname
            if new == old:
                return connection
            self._require_free(new, besides=connection.id)
            renamed = self._keep(self._changed(connection, nickname=new))
            try:
                self._usage.rename_connection(old, new, saved_by=by)
            except Exception:
                self._keep(self._changed(self._again(connection), nickname=old))
                raise
            return renamed

    def describe(self, reference: str, description: str) -> Connection:
        """The connection with another description.

        Raises:
            NotFound, InvalidInput
        """
        text = checked_description(description)
        with self._changing:
            return self._keep(self._changed(self.get(reference), description=text))

    def narrow(self, reference: str, narrowing: bool) -> Connection:
        """The connection with its sessions held to what flows declare, or no longer.

        It counts for runs that start from now on.

        Raises:
            NotFound
        """
        with self._changing:
            connection = self.get(reference)
            if connection.narrowing == narrowing:
                return connection
            return self._keep(self._changed(connection, narrowing=narrowing))

    def usage(self, reference: str) -> Sequence[str]:
        """The names of flows that use the connection.

        Raises:
            NotFound
        """
        return list(self._usage.flows_using(self.get(reference).nickname))

    def delete(self, reference: str, *, force: bool = False) -> Deletion:
        """The connection that is no more, and what its role's owner has still to do.

        Raises:
            NotFound
            InUse: flows use it, and it was not forced. `details["flows"]` names them.
        """
        with self._changing:
            connection = self.get(reference)
            flows = tuple(self._usage.flows_using(connection.nickname))
            if flows and not force:
                raise InUse(
                    f"Connection {connection.nickname} is used by {len(flows)} "
                    f"{'flow' if len(flows) == 1 else 'flows'}: {', '.join(flows)}.",
                    hint="Change or delete these flows first; or force it, and they fail until "
                    "they name another connection.",
                    details={"flows": list(flows)},
                )
            self._repository.remove(connection.id)
            self._forget(connection.id)
        return Deletion(connection=connection, flows=flows, notice=still_to_do(connection))

    def _run(
        self, connection: Connection, role: str, on_step: OnStep | None, wait: float
    ) -> ProbeReport:
        return self._probe.run(
            role, connection.external_id, region=connection.region, wait=wait, on_step=on_step
        )

    def _again(self, connection: Connection) -> Connection:
        current = self._repository.find(connection.id)
        if current is None:
            raise NotFound(f"Connection {connection.nickname} was deleted meanwhile.")
        return current

    def _changed(self, connection: Connection, **update: Any) -> Connection:
        return connection.model_copy(update=update | {"updated_at": self._clock()})

    def _keep(self, connection: Connection, *, forget: bool = False) -> Connection:
        """Kept first and forgotten after: a session asked for in between is dropped too."""
        self._repository.replace(connection)
        if forget:
            self._forget(connection.id)
        return connection

    def _require_free(self, nickname: str, besides: str | None = None) -> None:
        taken = self._repository.find(nickname)
        if taken is not None and taken.id != besides:
            raise NicknameTaken(
                f"There is a connection {taken.nickname} already.",
                hint="Nicknames differ in more than upper and lower case: choose another.",
                where=Where(field="nickname"),
                details={"key": nickname_key(nickname)},
            )


def _random_uuid() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
