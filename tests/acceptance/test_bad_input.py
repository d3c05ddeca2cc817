"""What people get wrong: each time a clear sentence, its place, a hint, and no trace."""

from pathlib import Path

import pytest

from tests.acceptance.command import Penstock, Said
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow, unique

FLOW = """\
flow: f
cards:
  - id: first
    card: s3.read_object
    connection: acme
    inputs: {bucket: practice, key: k}
"""


def check(served: Penstock, text: str) -> Said:
    said = served("flows", "check", "-", "--json", given=text)
    assert said.code == 1
    assert said.err == ""
    return said


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("flow: f\ncards: [\n", 3, ""),
        ("flow: f\ncards:\n\t- id: a\n", 3, ""),
        ("flow: f\nflow: g\n", 2, "flow"),
        (FLOW.replace("read_object", "read_objekt"), 4, "s3.read_object"),
        (FLOW.replace("bucket:", "buket:"), 6, "bucket"),
        (FLOW.replace("bucket: practice", "bucket: [1]"), 6, "bucket"),
        (FLOW.replace("key: k", "key: '{{ second.key }}'"), 6, "second"),
        (FLOW.replace("key: k", "key: '{{ first.key }}'"), 6, "itself"),
        (FLOW.replace("acme", "acmee-nobody"), 5, "acmee-nobody"),
        (FLOW.replace("flow: f", "flow: F!"), 1, "flow"),
    ],
)
def test_a_document_with_a_problem_says_where(
    served: Penstock, text: str, line: int, told: str
) -> None:
    found = check(served, text).json["problems"]
    here = [
        each
        for each in found
        if each["severity"] == "error" and each.get("where", {}).get("line") == line
    ]
    assert here, found
    assert any(told in each["message"] + (each["hint"] or "") for each in here), here
    assert all(each["where"]["column"] >= 1 for each in here)
    assert all(each["code"] for each in here)


def test_all_problems_come_at_once(served: Penstock) -> None:
    text = FLOW.replace("read_object", "read_objekt") + "  - {id: second, card: s3.tag_objekt}\n"
    found = check(served, text).json["problems"]
    assert {each["where"].get("card") for each in found} >= {"first", "second"}


@pytest.mark.parametrize("verb", [("flows", "apply"), ("run",)])
def test_a_person_is_told_what_where_and_hint(served: Penstock, verb: tuple[str, ...]) -> None:
    said = served(*verb, "-", given=FLOW.replace("read_object", "read_objekt"))
    assert said.code == 1
    assert said.out == ""
    for word in ("Error:", "s3.read_objekt", "line 4", "column", "Did you mean"):
        assert word in said.err


def test_a_program_is_told_by_a_problem_document(served: Penstock) -> None:
    said = served("run", "-", "--json", given="flow: [")
    assert (said.code, said.out) == (1, "")
    problem = said.problem
    assert problem["code"] == "document_invalid"
    assert problem["status"] == 422
    assert problem["where"]["line"] >= 1


def test_a_process_of_its_own_ends_when_it_has_said_so(penstock: Penstock) -> None:
    said = penstock("run", "-", given="flow: [", timeout=60)
    assert said.code == 1


def test_not_utf8(served: Penstock, tmp_path: Path) -> None:
    file = tmp_path / "flow.yaml"
    file.write_bytes(b"flow: f\n# \xff\n")
    said = served("flows", "check", str(file), "--json")
    assert said.code == 1
    assert said.problem["where"]["line"] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("connection", "list"), "connections"),
        (("connections", "lst"), "list"),
        (("flows", "aply", "x"), "apply"),
        (("run",), "FILE"),
        (("run", "/no/such/file.yaml"), "/no/such/file.yaml"),
        (("run", "-", "--imput", "a=b"), "--input"),
        (("runs", "list", "--status", "broken"), "status"),
        (("connections", "trust-policy", "a", "--form", "pulumi"), "pulumi"),
    ],
)
def test_a_mistyped_command_is_wrong_usage(
    served: Penstock, arguments: tuple[str, ...], told: str
) -> None:
    said = served(*arguments)
    assert (said.code, said.out) == (2, "")
    assert told in said.err


