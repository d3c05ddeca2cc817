"""The condition operators: how one value of a request compares with one value of a policy.

"IAM JSON policy elements: Condition operators". A comparison answers None where AWS does not
say what happens, such as for a number that is none.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from operator import eq, ge, gt, le, lt
from typing import Any, Final, Literal

from penstock.iam.matching import Matcher, Piece, Pieces, Wild, matcher
from penstock.iam.truth import Truth

Comparison = Callable[[str, Pieces], Truth]
Kind = Literal["string", "numeric", "date", "bool", "binary", "ip", "arn", "null"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator. `compare` takes a request's value and the policy's value in pieces."""

    kind: Kind
    compare: Comparison
    negated: bool = False
    wildcards: bool = False
    variables: bool = False
    folds_case: bool = False


def text_of(pieces: Pieces) -> str:
    """Pieces as the text they were."""
    return "".join(piece if isinstance(piece, str) else piece.value[0] for piece in pieces)


def _equal(value: str, pieces: Pieces) -> Truth:
    return value == text_of(pieces)


def _equal_ignoring_case(value: str, pieces: Pieces) -> Truth:
    return value.casefold() == text_of(pieces).casefold()


def _like(value: str, pieces: Pieces) -> Truth:
    return matcher(pieces)(value)


_NUMBER: Final = re.compile(r"\s*[+-]?[0-9]{1,40}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?\s*")


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    return Decimal(text.strip()) if _NUMBER.fullmatch(text) and text.isascii() else None


_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:T(?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(?P<zone>Z|[+-][0-9]{2}:[0-9]{2}))?)?"
)
_EPOCH: Final = re.compile(r"-?[0-9]{5,11}")


@lru_cache(maxsize=4096)
def _date(text: str) -> datetime | None:
    """An ISO 8601 date of W3C's profile, or seconds since 1970. A bare year could be either."""
    try:
        if _EPOCH.fullmatch(text):
            return datetime.fromtimestamp(int(text), UTC)
        found = _DATE.fullmatch(text)
        if found is None:
            return None
        day = f"{found['year']}-{found['month']}-{found['day'] or '01'}"
        zone = (found["zone"] or "Z").replace("Z", "+00:00")
        return datetime.fromisoformat(f"{day}T{_six(found['time'] or '00:00')}{zone}")
    except (ValueError, OverflowError, OSError):
        return None


def _six(time: str) -> str:
    whole, dot, fraction = time.partition(".")
    return f"{whole}{dot}{fraction[:6].ljust(6, '0')}" if dot else whole


def _ordered(read: Callable[[str], Any], relation: Callable[[Any, Any], bool]) -> Comparison:
    def compare(value: str, pieces: Pieces) -> Truth:
        left, right = read(value), read(text_of(pieces))
        return None if left is None or right is None else relation(left, right)

    return compare


def _bool(value: str, pieces: Pieces) -> Truth:
    wanted = text_of(pieces).lower()
    return value.lower() == wanted if wanted in ("true", "false") else None


def _binary(value: str, pieces: Pieces) -> Truth:
    """Both are base64 text: byte for byte, not letter for letter."""
    try:
        return b64decode(value, validate=True) == b64decode(text_of(pieces), validate=True)
    except (binascii.Error, ValueError):
        return None


@lru_cache(maxsize=4096)
def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _within(value: str, pieces: Pieces) -> Truth:
    address, network = _address(value), _network(text_of(pieces))
    return None if address is None or network is None else address in network


@lru_cache(maxsize=4096)
def _segments(pieces: Pieces) -> tuple[Matcher, ...] | None:
    """A matcher for each of the six parts of an ARN pattern."""
    segments: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Wild):
            segments[-1].append(piece)
            continue
        first, *others = piece.split(":", 6 - len(segments))
        segments[-1].append(first)
        segments.extend([other] for other in others)
    if len(segments) != 6:
        return None
    return tuple(matcher(tuple(piece for piece in one if piece != "")) for one in segments)


def _arn(value: str, pieces: Pieces) -> Truth:
    """Each of the six parts by itself: here a `*` never goes past a colon before the sixth."""
    segments = _segments(pieces)
    if segments is None:
        return None
    parts = value.split(":", 5)
    return len(parts) == 6 and all(
        matches(part) for matches, part in zip(segments, parts, strict=True)
    )


def _both_ways(kind: Kind, names: tuple[str, str], operator: Operator) -> dict[str, Operator]:
    negated = Operator(
        kind, operator.compare, True, operator.wildcards, operator.variables, operator.folds_case
    )
    return {names[0]: operator, names[1]: negated}


def _orders(kind: Kind, prefix: str, read: Callable[[str], Any]) -> dict[str, Operator]:
    found = _both_ways(
        kind, (f"{prefix}Equals", f"{prefix}NotEquals"), Operator(kind, _ordered(read, eq))
    )
    for name, relation in (
        ("LessThan", lt),
        ("LessThanEquals", le),
        ("GreaterThan", gt),
        ("GreaterThanEquals", ge),
    ):
        found[f"{prefix}{name}"] = Operator(kind, _ordered(read, relation))
    return found


_EXACT: Final = Operator("string", _equal, variables=True)
_FOLDED: Final = Operator("string", _equal_ignoring_case, variables=True, folds_case=True)
_LIKE: Final = Operator("string", _like, wildcards=True, variables=True)
_ARN: Final = Operator("arn", _arn, wildcards=True, variables=True)

OPERATORS: Final[Mapping[str, Operator]] = {
    **_both_ways("string", ("StringEquals", "StringNotEquals"), _EXACT),
    **_both_ways("string", ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"), _FOLDED),
    **_both_ways("string", ("StringLike", "StringNotLike"), _LIKE),
    **_orders("numeric", "Numeric", _number),
    **_orders("date", "Date", _date),
    "Bool": Operator("bool", _bool, variables=True),
    "BinaryEquals": Operator("binary", _binary),
    **_both_ways("ip", ("IpAddress", "NotIpAddress"), Operator("ip", _within)),
    **_both_ways("arn", ("ArnEquals", "ArnNotEquals"), _ARN),
    **_both_ways("arn", ("ArnLike", "ArnNotLike"), _ARN),
    "Null": Operator("null", _bool),
}
