"""Documents for the tests of IAM: a few words to write them, and strategies to make them up."""

from typing import Any, Final

from hypothesis import strategies as st

from penstock.iam.kinds import PolicyKind
from penstock.iam.operators import OPERATORS as OPERATOR_NAMES

KINDS: Final[tuple[PolicyKind, ...]] = (
    "identity",
    "session",
    "boundary",
    "resource",
    "trust",
    "scp",
    "rcp",
)
USER: Final = "arn:aws:iam::111122223333:user/anna"
ROLE: Final = "arn:aws:iam::111122223333:role/team/Reader"
SESSION: Final = "arn:aws:sts::111122223333:assumed-role/Reader/s1"
ROOT: Final = "arn:aws:iam::111122223333:root"


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    """A policy document."""
    return {"Version": version, "Statement": list(statements)}


def allow(**elements: Any) -> dict[str, Any]:
    """A statement that allows reading a bucket's objects, with other elements as given."""
    return {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"} | elements


def deny(**elements: Any) -> dict[str, Any]:
    """The same with Effect Deny."""
    return allow(Effect="Deny") | elements


ACTIONS: Final = st.sampled_from(
    [
        "*",
        "*",
        "s3:*",
        "s3:*",
        "s3:Get*",
        "s3:GetObject",
        "s3:getobject",
        "s3:PutObject",
        "kms:Decrypt",
    ]
)
RESOURCES: Final = st.sampled_from(
    [
        "*",
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::b/*",
        "arn:aws:s3:::b/key",
        "arn:aws:s3:::b/${aws:username}/?",
        "arn:aws:s3:*:1*1:b",
        "arn:aws:s3:::b/${*}${aws:nothing, 'x'}",
    ]
)
OPERATORS: Final = st.builds(
    lambda over, name, if_exists: f"{over}{name}{if_exists}",
    st.sampled_from(["", "ForAllValues:", "ForAnyValue:"]),
    st.sampled_from([*OPERATOR_NAMES, "Unheard"]),
    st.sampled_from(["", "IfExists"]),
)
KEYS: Final = st.sampled_from(["aws:SourceIp", "s3:prefix", "s3:max-keys", "aws:username", "a:b"])
VALUES: Final = st.one_of(
    st.sampled_from(["", "a", "a*", "?", "10", "true", "false", "10.0.0.0/8", "10.1.2.3"]),
    st.sampled_from(["2024-01-01T00:00:00Z", "1700000000", "${aws:username}", ROLE, "YQ=="]),
    st.booleans(),
    st.integers(-5, 2000),
    st.text(max_size=6),
)
PRINCIPALS: Final = st.one_of(
    st.just("*"),
    st.fixed_dictionaries(
        {
            "AWS": st.lists(
                st.sampled_from([USER, ROLE, SESSION, ROOT, "*", "444455556666"]), min_size=1
            )
        },
        optional={"Service": st.just("ec2.amazonaws.com"), "CanonicalUser": st.just("79a59d")},
    ),
)


def _listed(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return one | st.lists(one, min_size=1, max_size=3)


@st.composite
def statements(draw: st.DrawFn, kind: PolicyKind) -> dict[str, Any]:
    """A statement that a policy of `kind` may hold."""
    found: dict[str, Any] = {"Effect": draw(st.sampled_from(["Allow"] * 5 + ["Deny"]))}
    found[draw(st.sampled_from(["Action", "Action", "NotAction"]))] = draw(_listed(ACTIONS))
    if kind != "trust":
        name = draw(st.sampled_from(["Resource", "Resource", "NotResource"]))
        found[name] = draw(_listed(RESOURCES))
    if kind in ("resource", "trust"):
        name = draw(st.sampled_from(["Principal", "Principal", "NotPrincipal"]))
        found[name] = draw(PRINCIPALS)
    if kind == "rcp":
        found |= {"Effect": "Deny", "Principal": "*"}
    if draw(st.booleans()):
        tests = st.dictionaries(KEYS, _listed(VALUES), min_size=1, max_size=2)
        found["Condition"] = draw(st.dictionaries(OPERATORS, tests, max_size=2))
    return found


@st.composite
def documents(draw: st.DrawFn, kind: PolicyKind) -> dict[str, Any]:
    """A policy of `kind` that can be read."""
    version = draw(st.sampled_from(["2012-10-17", "2012-10-17", "2008-10-17"]))
    return policy(*draw(st.lists(statements(kind), min_size=1, max_size=3)), version=version)


CONTEXTS: Final = st.dictionaries(
    KEYS,
    st.lists(
        st.sampled_from(["", "a", "ab", "10", "true", "10.1.2.3", "2024-05-01T00:00:00Z", ROLE])
        | st.text(max_size=4),
        max_size=2,
    ).map(tuple),
    max_size=4,
)
