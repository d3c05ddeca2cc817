"""Asks IAM: may this caller do this here? The one place where the gate decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from penstock.iam.decision import Decision
from penstock.iam.denial import denial_message
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.policy import Policy
from penstock.iam.request import Principal, Request
from penstock.sandbox.accounts import Credential
from penstock.sandbox.directory import Directory
from penstock.sandbox.exchange import HttpRequest
from penstock.sandbox.faults import Fault
from penstock.sandbox.signature import Claim

ANONYMOUS = Principal("anonymous", "*", None)
_WITHOUT_RESOURCE = frozenset({"s3:ListAllMyBuckets"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, from where and how. Without credential and claim: anonymous."""

    credential: Credential | None
    claim: Claim | None
    request: HttpRequest
    region: str

    @property
    def principal(self) -> Principal:
        """The caller as IAM knows it."""
        return self.credential.principal if self.credential else ANONYMOUS

    @property
    def account_id(self) -> str | None:
        """The caller's account."""
        return self.principal.account_id

    def context(self) -> dict[str, tuple[str, ...]]:
        """The global condition keys of any request."""
        received: datetime = self.request.received
        found: dict[str, tuple[str, ...]] = {
            "aws:CurrentTime": (received.strftime("%Y-%m-%dT%H:%M:%SZ"),),
            "aws:EpochTime": (str(int(received.timestamp())),),
            "aws:SecureTransport": ("false",),
            "aws:SourceIp": (self.request.peer,),
            "aws:RequestedRegion": (self.region,),
        }
        for header, key in (("user-agent", "aws:UserAgent"), ("referer", "aws:Referer")):
            if header in self.request.headers:
                found[key] = (self.request.headers[header],)
        return found


class Authority:
    """Decides with the policies that IAM holds at this moment."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def decide(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        account: str | None,
        context: Mapping[str, tuple[str, ...]],
        policy: Policy | None = None,
    ) -> Decision:
        """May the caller do `action` on `resource` (a literal ARN) of `account`?

        `policy` is the resource's own.
        """
        attached = self._directory.attached(caller.principal)
        session = caller.credential.session_policy if caller.credential else None
        request = Request(
            caller.principal,
            action,
            resource,
            {**caller.context(), **context},
            account or caller.account_id,
        )
        return evaluate(
            request,
            PolicySet(
                identity=attached.identity,
                session=session,
                boundary=attached.boundary,
                resource=policy,
            ),
        )

    def require(
        self,
        caller: Caller,
        action: str,
        resource: str,
        *,
        account: str | None,
        context: Mapping[str, tuple[str, ...]],
        policy: Policy | None = None,
        plain: bool = False,
    ) -> None:
        """Nothing if it is allowed; otherwise raises AccessDenied in AWS's words.

        `plain`: to anonymous callers and across accounts S3 does not say why.
        """
        decision = self.decide(
            caller, action, resource, account=account, context=context, policy=policy
        )
        if not decision.allowed:
            raise denied(caller, decision, action, resource, plain=plain)


def denied(
    caller: Caller, decision: Decision, action: str, resource: str, *, plain: bool = False
) -> Fault:
    """The fault that says `decision`."""
    message = "Access Denied"
    if not plain and caller.credential is not None:
        named = None if action in _WITHOUT_RESOURCE else resource
        message = denial_message(decision, caller.principal.arn, action, named)
    return Fault(
        "AccessDenied",
        message,
        403,
        decision=f"{decision.outcome}: {action} on {resource}: {decision.reason}",
    )
