"""Whether a caller may assume a role: the role's trust policy and the caller's own policies."""

from collections.abc import Mapping

from penstock.iam.denial import denial_message
from penstock.iam.evaluation import PolicySet, evaluate_trust
from penstock.iam.request import Request
from penstock.sandbox.authority import Caller
from penstock.sandbox.directory import Directory, RoleRecord
from penstock.sandbox.faults import Fault

_ACTION = "sts:AssumeRole"


class Trust:
    """Asks the trust policy of a role."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def require(
        self, caller: Caller, arn: str, role: RoleRecord | None, form: Mapping[str, str]
    ) -> None:
        """Nothing if the role may be assumed; otherwise raises AccessDenied as AWS does.

        A role that does not exist is denied in the same words as one that may not be assumed.
        """
        if caller.principal.kind == "root":
            raise Fault("AccessDenied", "Roles may not be assumed by root accounts.", 403)
        plain = f"User: {caller.principal.arn} is not authorized to perform: {_ACTION} "
        plain += f"on resource: {arn}"
        if role is None:
            raise Fault("AccessDenied", plain, 403, decision=f"implicit_deny: no role {arn}")
        context = caller.context()
        context["sts:RoleSessionName"] = (form["RoleSessionName"],)
        if "ExternalId" in form:
            context["sts:ExternalId"] = (form["ExternalId"],)
        attached = self._directory.attached(caller.principal)
        request = Request(caller.principal, _ACTION, arn, context, role.account_id)
        decision = evaluate_trust(
            request,
            role.trust,
            PolicySet(
                identity=attached.identity,
                session=caller.credential.session_policy if caller.credential else None,
                boundary=attached.boundary,
            ),
        )
        if decision.allowed:
            return
        if role.account_id == caller.account_id:
            plain = denial_message(decision, caller.principal.arn, _ACTION, arn)
        raise Fault("AccessDenied", plain, 403, decision=f"{decision.outcome}: {decision.reason}")
