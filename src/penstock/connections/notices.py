"""What is said to a person when a connection is refused another role, or is deleted."""

from penstock.connections.model import Connection, ProbeReport
from penstock.errors import ConnectionNotVerified, ConnectionUnsafe, Where


def role_refused(
    connection: Connection, report: ProbeReport
) -> ConnectionUnsafe | ConnectionNotVerified:
    """The error to raise when a connection was to get that role."""
    failed = next(step for step in report.steps if step.outcome == "failed")
    kind = ConnectionUnsafe if report.status == "unsafe" else ConnectionNotVerified
    stays = (
        f"Connection {connection.nickname} keeps its role {connection.role_arn}."
        if connection.role_arn
        else f"Connection {connection.nickname} still has no role."
    )
    return kind(
        f"{failed.message} {stays}",
        hint=failed.hint,
        where=Where(field="role_arn"),
        details={"probe": report.model_dump(mode="json")},
    )


def still_to_do(connection: Connection) -> str:
    """What deleting the connection leaves for its role's owner to do."""
    if connection.role_arn is None:
        return (
            "No role was connected. If a role with this external ID was made, its owner should "
            "delete it."
        )
    return (
        "Penstock has forgotten the connection, but access is granted by AWS and stays until the "
        f"owner of account {connection.account_id or connection.role_arn.split(':')[4]} deletes "
        f"the role {connection.role_arn}, or removes the statement with external ID "
        f"{connection.external_id} from its trust policy. Sessions given out before end within "
        "an hour."
    )
