"""The name someone probably meant."""

import pytest

from penstock.flows.nearest import did_you_mean, nearest, quoted

NAMES = ["bucket", "expected_bucket_owner", "key", "version_id"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("bukcet", "bucket"),
        ("ExpectedBucketOwner", "expected_bucket_owner"),
        ("versionid", "version_id"),
        ("Key", "key"),
        ("colour", None),
        ("", None),
    ],
)
def test_the_nearest_is_found(written: str, meant: str | None) -> None:
    assert nearest(written, NAMES) == meant


def test_a_hint_names_it_or_all_if_they_are_few() -> None:
    assert did_you_mean("kye", NAMES) == "Did you mean `key`?"
    assert did_you_mean("zzz", ["a", "b"], "It has: ") == "It has: `a`, `b`."
    assert did_you_mean("zzz", []) is None
    assert did_you_mean("zzz", [f"name{number}" for number in range(13)]) is None


def test_a_long_name_is_cut() -> None:
    assert quoted("a" * 60) == f"`{'a' * 60}`"
    assert quoted("a" * 61) == f"`{'a' * 59}…`"
