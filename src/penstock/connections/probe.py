"""The probe of a role's trust: that it lets this connection in, and nobody without its ID.

Order and repetition answer to two facts. IAM is eventually consistent (IAM user guide,
"Troubleshoot IAM: Changes that I make are not always immediately visible"), so a refusal may only
mean that the STS asked has not heard of the role yet; and a trust policy cannot be read from
outside, only tried. Hence:

- The right ID goes first and is retried. Until it has succeeded, a refusal proves nothing.
- Each refusal of a wrong ID counts only between two successes with the right one. If the right
  one is refused in between, IAM is still settling and the round is repeated.
- Each wrong way is tried twice. The second foreign ID shares its beginning, the third its end
  with the right one, which finds a StringLike that a random ID would miss.
- Only AWS's AccessDenied is a refusal. Any other error proves nothing, and a role about which
  something is not proved is not verified.
- One success with a wrong ID is final: no later refusal makes the role safe again.

Every session is asked for with a policy that denies everything, so that even the probe's own
credentials can do nothing; they are dropped where they are received. Only the last one is used,
for GetCallerIdentity, which AWS never denies (STS API reference, "GetCallerIdentity").
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from penstock.connections.model import PlatformPrincipal, ProbeReport, ProbeStep, Status
from penstock.connections.probing import Patience, Probing, Subject
from penstock.connections.region import partition_of_region
from penstock.connections.sts import StsGateway
from penstock.errors import (
    CredentialsUnavailable,
    PenstockError,
    RoleArnInvalid,
    ServiceFault,
    Where,
)
from penstock.iam.arn import RoleArn, role_arn

_LATER_STEPS: Final = ("right_external_id", "no_external_id", "other_external_id", "identity")


class TrustProbe:
    """Probes roles as the platform principal.

    Args:
        clock: when it is, aware, in UTC.
        monotonic, sleep: time passing, in seconds.
    """

    def __init__(
        self,
        sts: StsGateway,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sts = sts
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep

    def run(
        self,
        role: str,
        external_id: str,
        *,
        region: str | None = None,
        wait: float = 60.0,
        on_step: Callable[[ProbeStep], None] | None = None,
    ) -> ProbeReport:
        """What the role `role` (an ARN) lets in.

        Args:
            wait: seconds to wait for IAM to settle, per step.
            on_step: told of each step as it ends.

        Raises:
            RoleArnInvalid: not a role that this platform can connect to.
            CredentialsUnavailable: Penstock's own credentials do not work, so that nothing
                could be learnt about the role.
        """
        at = self._clock()
        steps: list[ProbeStep] = []

        def record(step: ProbeStep) -> ProbeStep:
            steps.append(step)
            if on_step is not None:
                on_step(step)
            return step

        def report(status: Status, account_id: str | None = None) -> ProbeReport:
            done = {step.name for step in steps}
            for name in _LATER_STEPS:
                if name not in done:
                    message = "Not tried: an earlier step did not pass."
                    record(ProbeStep(name=name, outcome="skipped", message=message, attempts=0))
            return ProbeReport(
                at=at, status=status, role_arn=role, steps=tuple(steps), account_id=account_id
            )

        started = self._monotonic()
        try:
            parsed = role_arn(role)
            platform = self._sts.platform()
            _require_connectable(parsed, platform, region)
        except RoleArnInvalid as error:
            error.where = replace(error.where, field=error.where.field or "role_arn")
            record(_failed_arn(error, self._monotonic() - started))
            raise
        except CredentialsUnavailable:
            raise
        except ServiceFault as error:
            record(_failed_arn(error, self._monotonic() - started))
            return report("stale")
        record(
            ProbeStep(
                name="role_arn",
                outcome="passed",
                message=f"Role {parsed.name} of account {parsed.account_id}, in partition "
                f"{parsed.partition} like Penstock's own account {platform.account_id}.",
                seconds=self._monotonic() - started,
            )
        )
        probing = Probing(
            self._sts,
            Subject(platform, parsed, role, external_id, region),
            Patience(wait, self._monotonic, self._sleep),
        )
        right = record(probing.right_external_id())
        if right.outcome != "passed":
            return report("denied" if probing.denied else "stale")
        proved = [
            record(probing.no_external_id()).outcome,
            record(probing.other_external_id()).outcome,
        ]
        if probing.let_in:
            return report("unsafe")
        if proved != ["passed", "passed"]:
            return report("stale")
        if record(probing.identity()).outcome != "passed":
            return report("denied" if probing.denied else "stale")
        return report("verified", parsed.account_id)


def _require_connectable(role: RoleArn, platform: PlatformPrincipal, region: str | None) -> None:
    where = Where(field="role_arn")
    if role.partition != platform.partition:
        raise RoleArnInvalid(
            f"This role is in partition {role.partition}, Penstock runs in {platform.partition}.",
            hint="No role can be assumed across partitions: connect a role of "
            f"{platform.partition}, or run a Penstock in {role.partition}.",
            where=where,
        )
    if role.account_id == platform.account_id:
        raise RoleArnInvalid(
            f"This role is in {role.account_id}, the account that Penstock itself runs in.",
            hint="A connection is for another account: inside one account, whoever may change "
            "IAM there can assume the role anyway, and the external ID protects nothing. Give "
            "the ARN of a role in the account whose buckets the flows are about.",
            where=where,
        )
    if region is not None and partition_of_region(region) != platform.partition:
        raise RoleArnInvalid(
            f"The connection's region {region} is not in partition {platform.partition}, which "
            "the role and Penstock are in.",
            hint="Make the connection with a region of that partition, or with none.",
            where=Where(field="region"),
        )


def _failed_arn(error: PenstockError, seconds: float) -> ProbeStep:
    return ProbeStep(
        name="role_arn",
        outcome="failed",
        message=error.message,
        hint=error.hint,
        seconds=seconds,
        aws_code=error.aws.code if error.aws else None,
        request_id=error.aws.request_id if error.aws else None,
    )
