"""The inputs of Custom API Action, and which headers are not a flow's to set."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import Field, JsonValue, SecretStr, model_validator

from penstock.catalog.card import CardModel, Ui
from penstock.catalog.files import File
from penstock.connectors.s3.relative_urls import split_relative_url
from penstock.connectors.s3.values import AccountId, BucketName, ObjectKey, Region, decode_base64

_OURS: Final = frozenset(
    {
        "host",
        "authorization",
        "content-length",
        "transfer-encoding",
        "connection",
        "expect",
        "te",
        "trailer",
        "upgrade",
        "user-agent",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-content-sha256",
        "proxy-authorization",
    }
)


class CustomApiActionInputs(CardModel):
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] = "GET"
    """The request's method."""
    bucket: BucketName | None = None
    """The bucket that the request is about. Empty: the account (GET lists its buckets)."""
    key: ObjectKey | None = None
    """The object's key, if the request is about an object. It is encoded for you."""
    relative_url: str | None = None
    """In place of key and query: the rest of the address, encoded: `/2026/a%20b.txt?tagging`."""
    query: dict[str, str | None] = Field(default_factory=dict)
    """Parameters of the query, not encoded: `{tagging: ""}`, `{versionId: abc}`."""
    headers: dict[str, str] = Field(default_factory=dict)
    """Headers of the request. Host and signature are added."""
    secret_headers: Annotated[dict[str, SecretStr], Ui(widget="secret")] = Field(
        default_factory=dict
    )
    """Further headers, whose values are never stored: customer-provided keys, say."""
    body: JsonValue = None
    """The request's body: text (XML, say) as it is, anything else as JSON."""
    body_base64: Annotated[str | None, Ui(widget="bytes")] = None
    """The request's body as base64."""
    body_file: Annotated[File | None, Ui(widget="file")] = None
    """The request's body: a file of this run."""
    response: Literal["auto", "json", "xml", "text", "file"] = "auto"
    """What to make of the response. `auto`: by its media type; what is large or binary is a
    file."""
    accept_errors: bool = False
    """Whether an answer that is an error is a result as any other. Else the card fails."""
    region: Region | None = None
    """The bucket's region. It may be left out: it is learnt from the bucket."""
    expected_bucket_owner: AccountId | None = None
    """The account that must own the bucket, else AWS refuses. Empty: the connection's account."""

    @model_validator(mode="after")
    def _is_one_request(self) -> "CustomApiActionInputs":
        if self.relative_url and (self.key or self.query):
            raise ValueError("give either relative_url or key and query, not both")
        if self.relative_url:
            split_relative_url(self.relative_url)
        if self.key and not self.bucket:
            raise ValueError("a key needs a bucket")
        if self.body_base64:
            decode_base64(self.body_base64)
        bodies = (self.body, self.body_base64, self.body_file)
        if sum(each is not None for each in bodies) > 1:
            raise ValueError("give at most one of body, body_base64 and body_file")
        if self.method in ("GET", "HEAD") and any(each is not None for each in bodies):
            raise ValueError(f"a {self.method} request has no body")
        secret = {name: each.get_secret_value() for name, each in self.secret_headers.items()}
        _check_headers([*self.headers, *secret], self.headers)
        # Sent as it is, a secret with a line break would come back in the words of an error.
        _check_values(secret)
        return self

    def address(self) -> tuple[str, dict[str, str]]:
        """Key (empty if none) and query, from whichever way they were given."""
        if self.relative_url:
            return split_relative_url(self.relative_url)
        return self.key or "", {name: value or "" for name, value in self.query.items()}


def _check_headers(names: list[str], open_headers: Mapping[str, str]) -> None:
    seen: set[str] = set()
    for name in names:
        lower = name.lower()
        if (
            not name.isascii()
            or not name
            or not all(each.isalnum() or each in "!#$%&'*+-.^_`|~" for each in name)
        ):
            raise ValueError(f"{name!r} cannot be the name of a header")
        if lower in _OURS:
            raise ValueError(f"the header {name} is not for a flow to set")
        if lower in seen:
            raise ValueError(f"the header {name} is given twice")
        seen.add(lower)
    _check_values(open_headers)
    for name in open_headers:
        if name.lower().endswith("customer-key"):
            raise ValueError(f"the header {name} is a secret: give it in secret_headers")


def _check_values(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        # What is not ASCII is signed in one encoding and sent in another.
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"the header {name} has characters that a header cannot have")
