"""AWS's own wording of AccessDenied, so that what is learnt here reads the same there.

IAM user guide, "Troubleshoot access denied error messages".
"""

from penstock.iam.decision import Decision
from penstock.iam.kinds import NAMES, with_article


def denial_message(
    decision: Decision, principal_arn: str, action: str, resource: str | None
) -> str:
    """What AWS answers to a request that `decision` does not allow.

    `resource` None leaves it out, as AWS does for actions that know no resource. S3 quotes the
    resource, the other services do not. A decision that is unknown is worded as what it amounts
    to: nothing allows the request.
    """
    found = f"User: {principal_arn} is not authorized to perform: {action}"
    if resource is not None:
        quoted = f'"{resource}"' if action.lower().startswith("s3:") else resource
        found += f" on resource: {quoted}"
    kind = decision.policy_kind or "identity"
    if decision.outcome == "explicit_deny":
        return f"{found} with an explicit deny in {with_article(kind)}"
    return f"{found} because no {NAMES[kind]} allows the {action} action"