def test_wrong_usage_is_a_problem_document_too(served: Penstock) -> None:
    said = served("flows", "aply", "--json")
    assert (said.code, said.out) == (2, "")
    assert said.problem["code"] == "usage"
    assert "apply" in said.problem["detail"]


@pytest.mark.parametrize(
    ("given", "told"), [("leaver", "NAME=VALUE"), ("=x", "NAME=VALUE"), ("nobody=x", "nobody")]
)
def test_an_input_that_is_none(served: Penstock, customer: Customer, given: str, told: str) -> None:
    name = unique("acme")
    connect(served, customer, nickname=name)
    said = served("run", "-", "--input", given, given=FLOW.replace("acme", name))
    assert said.code in {1, 2}
    assert told in said.err


def test_an_input_of_the_wrong_type(served: Penstock, customer: Customer) -> None:
    name = unique("acme")
    connect(served, customer, nickname=name)
    text = FLOW.replace("acme", name).replace(
        "cards:", "start: {inputs: {count: {type: number}}}\ncards:", 1
    )
    said = served("run", "-", "--input", "count=many", "--json", given=text)
    assert said.code == 1
    assert "count" in said.problem["detail"]
    assert said.problem["hint"]


@pytest.mark.parametrize("noun", ["connections", "flows", "runs", "cards"])
def test_nothing_of_that_name(served: Penstock, noun: str) -> None:
    said = served(noun, "show", "s3.reed_object" if noun == "cards" else "nothing", "--json")
    assert said.code == 1
    assert said.problem["code"] == "not_found"
    assert said.problem["hint"]


def test_a_draft_runs_nothing(served: Penstock) -> None:
    name = unique("acme")
    served.ok("connections", "new", name)
    said = served("run", "-", "--json", given=FLOW.replace("acme", name))
    assert said.code == 3
    assert said.problem["code"] == "connection_not_verified"


def test_a_policy_that_says_no_is_exit_code_3(served: Penstock, customer: Customer) -> None:
    name, bucket = unique("acme"), customer.make_bucket()
    connect(served, customer, allow("s3:ListAllMyBuckets"), nickname=name)
    text = FLOW.replace("acme", name).replace("bucket: practice", f"bucket: {bucket}")
    said = served("run", "-", given=text)
    assert said.code == 3
    assert "s3:GetObject" in said.err
    assert "Hint:" in said.err


@pytest.mark.parametrize("may_list", [True, False])
def test_a_missing_key(served: Penstock, customer: Customer, may_list: bool) -> None:
    """AWS tells those who may list that it is missing, and others that they may not know."""
    name, bucket = unique("acme"), customer.make_bucket()
    actions = ["s3:GetObject", *(["s3:ListBucket"] if may_list else [])]
    connect(served, customer, allow(*actions), nickname=name)
    text = FLOW.replace("acme", name).replace("bucket: practice", f"bucket: {bucket}")
    said = served("run", "-", "--json", given=text)
    assert said.json["status"] == "failed"
    error = said.json["error"]
    assert (said.code, error["code"]) == ((1, "not_found") if may_list else (3, "access_denied"))
    assert error["hint"]


@pytest.mark.parametrize("key", ["a b", "a+b", "a%b", "ä/ü", "a//b", "../b", "k" * 1024, "?&="])
def test_keys_are_whatever_bytes_they_are(served: Penstock, customer: Customer, key: str) -> None:
    name, bucket = unique("acme"), customer.make_bucket()
    connect(served, customer, allow("s3:*"), nickname=name)
    text = f"""\
flow: f
start: {{inputs: {{key: {{}}}}}}
cards:
  - id: write
    card: s3.upload_object
    connection: {name}
    inputs: {{bucket: {bucket}, key: "{{{{ start.key }}}}", text: ""}}
  - id: fetch
    card: s3.download_object
    connection: {name}
    inputs: {{bucket: {bucket}, key: "{{{{ start.key }}}}"}}
"""
    said = served.ok("run", "-", "--json", "--input", f"key={key}", given=text).json
    assert said["status"] == "succeeded"
    [there] = customer.s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert (there["Key"], there["Size"]) == (key, 0)
