"""From the ARN that GetCallerIdentity gives to the principal that a trust policy names."""

from collections.abc import Callable
from typing import Final, cast, get_args

from penstock.connections.model import Partition, PlatformPrincipal
from penstock.errors import CredentialsUnavailable

_PARTITIONS: Final = get_args(Partition)


def platform_principal(
    caller_arn: str, *, role_arn: Callable[[str], str | None] = lambda _: None
) -> PlatformPrincipal:
    """Who Penstock runs as, named as tightly as a trust policy can.

    A user and the account's root name themselves. A role session
    (`arn:aws:sts::ACCOUNT:assumed-role/NAME/SESSION`) is named by its role, so that the trust
    outlives the session; STS leaves the role's path out, so `role_arn(NAME)` is asked for the
    whole ARN and may give None. Without it the role is taken to have no path: a role that has
    one (IAM Identity Center's do) must be allowed iam:GetRole on itself, else IAM refuses the
    trust policy as naming an unknown principal.

    Raises:
        CredentialsUnavailable: a federated user, which STS lets do nothing but ask who it is
            (IAM user guide, "Compare AWS STS credentials"), or another partition.
    """
    _, partition, _, _, account_id, resource = caller_arn.split(":", 5)
    if partition not in _PARTITIONS:
        raise CredentialsUnavailable(
            f"Penstock runs as {caller_arn}, in partition {partition}, which it does not know.",
            hint=f"Known partitions: {', '.join(_PARTITIONS)}.",
        )
    kind, _, rest = resource.partition("/")
    if kind == "federated-user":
        raise CredentialsUnavailable(
            f"Penstock runs as {caller_arn}, a federated user, which may not assume roles.",
            hint="Let Penstock run as an IAM role (best) or an IAM user.",
        )
    arn = caller_arn
    if kind == "assumed-role":
        name = rest.split("/")[0]
        arn = role_arn(name) or f"arn:{partition}:iam::{account_id}:role/{name}"
    return PlatformPrincipal(account_id=account_id, arn=arn, partition=cast(Partition, partition))
