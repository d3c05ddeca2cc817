"""A role's own policies, as IAM's API gives them, and what is said when it does not."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from penstock.catalog.context import ConnectionHandle
from penstock.catalog.credentials import Credentials
from penstock.connections.role_policies import RolePolicyReader
from penstock.errors import AccessDenied, NotFound, ServiceFault
from tests.cards import FakeConnection

ROLE = "arn:aws:iam::444455556666:role/path/acme"
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
OWN = "arn:aws:iam::444455556666:policy/own"
DOCUMENT = (
    "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C"
    "%22Action%22%3A%22s3%3AGetObject%22%2C%22Resource%22%3A%22%2A%22%7D%7D"
)
ROLE_XML = (
    f"<Role><Path>/</Path><RoleName>acme</RoleName><RoleId>AROA</RoleId><Arn>{ROLE}</Arn>"
    "<CreateDate>2026-01-01T00:00:00Z</CreateDate>{}</Role>"
)


class Raw:
    """The body of an answer, as urllib3 gives it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, **_: Any) -> Any:
        yield self.content


class Iam:
    """An IAM that answers by action, and with AccessDenied where it has no answer."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
        form = dict(pair.split("=", 1) for pair in body.split("&"))
        action = form["Action"]
        self.asked.append(action)
        which = unquote_plus(form.get("Marker", form.get("PolicyArn", "")))
        said = self.answers.get(f"{action} {which}".strip(), self.answers.get(action))
        if said is None:
            text = (
                "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
                "<Message>not authorized</Message></Error><RequestId>r</RequestId></ErrorResponse>"
            )
            return AWSResponse(request.url, 403, HTTPHeaders(), Raw(text.encode()))
        text = f"<{action}Response><{action}Result>{said}</{action}Result></{action}Response>"
        return AWSResponse(request.url, 200, HTTPHeaders(), Raw(text.encode()))


class Broker:
    """Opens one connection, and notes how."""

    def __init__(self) -> None:
        self.session_policies: list[str | None] = []

    def open(
        self, reference: str, *, session_policy: str | None, session_name: str
    ) -> ConnectionHandle:
        assert session_name == "penstock-role-policies"
        self.session_policies.append(session_policy)
        key = Credentials("AKIA", "s", "t", datetime.now(UTC) + timedelta(hours=1))
        return FakeConnection(lambda: key, "444455556666", nickname=reference)


def reader(iam: Iam, broker: Broker | None = None, role: str | None = ROLE) -> RolePolicyReader:
    made = RolePolicyReader(broker or Broker(), lambda _: role)
    session: Any = made._session
    session.register("before-send.iam.*", iam)
    return made


def names(*several: str) -> str:
    return (
        f"<PolicyNames>{''.join(f'<member>{one}</member>' for one in several)}</PolicyNames>"
        "<IsTruncated>false</IsTruncated>"
    )


def attached(*arns: str) -> str:
    members = "".join(
        f"<member><PolicyName>n</PolicyName><PolicyArn>{one}</PolicyArn></member>" for one in arns
    )
    return f"<AttachedPolicies>{members}</AttachedPolicies><IsTruncated>false</IsTruncated>"


INLINE = (
    f"<RoleName>acme</RoleName><PolicyName>inline</PolicyName>"
    f"<PolicyDocument>{DOCUMENT}</PolicyDocument>"
)
VERSION = f"<PolicyVersion><Document>{DOCUMENT}</Document><VersionId>v3</VersionId></PolicyVersion>"
ALL = {
    "ListRolePolicies": names("inline"),
    "GetRolePolicy": INLINE,
    "ListAttachedRolePolicies": attached(OWN),
    "GetPolicy": "<Policy><DefaultVersionId>v3</DefaultVersionId></Policy>",
    "GetPolicyVersion": VERSION,
    "GetRole": ROLE_XML.format(""),
}


def test_inline_and_managed_policies_and_the_boundary() -> None:
    boundary = (
        f"<PermissionsBoundary><PermissionsBoundaryArn>{OWN}-boundary</PermissionsBoundaryArn>"
        "</PermissionsBoundary>"
    )
    found = reader(Iam({**ALL, "GetRole": ROLE_XML.format(boundary)})).read("acme")
    assert found.role_arn == ROLE
    assert [one.name for one in found.identity] == ["inline", "own"]
    assert all(one.statements[0].actions == ("s3:GetObject",) for one in found.identity)
    assert found.boundary is not None
    assert (found.boundary.kind, found.boundary.name) == ("boundary", "own-boundary")
    assert found.notes == ()
    assert found.as_set().boundary == found.boundary


def test_the_session_can_only_read_policies() -> None:
    broker = Broker()
    reader(Iam(ALL), broker).read("acme")
    (session_policy,) = broker.session_policies
    assert session_policy is not None
    assert '"iam:GetRolePolicy"' in session_policy
    assert "s3:" not in session_policy
    assert len(session_policy) <= 2048


def test_pages_are_followed() -> None:
    first = (
        names("one")
        .replace("false", "true")
        .replace("</IsTruncated>", "</IsTruncated><Marker>more</Marker>")
    )
    iam = Iam({**ALL, "ListRolePolicies": first, "ListRolePolicies more": names("two")})
    found = reader(iam).read("acme")
    assert [one.name for one in found.identity] == ["one", "two", "own"]


def test_a_managed_policy_that_may_not_be_read_is_taken_from_what_is_kept() -> None:
    answers = {name: said for name, said in ALL.items() if not name.startswith("GetPolicy")}
    found = reader(Iam({**answers, "ListAttachedRolePolicies": attached(READ_ONLY)})).read("acme")
    assert [one.name for one in found.identity] == ["inline", "AmazonS3ReadOnlyAccess"]
    (note,) = found.notes
    assert "AmazonS3ReadOnlyAccess" in note
    assert "2026-08-22" in note


def test_a_boundary_that_may_not_be_read_is_said() -> None:
    answers = {name: said for name, said in ALL.items() if name != "GetRole"}
    found = reader(Iam(answers)).read("acme")
    assert found.boundary is None
    assert "permissions boundary is not known" in found.notes[0]


@pytest.mark.parametrize(
    ("denied", "resource", "hint"),
    [
        ("ListRolePolicies", ROLE, "aws iam get-role-policy --role-name acme"),
        ("GetRolePolicy", ROLE, "aws iam get-role-policy --role-name acme"),
        ("ListAttachedRolePolicies", ROLE, "aws iam list-attached-role-policies"),
        ("GetPolicy", OWN, f"aws iam get-policy-version --policy-arn {OWN}"),
        ("GetPolicyVersion", OWN, "--version-id v3"),
    ],
)
def test_a_denial_says_which_permission_is_missing(denied: str, resource: str, hint: str) -> None:
    answers = {name: said for name, said in ALL.items() if name != denied}
    with pytest.raises(AccessDenied) as caught:
        reader(Iam(answers)).read("acme")
    assert f"iam:{denied} on {resource}" in caught.value.message
    assert caught.value.details == {"actions": [f"iam:{denied}"], "resource": resource}
    assert hint in str(caught.value.hint)
    assert caught.value.aws is not None
    assert caught.value.aws.operation == denied


def test_a_connection_without_a_role() -> None:
    with pytest.raises(NotFound, match="no role yet"):
        reader(Iam(ALL), role=None).read("acme")


def test_iam_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(ServiceFault, match="could not be asked") as caught:
        RolePolicyReader(Broker(), lambda _: ROLE).read("acme")
    assert caught.value.retryable
