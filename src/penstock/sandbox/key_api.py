"""The KMS API, as far as practising needs it: making keys and naming them.

Source: service authorization reference, "Actions, resources, and condition keys for AWS KMS".
"""

import json
from typing import Any, Final

from penstock.sandbox import emulator, keys
from penstock.sandbox.authority import Authority, Caller
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, not_implemented

ALLOWED: Final = frozenset({"CreateKey", "DescribeKey", "CreateAlias", "ListAliases", "ListKeys"})


class KeyService:
    """Answers KMS."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority

    def answer(self, caller: Caller, target: str, body: bytes) -> HttpResponse:
        """The answer to `target` (X-Amz-Target). Raises Fault."""
        service, _, action = target.rpartition(".")
        if service != "TrentService" or action not in ALLOWED:
            raise not_implemented(f"kms:{action}")
        account = caller.account_id
        assert account is not None  # who is signed in has an account
        try:
            asked: dict[str, Any] = json.loads(body or b"{}")
        except ValueError as wrong:
            raise Fault("SerializationException", "The body is no JSON object.") from wrong
        resource = "*"
        named = asked.get("KeyId") or asked.get("TargetKeyId")
        if named:
            try:
                resource = keys.resolve(str(named), account, caller.region)
            except Fault as missing:
                raise Fault("NotFoundException", missing.message) from missing
        self._authority.require(caller, f"kms:{action}", resource, account=account, context={})
        return emulator.kms(account, caller.region, target, body)
