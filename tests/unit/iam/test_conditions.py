"""Condition operators, after "IAM JSON policy elements: Condition operators" and "Set operators
for multivalued context keys". T holds, F does not, U: nobody can tell."""

import pytest

from penstock.iam.conditions import compile_condition
from penstock.iam.finding import RequestFacts
from penstock.iam.operators import OPERATORS
from penstock.iam.request import Principal, Request
from penstock.iam.statement import Condition
from penstock.iam.variables import Unknown
from tests.unit.iam.documents import USER

ANNA = Principal("user", USER, "111122223333")
Values = tuple[str, ...]


def holds(
    operator: str,
    wanted: Values,
    given: Values | None,
    *,
    unknown: bool = False,
    version: bool = True,
) -> str:
    context = {} if given is None else {"Test:Key": given}
    keys = frozenset({"TEST:key"} if unknown else ())
    request = Request(ANNA, "s3:GetObject", "*", context, unknown_keys=keys)
    condition = compile_condition(Condition(operator, "test:KEY", wanted), variables=version)
    try:
        return "T" if condition.holds(RequestFacts(request)) else "F"
    except Unknown:
        return "U"


@pytest.mark.parametrize(
    ("operator", "wanted", "value", "expected"),
    [
        ("StringEquals", "john", "john", "T"),
        ("StringEquals", "john", "John", "F"),
        ("StringEquals", "j*n", "john", "F"),
        ("StringEquals", "", "", "T"),
        ("StringEquals", "a${*}b", "a*b", "T"),
        ("StringEquals", "${aws:username}", "anna", "T"),
        ("StringEquals", "${aws:nobody, 'x'}", "x", "T"),
        ("StringEquals", "${aws:nobody}", "${aws:nobody}", "F"),
        ("StringNotEquals", "${aws:nobody}", "x", "U"),
        ("StringNotEquals", "john", "John", "T"),
        ("StringEqualsIgnoreCase", "JOHN", "john", "T"),
        ("StringNotEqualsIgnoreCase", "JOHN", "john", "F"),
        ("StringLike", "j*n?", "john1", "T"),
        ("StringLike", "home/${aws:username}/*", "home/anna/a", "T"),
        ("StringLike", "a${*}b", "axb", "F"),
        ("StringNotLike", "j*", "john", "F"),
        ("stringequals", "john", "john", "U"),
        ("NumericEquals", "10", "10.0", "T"),
        ("NumericNotEquals", "10", "10.0", "F"),
        ("NumericLessThan", "10", "9", "T"),
        ("NumericLessThan", "10", "10", "F"),
        ("NumericLessThanEquals", "10", "10", "T"),
        ("NumericGreaterThan", "10", "1e2", "T"),
        ("NumericGreaterThanEquals", "-3", "-3", "T"),
        ("NumericLessThan", "ten", "9", "U"),
        ("NumericNotEquals", "10", "many", "U"),
        ("DateEquals", "2024-05-01", "2024-05-01T00:00:00Z", "T"),
        ("DateNotEquals", "2024-05-01", "2024-05-02", "T"),
        ("DateLessThan", "2024-05-01T00:00:00Z", "2024-04-30T23:59:59.999Z", "T"),
        ("DateLessThanEquals", "2024-05-01T02:00:00+02:00", "2024-05-01T00:00:00Z", "T"),
        ("DateGreaterThan", "1700000000", "2024-05-01", "T"),
        ("DateGreaterThanEquals", "2024-05", "2024-05-01T00:00Z", "T"),
        ("DateGreaterThan", "2024", "2024-05-01", "U"),  # a year, or 2,024 seconds?
        ("DateGreaterThan", "2024-02-30", "2024-05-01", "U"),
        ("Bool", "true", "TRUE", "T"),
        ("Bool", "false", "true", "F"),
        ("Bool", "yes", "true", "U"),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", "T"),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ6", "F"),
        ("BinaryEquals", "%%", "QmluYXJ5", "U"),
        ("IpAddress", "203.0.113.0/24", "203.0.113.9", "T"),
        ("IpAddress", "203.0.113.7", "203.0.113.7", "T"),
        ("IpAddress", "203.0.113.7", "203.0.113.8", "F"),
        ("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", "T"),
        ("IpAddress", "203.0.113.0/24", "2001:db8::1", "F"),
        ("NotIpAddress", "203.0.113.0/24", "198.51.100.1", "T"),
        ("IpAddress", "203.0.113.0/99", "203.0.113.9", "U"),
        ("ArnEquals", "arn:aws:sns:*:111122223333:*", "arn:aws:sns:eu-west-1:111122223333:t", "T"),
        ("ArnLike", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/a/b", "T"),
        # The guide's example of what StringLike matches and ArnLike does not.
        (
            "ArnLike",
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            "F",
        ),
        (
            "StringLike",
            "arn:aws:someservice:*:111122223333:finance/*",
            "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt",
            "T",
        ),
        ("ArnLike", "${aws:PrincipalArn}", USER, "T"),
        ("ArnNotLike", "arn:aws:iam::*:role/*", USER, "T"),
        ("ArnNotEquals", USER, USER, "F"),
        ("ArnLike", "not an arn", USER, "U"),
        ("ArnLike", "arn:aws:iam::*:role/*", "not an arn", "F"),
        ("Null", "false", "x", "T"),
        ("Null", "true", "x", "F"),
        ("Null", "maybe", "x", "U"),
        ("StringResembles", "x", "x", "U"),
        ("ForSomeValues:StringEquals", "x", "x", "U"),
    ],
)
def test_one_value(operator: str, wanted: str, value: str, expected: str) -> None:
    assert holds(operator, (wanted,), (value,)) == expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", "F"),
        ("StringLike", "F"),
        ("NumericLessThan", "F"),
        ("DateGreaterThan", "F"),
        ("Bool", "F"),
        ("IpAddress", "F"),
        ("ArnLike", "F"),
        ("BinaryEquals", "F"),
        ("StringNotEquals", "T"),
        ("StringNotLike", "T"),
        ("NumericNotEquals", "T"),
        ("NotIpAddress", "T"),
        ("ArnNotLike", "T"),
        ("StringEqualsIfExists", "T"),
        ("StringNotEqualsIfExists", "T"),
        ("ForAllValues:StringEquals", "T"),
        ("ForAllValues:StringNotEquals", "T"),
        ("ForAllValues:StringEqualsIfExists", "T"),
        ("ForAnyValue:StringEquals", "F"),
        ("ForAnyValue:StringNotEquals", "F"),
        ("ForAnyValue:StringEqualsIfExists", "U"),  # two rules, and none says which wins
        ("NullIfExists", "U"),
        ("ForAnyValue:Null", "U"),
    ],
)
def test_the_key_is_absent(operator: str, expected: str) -> None:
    assert holds(operator, ("x",), None) == expected
    assert holds(operator, ("x",), ()) == expected


