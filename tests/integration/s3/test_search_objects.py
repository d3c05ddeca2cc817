"""Search Objects against the sandbox."""

import json

import pytest

from penstock.errors import AccessDenied, NotFound
from tests.accounts import Customer, allow, unique
from tests.cards import FakeContext
from tests.integration.s3.conftest import MakeConnection, Run
from tests.integration.s3.keys import HOSTILE_KEYS


@pytest.fixture(scope="module")
def library(customer: Customer) -> str:
    """A bucket with 12 objects in two folders and at the top."""
    name = customer.make_bucket()
    for folder in ("a/", "b/", ""):
        for number in range(4):
            customer.put_object(name, f"{folder}{number}.txt", b"x" * number)
    return name


def test_all(library: str, run: Run) -> None:
    found = run("search_objects", {"bucket": library})
    assert (found.count, found.complete, found.file) == (12, True, None)
    keys = [each.key for each in found.objects]
    assert keys == sorted(keys)
    assert found.object.key == keys[0]
    assert found.objects[1].size == 1
    assert found.objects[1].last_modified.tzinfo is not None
    assert found.last_key == keys[-1]


def test_prefix_delimiter_and_start(library: str, run: Run) -> None:
    inside = run("search_objects", {"bucket": library, "prefix": "a/"})
    assert [each.key for each in inside.objects] == [f"a/{number}.txt" for number in range(4)]
    top = run("search_objects", {"bucket": library, "delimiter": "/"})
    assert top.common_prefixes == ["a/", "b/"]
    assert (top.count, top.common_prefix_count, top.complete) == (4, 2, True)
    rest = run("search_objects", {"bucket": library, "start_after": "b/1.txt"})
    assert [each.key for each in rest.objects] == ["b/2.txt", "b/3.txt"]


def test_limits_say_that_they_end_the_search(library: str, run: Run) -> None:
    first = run("search_objects", {"bucket": library, "result_set": "first"})
    assert (first.count, first.complete) == (1, False)
    some = run("search_objects", {"bucket": library, "record_limit": 5})
    assert (some.count, some.complete) == (5, False)
    rest = run("search_objects", {"bucket": library, "start_after": some.last_key})
    assert rest.count == 7
    exact = run("search_objects", {"bucket": library, "record_limit": 12})
    assert (exact.count, exact.complete) == (12, True)
    none = run("search_objects", {"bucket": library, "record_limit": 0})
    assert (none.count, none.complete, none.objects) == (0, False, [])
    with_folders = run(
        "search_objects", {"bucket": library, "delimiter": "/", "result_set": "first"}
    )
    assert (with_folders.count, with_folders.complete) == (1, False)


def test_empty_bucket(customer: Customer, run: Run) -> None:
    found = run("search_objects", {"bucket": customer.make_bucket(), "record_limit": 0})
    assert (found.count, found.complete, found.object) == (0, True, None)


def test_hostile_keys_come_back_as_they_are(customer: Customer, run: Run) -> None:
    name = customer.make_bucket()
    for key in HOSTILE_KEYS:
        customer.put_object(name, key, b"")
    found = run("search_objects", {"bucket": name})
    assert sorted(each.key for each in found.objects) == sorted(HOSTILE_KEYS)


def test_more_than_a_thousand_are_in_a_file(
    customer: Customer, run: Run, context: FakeContext
) -> None:
    name = customer.make_bucket()
    for number in range(1203):
        customer.put_object(name, f"n{number:05}", b"")
    found = run("search_objects", {"bucket": name})
    assert (found.count, found.complete, len(found.objects)) == (1203, True, 1000)
    assert found.file is not None
    with context.files.open(found.file) as file:
        keys = [json.loads(line)["key"] for line in file]
    assert keys == [f"n{number:05}" for number in range(1203)]
    assert context.progress[-1] == (1203, None, "items")
    two_hundred = run("search_objects", {"bucket": name, "result_set": "first_200"})
    assert (two_hundred.count, two_hundred.complete, two_hundred.file) == (200, False, None)
    limited = run("search_objects", {"bucket": name, "record_limit": 1100})
    assert (limited.count, limited.complete) == (1100, False)
    assert context.files.open_writers == 0


def test_bad_places(bucket: str, run: Run, connect: MakeConnection) -> None:
    with pytest.raises(NotFound):
        run("search_objects", {"bucket": unique("nowhere")})
    with pytest.raises(AccessDenied) as caught:
        run("search_objects", {"bucket": bucket}, connect(allow("s3:GetObject")))
    assert caught.value.details["actions"] == ["s3:ListBucket"]
