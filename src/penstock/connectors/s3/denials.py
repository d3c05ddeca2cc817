"""When AWS says no: which action is missing, on what, and where it has to be allowed."""

import re
from typing import Final

from penstock.connectors.s3.subject import Subject
from penstock.errors import AccessDenied, AwsFault

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
_ABSENT_OBJECT: Final = frozenset({"HeadObject", "GetObject", "CopyObject", "GetObjectTagging"})


def denied(aws: AwsFault, subject: Subject) -> AccessDenied:
    """The error for a refusal, whether AWS says what was refused (newer wording) or nothing."""
    details = subject.details()
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
    sides = [subject] if subject.source is None else [subject.source, subject]
    reasons += [
        f"bucket {side.bucket} does not belong to account {side.owner}, its expected owner "
        f"(name another in {side.prefix}expected_bucket_owner if that is right)"
        for side in sides
        if side.owner
    ]
    if subject.key is not None and aws.operation in _ABSENT_OBJECT:
        reasons.append(
            "there is no such key: without s3:ListBucket on the bucket AWS says denied, not missing"
        )
    if not reasons:
        return "AWS gives no reason."
    return "AWS gives no reason. It can be that " + "; or that ".join(reasons) + "."


def _list(actions: list[str]) -> str:
    return " and ".join(dict.fromkeys(actions))
