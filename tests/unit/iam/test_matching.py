"""Wildcards in actions and resources ("IAM JSON policy elements: Action", "...: Resource")."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.coverage import covers, covers_action
from penstock.iam.matching import Wild, any_of, in_segments, matcher, pieces_of
from penstock.iam.variables import template


def resource_matches(pattern: str, resource: str) -> bool:
    return matcher(in_segments(template(pattern, variables=True).fixed))(resource)


@pytest.mark.parametrize(
    ("pattern", "resource", "expected"),
    [
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/key", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a/b/c", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", False),
        ("arn:aws:s3:::b", "arn:aws:s3:::B", False),
        # The guide's own example: "/*/test/*" reaches over any number of slashes.
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/test/object.jpg", True),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/test/3/object.jpg", True),
        ("arn:aws:s3:::b/*/test/*", "arn:aws:s3:::b/1/2/object.jpg", False),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/x", True),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/", False),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/xy", False),
        ("arn:aws:s3:::b/a*c", "arn:aws:s3:::b/a:b:c", True),
        ("arn:aws:s3:::b/line*", "arn:aws:s3:::b/line\nbreak", True),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/x", False),
        ("arn:aws:s3:::b/${?}${$}", "arn:aws:s3:::b/?$", True),
        ("arn:aws:iam::*:role/x", "arn:aws:iam::111122223333:role/x", True),
        # A star that ends its segment "can expand to match beyond the colon boundaries" ...
        ("arn:aws:iam::*", "arn:aws:iam::111122223333:role/x", True),
        ("arn:aws:kms:*:key/1", "arn:aws:kms:eu-west-1:111122223333:key/1", True),
        # ... one within a segment cannot.
        ("arn:aws:kms:eu*1:111122223333:key/1", "arn:aws:kms:eu-west-1:111122223333:key/1", True),
        ("arn:aws:kms:e*3:key/1", "arn:aws:kms:eu-west-1:111122223333:key/1", False),
        ("arn:aws:kms:eu-west-?:*:key/1", "arn:aws:kms:eu-west-1:111122223333:key/1", True),
        ("arn:aws:kms:eu-west-1?11:key/1", "arn:aws:kms:eu-west-1:11:key/1", False),
    ],
)
def test_resources(pattern: str, resource: str, expected: bool) -> None:
    assert resource_matches(pattern, resource) is expected


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", "s3:getobject", True),
        ("s3:get*", "s3:getobjecttagging", True),
        ("s3:*object", "s3:putobject", True),
        ("s3:*object", "s3:putobjectacl", False),
        ("s3:?etobject", "s3:getobject", True),
    ],
)
def test_actions(pattern: str, action: str, expected: bool) -> None:
    assert any_of([pieces_of(pattern)])(action) is expected


ALPHABET = st.text("ab:*?", max_size=9)


@given(ALPHABET, st.text("ab:", max_size=12))
def test_a_pattern_means_what_its_regular_expression_means(pattern: str, text: str) -> None:
    plain = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in pattern)
    assert matcher(pieces_of(pattern))(text) is (re.fullmatch(plain, text) is not None)


@given(ALPHABET, st.text("ab:", max_size=12))
def test_a_pattern_in_segments_means_what_its_regular_expression_means(
    pattern: str, text: str
) -> None:
    pieces = in_segments(template(pattern, variables=False).fixed)
    meaning = {
        Wild.STAR: ".*",
        Wild.ONE: ".",
        Wild.SEGMENT_STAR: "[^:]*",
        Wild.SEGMENT_ONE: "[^:]",
    }
    plain = "".join(re.escape(one) if isinstance(one, str) else meaning[one] for one in pieces)
    assert matcher(pieces)(text) is (re.fullmatch(plain, text) is not None)


@pytest.mark.timeout(30)
@pytest.mark.parametrize("pattern", ["arn:aws:s3:::" + "*a" * 60, "arn:*b:*:*:*:" + "*a" * 60])
def test_no_pattern_makes_matching_slow(pattern: str) -> None:
    matches = matcher(in_segments(pieces_of(pattern)))
    assert not matches("arn:aws:s3:::" + "a:" * 2000 + "b")  # backtracking would never get here


PATTERNS = st.text("ab/*?", max_size=6).map(lambda text: f"arn:aws:s3:::{text}")


@given(PATTERNS, PATTERNS, st.text("ab/", max_size=6))
def test_what_a_covered_pattern_matches_the_broader_one_matches(
    broad: str, narrow: str, text: str
) -> None:
    resource = f"arn:aws:s3:::{text}"
    if covers(broad, narrow) and resource_matches(narrow, resource):
        assert resource_matches(broad, resource)


@pytest.mark.parametrize(
    ("broad", "narrow", "expected"),
    [
        ("*", "arn:aws:s3:::b", True),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/in/*", True),
        ("arn:aws:s3:::b/in/*", "arn:aws:s3:::b/*", False),
        ("arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", False),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/${*}", True),
        ("arn:aws:s3:::b/?", "arn:aws:s3:::b/*", False),
    ],
)
def test_covering(broad: str, narrow: str, expected: bool) -> None:
    assert covers(broad, narrow) is expected


def test_covering_actions_minds_no_case() -> None:
    assert covers_action("S3:GET*", "s3:GetObject")
    assert covers_action("s3:*", "s3:Get*")
    assert not covers_action("s3:Get*", "s3:*")
