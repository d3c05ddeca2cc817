"""AWS errors as the services answer them: S3's XML, the query protocol's XML, KMS's JSON."""

import json
from collections.abc import Mapping
from typing import Literal
from xml.sax.saxutils import escape

from penstock.sandbox.exchange import HttpResponse

Shape = Literal["s3", "query", "json"]
_NAMESPACES = {
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
}


class Fault(Exception):
    """An error to be answered: AWS's code, its message, the HTTP status.

    `extra` are further elements of S3's error document (`Region`, `ArgumentName`), `headers`
    further headers. `decision` is for the request log: why IAM said no.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        *,
        extra: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        decision: str | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.decision = decision


def not_implemented(what: str) -> Fault:
    """What the sandbox does not do, it says; it never does something near it instead."""
    return Fault("NotImplemented", f"The sandbox does not implement {what}.", 501)


def element(name: str, content: str) -> str:
    """An XML element with text in it."""
    safe = "".join(each for each in content if each >= " " or each in "\t\n\r")
    return f"<{name}>{escape(safe)}</{name}>"


def render(fault: Fault, service: str, request_id: str, resource: str) -> HttpResponse:
    """The response that says `fault` as `service` says it."""
    if service == "kms":
        refused = fault.code == "AccessDenied"
        code = "AccessDeniedException" if refused else fault.code
        body = json.dumps({"__type": code, "message": fault.message})
        return HttpResponse(
            400 if refused else fault.status,
            {"Content-Type": "application/x-amz-json-1.1"},
            body.encode(),
        )
    if service in _NAMESPACES:
        kind = "Sender" if fault.status < 500 else "Receiver"
        inner = element("Type", kind) + element("Code", fault.code)
        inner += element("Message", fault.message)
        body = (
            f'<ErrorResponse xmlns="{_NAMESPACES[service]}"><Error>{inner}</Error>'
            f"{element('RequestId', request_id)}</ErrorResponse>"
        )
        return HttpResponse(fault.status, {"Content-Type": "text/xml"}, body.encode())
    inner = element("Code", fault.code) + element("Message", fault.message)
    inner += "".join(element(name, value) for name, value in fault.extra.items())
    inner += element("Resource", resource) + element("RequestId", request_id)
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}</Error>'
    return HttpResponse(
        fault.status, {"Content-Type": "application/xml", **fault.headers}, body.encode()
    )
