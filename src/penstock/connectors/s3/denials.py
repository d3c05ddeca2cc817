"""When AWS says no: which action on what, whose policy it was, and the least to add."""

from dataclasses import replace
from typing import Final

from penstock.connectors.s3.subject import Subject
from penstock.errors import AccessDenied, AwsFault, PolicyInvalid
from penstock.iam.denial_reading import KIND_NAMES, Denial
from penstock.iam.denials import Asked, DenialExplanation, explain, read_denial
from penstock.iam.denied_request import denied_request
from penstock.iam.generation import Need, policy_for
from penstock.iam.kinds import with_article
from penstock.iam.policy import Policy, parse_policy

_NOBODY_SAID: Final = "AWS gives no reason."
_BY_POLICY: Final = frozenset({"not_allowed", "denied", "not_told"})
_ABSENT_OBJECT: Final = frozenset({"HeadObject", "GetObject", "CopyObject", "GetObjectTagging"})


def denied(aws: AwsFault, subject: Subject) -> AccessDenied:
    """The error for a refusal, whether AWS says what was refused or nothing at all.

    `details["denial"]` has the explanation (`iam.denials`) with `action` and `resource`; its
    `statement`, if there is one, is ready to paste.
    """
    told = read_denial(aws.message)
    asked = Asked(aws.operation, subject.bucket, subject.key, subject.version_id, subject.partition)
    needs = tuple(Need(each, subject.card or aws.operation) for each in subject.needs)
    found = explain(
        told,
        asked=asked,
        needs=needs,
        session_policy=_session_policy(subject),
        role_arn=subject.role_arn,
    )
    request = denied_request(told, asked, subject.role_arn)
    if told.action is None:
        return _untold(aws, subject, found, request.resource)
    place = f" on {told.resource}" if told.resource else ""
    denial = {"action": told.action, "resource": told.resource, **found.as_dict()}
    return AccessDenied(
        f"AWS denied {told.action}{place}{_because(told, found)}.",
        hint=_remedy(told, found, subject, f"{told.action}{place}"),
        where=subject.where(),
        aws=aws,
        details=subject.details()
        | {"actions": [told.action]}
        | ({"resource": told.resource} if told.resource else {})
        | {"denial": denial},
    )


def _untold(
    aws: AwsFault, subject: Subject, found: DenialExplanation, resource: str | None
) -> AccessDenied:
    """AWS says only that it is denied: the card's own declaration says what was needed."""
    required = [each for each in subject.needs if not each.optional]
    actions = list(dict.fromkeys(each.action for each in required))
    message = f"AWS denied {aws.operation} on {subject}"
    if actions:
        message += f", which needs {' and '.join(actions)}"
    if required and found.cause == "not_told":
        needs = [Need(each, subject.card or aws.operation) for each in required]
        found = replace(found, statement=policy_for(needs, partition=subject.partition))
    denial = {"action": actions[0] if actions else None, "resource": resource, **found.as_dict()}
    told = found.cause not in _BY_POLICY
    return AccessDenied(
        f"{message}: {_uncapital(found.happened)}" if told else f"{message}.",
        hint=" ".join((found.where, *found.hints)) if told else _possible_reasons(aws, subject),
        where=subject.where(),
        aws=aws,
        details=subject.details() | {"actions": actions, "denial": denial},
    )


def _because(told: Denial, found: DenialExplanation) -> str:
    kind = told.through or told.policy_kind
    if found.cause not in _BY_POLICY:
        return f": {_uncapital(found.happened.rstrip('.'))}"
    if kind is None:
        return " by an explicit Deny" if told.explicit else ""
    name = KIND_NAMES[kind]
    if not told.explicit:
        return f": no {name} allows it"
    which = f" ({told.policy_arn})" if told.policy_arn else ""
    whose = f"a {name}" if kind == "vpc_endpoint" else with_article(kind)
    return f": {whose}{which} denies it explicitly"


def _remedy(told: Denial, found: DenialExplanation, subject: Subject, what: str) -> str:
    said = [found.where.replace("Add it to", f"Add {what} to", 1), *found.hints]
    if subject.session_policy is not None or told.policy_kind == "session":
        said.insert(0, found.session)
    return " ".join(said)


def _session_policy(subject: Subject) -> Policy | None:
    if subject.session_policy is None:
        return None
    try:
        return parse_policy(subject.session_policy, "session")
    except PolicyInvalid:
        return None


def _possible_reasons(aws: AwsFault, subject: Subject) -> str:
    """AWS does not say why, so each thing that it can be."""
    needed = list(dict.fromkeys(each.action for each in subject.needs if not each.optional))
    reasons = []
    if needed:
        which = " and ".join(needed)
        reasons.append(f"the role, or the bucket's policy, does not allow {which}")
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
        return _NOBODY_SAID
    return f"{_NOBODY_SAID} It can be that {'; or that '.join(reasons)}."


def _uncapital(text: str) -> str:
    return text[:1].lower() + text[1:]