def test_null_asks_whether_the_key_is_there() -> None:
    assert holds("Null", ("true",), None) == "T"
    assert holds("Null", ("false",), None) == "F"
    assert holds("Null", ("true", "false"), None) == "T"
    assert holds("Null", ("true",), None, unknown=True) == "U"


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_an_unknown_key_is_unknown_to_every_operator(operator: str) -> None:
    for name in (operator, f"{operator}IfExists", f"ForAllValues:{operator}"):
        assert holds(name, ("x",), None, unknown=True) == "U"


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "expected"),
    [
        # "Evaluation logic for multiple context keys or values": any of the policy's may match,
        # and for a negated operator none of them.
        ("StringEquals", ("a", "b"), ("b",), "T"),
        ("StringNotEquals", ("a", "b"), ("b",), "F"),
        ("StringNotEquals", ("a", "b"), ("c",), "T"),
        ("NumericLessThan", ("1", "10"), ("5",), "T"),
        # The guide's table for PostDateTime, UserName against PostDateTime, Message, Tags.
        ("ForAllValues:StringLike", ("Post*", "Message", "Tags"), ("PostDateTime", "Message"), "T"),
        ("ForAllValues:StringLike", ("Post*", "Message", "Tags"), ("PostDateTime", "ID"), "F"),
        ("ForAnyValue:StringLike", ("ID", "PostDateTime"), ("UserName", "PostDateTime"), "T"),
        ("ForAnyValue:StringLike", ("ID", "PostDateTime"), ("UserName",), "F"),
        ("ForAllValues:StringNotEquals", ("a",), ("b", "c"), "T"),
        ("ForAllValues:StringNotEquals", ("a",), ("a", "c"), "F"),
        ("ForAnyValue:StringNotEquals", ("a",), ("a", "c"), "T"),
        ("ForAnyValue:StringNotEquals", ("a",), ("a",), "F"),
        # "... or if the key values resolve to an empty data set, such as an empty string".
        ("ForAllValues:StringEquals", ("a",), ("",), "T"),
        ("ForAnyValue:StringEquals", ("",), ("",), "F"),
        # Several values ask for a set operator; without one only what both would say is sure.
        ("StringEquals", ("a", "b"), ("a", "b"), "T"),
        ("StringEquals", ("a",), ("b", "c"), "F"),
        ("StringEquals", ("a",), ("a", "b"), "U"),
        ("StringNotEquals", ("a",), ("a", "b"), "U"),
        ("StringEquals", (), ("a",), "U"),
        ("StringNotEquals", (), ("a",), "U"),
    ],
)
def test_several_values(operator: str, wanted: Values, given: Values, expected: str) -> None:
    assert holds(operator, wanted, given) == expected


def test_variables_are_plain_text_before_2012() -> None:
    assert holds("StringEquals", ("${aws:username}",), ("anna",), version=False) == "F"
    assert holds("StringEquals", ("${aws:username}",), ("${aws:username}",), version=False) == "T"


@pytest.mark.parametrize("text", ["${", "${}", "${a", "${a,'b'", "${a 'b'}", "${a,b}", "$a"])
def test_what_is_no_variable_stands_for_itself(text: str) -> None:
    assert holds("StringEquals", (text,), (text,)) == "T"


def test_a_variable_with_several_values_is_unknown() -> None:
    context = {"a:many": ("x", "y"), "test:key": ("x",)}
    request = Request(ANNA, "s3:GetObject", "*", context)
    condition = compile_condition(
        Condition("StringEquals", "test:key", ("${a:many}",)), variables=True
    )
    with pytest.raises(Unknown, match="several values"):
        condition.holds(RequestFacts(request))
