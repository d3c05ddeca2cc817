"""The gate: who is it, what is it, may he, and then whoever answers. Nothing gets past it."""

import hmac
import logging
import secrets
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from penstock.sandbox import chunks, old_signature, signature, storage
from penstock.sandbox.accounts import Credential
from penstock.sandbox.authority import Authority, Caller
from penstock.sandbox.directory import Directory
from penstock.sandbox.exchange import HttpRequest, HttpResponse
from penstock.sandbox.faults import Fault, not_implemented, render
from penstock.sandbox.identity_api import IdentityService
from penstock.sandbox.key_api import KeyService
from penstock.sandbox.request_log import RequestLog
from penstock.sandbox.sts import TokenService
from penstock.sandbox.trust import Trust

SERVICES: Final = frozenset({"s3", "sts", "iam", "kms"})
_log = logging.getLogger(__name__)


class Gate:
    """Answers every request to the sandbox."""

    def __init__(self, directory: Directory, region: str, log: RequestLog) -> None:
        self._directory = directory
        self._region = region
        self._requests = log
        authority = Authority(directory)
        self._storage = storage.Storage(authority)
        self._tokens = TokenService(directory, Trust(directory))
        self._identities = IdentityService(authority)
        self._keys = KeyService(authority)

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The answer, its request already logged. Never raises."""
        request_id = secrets.token_hex(8).upper()
        record: dict[str, Any] = {
            "time": request.received.isoformat(),
            "request_id": request_id,
            "method": request.method,
            "user_agent": request.headers.get("user-agent"),
            "service": "s3",
        }
        try:
            answer = self._answer(request, request_id, record)
            record.setdefault("decision", "allowed")
        except Fault as fault:
            record["code"] = fault.code
            record["decision"] = fault.decision or "refused"
            answer = self._refusal(fault, request, record["service"], request_id)
        except NotImplementedError as missing:
            unknown = not_implemented(str(missing) or "this")
            record["code"] = unknown.code
            answer = self._refusal(unknown, request, record["service"], request_id)
        except Exception:
            _log.exception("The sandbox failed to answer %s", request.method)
            defect = Fault("InternalError", "We encountered an internal error.", 500)
            record["code"] = defect.code
            answer = self._refusal(defect, request, record["service"], request_id)
        record["status"] = answer.status
        self._requests.write(record)
        more = {"x-amz-request-id": request_id, "x-amz-id-2": f"{request_id}/sandbox"}
        if record["service"] != "s3":
            more = {"x-amzn-RequestId": request_id, "x-amz-request-id": request_id}
        return answer.with_headers(more)

    @staticmethod
    def _refusal(fault: Fault, request: HttpRequest, service: str, request_id: str) -> HttpResponse:
        said = render(fault, service, request_id, request.decoded_path)
        if request.method == "HEAD":
            return HttpResponse(said.status, said.headers, b"", 0)
        return said

    def _answer(
        self, request: HttpRequest, request_id: str, record: dict[str, Any]
    ) -> HttpResponse:
        record["service"] = _spoken_to(request)
        claim = old_signature.claim(request) or signature.claim(request)
        if claim is not None and claim.service not in SERVICES:
            raise not_implemented(f"the service {claim.service}")
        if claim is not None:
            record["service"] = claim.service
        credential = self._credential(request, claim) if claim else None
        caller = Caller(credential, claim, request, (claim and claim.region) or self._region)
        if credential is not None:
            record["principal"] = credential.principal.arn
            record["account"] = credential.principal.account_id
            record["session"] = credential.session_name
        else:
            record["principal"] = "anonymous"
        if record["service"] == "s3":
            return self._answer_s3(request, caller, record)
        if credential is None:
            raise Fault(
                "MissingAuthenticationToken", "Request is missing Authentication Token", 403
            )
        return self._answer_api(request, caller, request_id, record)

    def _answer_s3(
        self, request: HttpRequest, caller: Caller, record: dict[str, Any]
    ) -> HttpResponse:
        body, trailers = request.body, dict[str, str]()
        claim = caller.claim
        if claim is not None and claim.payload.startswith(signature.STREAMING):
            assert caller.credential is not None  # a claim without credential was refused
            body, trailers = chunks.unpack(body, claim, caller.credential.secret)
        asked = storage.read(request, body, trailers)
        call = asked.call
        record["operation"] = call.name
        record["bucket"] = call.bucket or None
        record["key"] = call.key or None
        record["version_id"] = call.version_id
        record["upload_id"] = call.query.get("uploadId")
        record["part_number"] = call.query.get("partNumber")
        record["source"] = call.source.arn() if call.source else None
        return self._storage.answer(caller, asked)

    def _answer_api(
        self, request: HttpRequest, caller: Caller, request_id: str, record: dict[str, Any]
    ) -> HttpResponse:
        if record["service"] == "kms":
            target = request.headers.get("x-amz-target", "")
            record["operation"] = target.rpartition(".")[2]
            return self._keys.answer(caller, target, request.body)
        form = _form(request)
        record["operation"] = form.get("Action", "")
        service: Callable[[Caller, Mapping[str, str], str], HttpResponse] = (
            self._tokens.answer if record["service"] == "sts" else self._identities.answer
        )
        if record["operation"] == "AssumeRole":
            record["role"] = form.get("RoleArn")
            record["role_session"] = form.get("RoleSessionName")
        return service(caller, form, request_id)

    def _credential(self, request: HttpRequest, claim: signature.Claim) -> Credential:
        """Whose signature it is. Raises Fault in the words of the service spoken to."""
        in_s3 = claim.service == "s3"
        found = self._directory.credential(claim.access_key_id)
        if found is None or found.state != "Active":
            if in_s3:
                raise Fault(
                    "InvalidAccessKeyId",
                    "The AWS Access Key Id you provided does not exist in our records.",
                    403,
                    extra={"AWSAccessKeyId": claim.access_key_id},
                )
            raise _invalid_token()
        if not hmac.compare_digest((found.token or "").encode(), (claim.token or "").encode()):
            if in_s3:
                raise Fault("InvalidToken", "The provided token is malformed or otherwise invalid.")
            raise _invalid_token()
        verify = old_signature.verify if claim.version == 2 else signature.verify
        verify(request, claim, found.secret)
        if found.expires is not None and found.expires <= request.received:
            if in_s3:
                raise Fault("ExpiredToken", "The provided token has expired.")
            raise Fault(
                "ExpiredToken", "The security token included in the request is expired", 403
            )
        return found


def _invalid_token() -> Fault:
    return Fault(
        "InvalidClientTokenId", "The security token included in the request is invalid.", 403
    )


def _form(request: HttpRequest) -> dict[str, str]:
    if request.method == "GET":
        return {name: value for name, value in request.pairs if not name.startswith("X-Amz-")}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _spoken_to(request: HttpRequest) -> str:
    """The service an unsigned request is for."""
    kind = request.headers.get("content-type", "")
    if request.method == "POST" and request.path == "/" and "form-urlencoded" in kind:
        return "sts"
    return "s3"
