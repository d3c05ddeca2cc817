"""Condition keys: the global ones, what type their values have, and which action has which.

Sources: "AWS global condition context keys"; the kept action list for the keys of services.
"""

from functools import cache, lru_cache
from typing import Final

from penstock.iam.actions import Action, action_list

GLOBAL_KEYS: Final = (
    "aws:AssumedRoot",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:CurrentTime",
    "aws:Ec2InstanceSourcePrivateIPv4",
    "aws:Ec2InstanceSourceVpc",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag/",
    "aws:PrincipalType",
    "aws:Referer",
    "aws:RequestedRegion",
    "aws:RequestTag/",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag/",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceOwner",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:userid",
    "aws:UserAgent",
    "aws:username",
    "aws:ViaAWSService",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
    "aws:VpcSourceIp",
)

# Kinds of operators whose comparison makes sense for the key, where that is not text.
KEY_KINDS: Final[dict[str, frozenset[str]]] = {
    "aws:sourceip": frozenset({"ip"}),
    "aws:vpcsourceip": frozenset({"ip"}),
    "aws:ec2instancesourceprivateipv4": frozenset({"ip"}),
    "aws:currenttime": frozenset({"date"}),
    "aws:tokenissuetime": frozenset({"date"}),
    "aws:epochtime": frozenset({"date", "numeric"}),
    "aws:multifactorauthage": frozenset({"numeric"}),
    "aws:multifactorauthpresent": frozenset({"bool"}),
    "aws:securetransport": frozenset({"bool"}),
    "aws:viaawsservice": frozenset({"bool"}),
    "aws:principalisawsservice": frozenset({"bool"}),
    "aws:sourcearn": frozenset({"arn", "string"}),
    "aws:principalarn": frozenset({"arn", "string"}),
    "s3:max-keys": frozenset({"numeric"}),
    "s3:signatureage": frozenset({"numeric"}),
    "s3:tlsversion": frozenset({"numeric"}),
    "s3:object-lock-remaining-retention-days": frozenset({"numeric"}),
    "s3:object-lock-retain-until-date": frozenset({"date"}),
    "sts:externalid": frozenset({"string"}),
    "s3:prefix": frozenset({"string"}),
    "s3:delimiter": frozenset({"string"}),
}


def is_global(key: str) -> bool:
    """Whether AWS has this global key; whatever the case."""
    wanted = key.lower()
    return any(
        wanted == one or (one.endswith("/") and wanted.startswith(one) and wanted != one)
        for one in _lower_globals()
    )


@lru_cache(maxsize=8192)
def has_key(action: Action, key: str) -> bool:
    """Whether requests for `action` can have the service's own key `key`, whatever the case."""
    wanted = key.lower()
    return any(_same(wanted, one.lower()) for one in action.conditions)


@cache
def service_keys(service: str) -> tuple[str, ...]:
    """The keys that the actions of a kept service have, sorted."""
    found = action_list().services.get(service)
    actions = found.actions.values() if found else ()
    return tuple(sorted({key for one in actions for key in one.conditions}))


def is_service_key(key: str) -> bool:
    """Whether any kept service has this key."""
    wanted = key.lower()
    return any(
        _same(wanted, one.lower())
        for service in action_list().services
        for one in service_keys(service)
    )


def _same(wanted: str, listed: str) -> bool:
    start = listed[: min((at for m in ("<", "${") if (at := listed.find(m)) >= 0), default=None)]
    return wanted == listed or (start != listed and wanted.startswith(start) and wanted != start)


@cache
def _lower_globals() -> tuple[str, ...]:
    return tuple(one.lower() for one in GLOBAL_KEYS)
