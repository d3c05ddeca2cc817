"""What a flow needs, what policies make of it, and what is wrong in them: as a reviewer asks."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow, policy, unique

EXAMPLE = Path(__file__).parents[1] / "data" / "example-policy.json"

FLOW = """\
flow: {name}
cards:
  - id: read_report
    card: s3.read_object_tags
    connection: {connection}
    inputs:
      bucket: {bucket}
      key: "reports/{{{{ run.date }}}}/x"
  - id: remove
    card: s3.delete_object
    connection: {connection}
    inputs: {{bucket: {bucket}, key: old.txt}}
"""


def write_flow(
    folder: Path, *, name: str, connection: str = "acme", bucket: str = "example-reports"
) -> str:
    file = folder / f"{name}.yaml"
    file.write_text(FLOW.format(name=name, connection=connection, bucket=bucket))
    return str(file)


def write(folder: Path, document: Any, name: str = "policy.json") -> str:
    file = folder / name
    file.write_text(json.dumps(document, indent=2))
    return str(file)


def granted(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Every action with every resource of a policy."""
    found = set()
    for statement in document["Statement"]:
        actions, resources = statement["Action"], statement["Resource"]
        for action in [actions] if isinstance(actions, str) else actions:
            for resource in [resources] if isinstance(resources, str) else resources:
                found.add((action, resource))
    return found


def test_a_flow_document_needs_just_this(served: Penstock, tmp_path: Path) -> None:
    file = write_flow(tmp_path, name=unique("flow"))
    document = json.loads(served.ok("flows", "policy", file).out)
    assert granted(document) == {
        ("s3:GetObjectTagging", "arn:aws:s3:::example-reports/reports/*/x"),
        ("s3:ListBucket", "arn:aws:s3:::example-reports"),
        ("s3:DeleteObject", "arn:aws:s3:::example-reports/old.txt"),
    }
    sids = [each["Sid"] for each in document["Statement"]]
    assert any("ReadReport" in sid for sid in sids)
    assert any("Remove" in sid for sid in sids)


def test_a_document_with_a_mistake_is_told_where(served: Penstock, tmp_path: Path) -> None:
    file = Path(write_flow(tmp_path, name=unique("flow")))
    file.write_text(file.read_text().replace("s3.delete_object", "s3.delet_object"))
    said = served("flows", "policy", str(file))
    assert said.code == 1
    assert "s3.delete_object" in said.err
    assert "line 10" in said.err


def test_a_kept_flow_for_its_connection(
    served: Penstock, customer: Customer, tmp_path: Path
) -> None:
    nickname, name = unique("c"), unique("flow")
    connect(served, customer, nickname=nickname)
    served.ok("flows", "apply", write_flow(tmp_path, name=name, connection=nickname))
    found = served.ok("flows", "policy", name, "--json").json
    assert found["connections"] == [nickname]
    (only,) = found["policies"]
    assert only["characters"] < 6144
    for statement in only["document"]["Statement"]:
        assert statement["Condition"]["StringEquals"] == {"aws:ResourceAccount": "444455556666"}
    of_connection = served.ok("connections", "policy", nickname, "--json").json
    assert of_connection["policies"][0]["document"] == only["document"]


def test_the_policy_of_a_flow_is_enough_for_it(
    served: Penstock, customer: Customer, tmp_path: Path
) -> None:
    nickname, name = unique("c"), unique("flow")
    connected = connect(served, customer, nickname=nickname)
    bucket = customer.make_bucket()
    file = Path(write_flow(tmp_path, name=name, connection=nickname, bucket=bucket))
    file.write_text(file.read_text().replace("reports/{{ run.date }}/x", "old.txt"))
    customer.put_object(bucket, "old.txt", b"x")
    served.ok("flows", "apply", str(file))
    assert served("flows", "run", name).code == 3
    document = served.ok("flows", "policy", name).out
    customer.iam.put_role_policy(
        RoleName=connected.role_arn.rpartition("/")[2], PolicyName="flow", PolicyDocument=document
    )
    served.ok("flows", "run", name)
    compared = served("flows", "policy", name, "--against", "-", "--json", given=document)
    assert compared.code == 0
    assert compared.json["comparison"]["just_right"]


def test_many_flows_at_once(served: Penstock, tmp_path: Path) -> None:
    one, other = unique("flow"), unique("flow")
    files = [write_flow(tmp_path, name=one), write_flow(tmp_path, name=other, bucket="example-b")]
    document = json.loads(served.ok("flows", "policy", *files).out)
    assert ("s3:DeleteObject", "arn:aws:s3:::example-b/old.txt") in granted(document)
    assert ("s3:DeleteObject", "arn:aws:s3:::example-reports/old.txt") in granted(document)


def test_a_policy_that_is_too_long_comes_as_several(served: Penstock, tmp_path: Path) -> None:
    cards = "".join(
        f"  - id: read_{number}\n    card: s3.read_object\n    connection: acme\n"
        f"    inputs: {{bucket: example-{number}, key: {'long/' * 20}{number}}}\n"
        for number in range(60)
    )
    file = tmp_path / "long.yaml"
    file.write_text(f"flow: {unique('flow')}\ncards:\n{cards}")
    said = served.ok("flows", "policy", str(file))
    documents = json.loads(said.out)
    assert len(documents) > 1
    assert f"comes as {len(documents)} policies" in said.err
    found = served.ok("flows", "policy", str(file), "--json").json
    assert all(each["characters"] <= 6144 for each in found["policies"])
    assert len({each["name"] for each in found["policies"]}) == len(documents)


@pytest.mark.parametrize(
    ("form", "mark"),
    [
        ("json", '"Version"'),
        ("cloudformation", "AWS::IAM::ManagedPolicy"),
        ("terraform", 'resource "aws_iam_policy"'),
        ("cli", "aws iam attach-role-policy"),
    ],
)
def test_forms(served: Penstock, form: str, mark: str) -> None:
    said = served.ok("cards", "policy", "s3.tag_object", "s3.search_buckets", "--format", form)
    assert mark in said.out
    for action in ("s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:ListAllMyBuckets"):
        assert action in said.out


def test_an_unknown_card_flow_and_connection(served: Penstock) -> None:
    said = served("cards", "policy", "s3.copy_objekt")
    assert (said.code, "s3.copy_object" in said.err) == (1, True)
    assert served("flows", "policy", "no-such-flow").code == 1
    assert served("connections", "policy", "no-such-connection").code == 1


def test_a_connection_that_nothing_uses_needs_nothing(served: Penstock) -> None:
    nickname = unique("c")
    served.ok("connections", "new", nickname)
    said = served.ok("connections", "policy", nickname)
    assert "need no permission" in said.err
    assert json.loads(said.out)["Statement"][0]["Effect"] == "Deny"


def test_too_much_too_little_just_right(served: Penstock, tmp_path: Path) -> None:
    file = write_flow(tmp_path, name=unique("flow"))
    document = policy(
        {
            "Sid": "Reports",
            "Effect": "Allow",
            "Action": ["s3:GetObjectTagging", "s3:PutObject"],
            "Resource": "arn:aws:s3:::example-reports/*",
        }
    )
    given = write(tmp_path, document)
    said = served("flows", "policy", file, "--against", given, "--json")
    assert said.code == 3
    compared = said.json["comparison"]
    verdicts = {each["card"]: each["verdict"] for each in compared["cards"]}
    assert verdicts == {"read_report": "partly", "remove": "fails"}
    assert {each["action"] for each in compared["too_little"]} == {
        "s3:DeleteObject",
        "s3:ListBucket",
    }
    assert [each["action"] for each in compared["enough"]] == ["s3:GetObjectTagging"]
    assert {action for each in compared["too_much"] for action in each["actions"]} == {
        "s3:GetObjectTagging",
        "s3:PutObject",
    }
    assert all(each["statement"]["sid"] == "Reports" for each in compared["too_much"])
    shown = served("flows", "policy", file, "--against", given)
    assert shown.code == 3
    for word in ("Too little", "Too much", "Just right", "policy.json: Reports"):
        assert word in shown.out


@pytest.mark.parametrize("printed", ["get-role-policy", "get-policy-version"])
def test_what_the_aws_cli_printed_is_taken_as_it_is(
    served: Penstock, tmp_path: Path, printed: str
) -> None:
    document = allow("s3:*")
    answer = {
        "get-role-policy": {"RoleName": "r", "PolicyName": "all-of-s3", "PolicyDocument": document},
        "get-policy-version": {"PolicyVersion": {"Document": document, "VersionId": "v1"}},
    }[printed]
    file = write_flow(tmp_path, name=unique("flow"))
    given = write(tmp_path, answer)
    said = served.ok("flows", "policy", file, "--against", given, "--json")
    assert {each["verdict"] for each in said.json["comparison"]["cards"]} == {"works"}


def test_a_managed_policy_is_known_by_its_name(served: Penstock, tmp_path: Path) -> None:
    file = write_flow(tmp_path, name=unique("flow"))
    said = served("flows", "policy", file, "--against", "AmazonS3ReadOnlyAccess", "--json")
    assert said.code == 3
    verdicts = {each["card"]: each["verdict"] for each in said.json["comparison"]["cards"]}
    assert verdicts == {"read_report": "works", "remove": "fails"}
    assert "2026-08-22" in said.json["comparison"]["notes"][0]
    unheard = served("flows", "policy", file, "--against", "AmazonS3ReadOnly")
    assert (unheard.code, "AmazonS3ReadOnlyAccess" in unheard.err) == (1, True)


def test_the_roles_own_policies_are_read_through_its_session(
    served: Penstock, customer: Customer, tmp_path: Path
) -> None:
    nickname = unique("c")
    connected = connect(
        served,
        customer,
        allow("s3:GetObjectTagging", "s3:ListBucket"),
        allow("iam:*"),
        nickname=nickname,
    )
    role = connected.role_arn.rpartition("/")[2]
    made = customer.iam.create_policy(
        PolicyName=unique("managed"), PolicyDocument=json.dumps(allow("s3:DeleteObject"))
    )
    customer.iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])
    file = write_flow(tmp_path, name=unique("flow"), connection=nickname)
    said = served.ok("flows", "policy", file, "--against", "role", "--json")
    verdicts = {each["card"]: each["verdict"] for each in said.json["comparison"]["cards"]}
    assert verdicts == {"read_report": "works", "remove": "works"}
    remove = next(each for each in said.json["comparison"]["cards"] if each["card"] == "remove")
    assert remove["statements"][0]["policy"] == made["Policy"]["Arn"].rpartition("/")[2]
    explained = served.ok("iam", "explain", "--connection", nickname, "--json").json
    assert {each["card"]: each["verdict"] for each in explained["cards"]}[
        "s3.delete_bucket"
    ] == "fails"


def test_a_boundary_counts(served: Penstock, customer: Customer, tmp_path: Path) -> None:
    nickname = unique("c")
    connected = connect(served, customer, allow("s3:*", "iam:*"), nickname=nickname)
    made = customer.iam.create_policy(
        PolicyName=unique("boundary"),
        PolicyDocument=json.dumps(allow("s3:GetObjectTagging", "s3:ListBucket", "iam:*")),
    )
    customer.iam.put_role_permissions_boundary(
        RoleName=connected.role_arn.rpartition("/")[2],
        PermissionsBoundary=made["Policy"]["Arn"],
    )
    file = write_flow(tmp_path, name=unique("flow"), connection=nickname)
    said = served("flows", "policy", file, "--against", "role", "--json")
    assert said.code == 3
    remove = next(each for each in said.json["comparison"]["cards"] if each["card"] == "remove")
    assert "permissions boundary" in remove["reason"]


def test_a_role_that_may_not_read_its_policies(
    served: Penstock, customer: Customer, tmp_path: Path
) -> None:
    nickname = unique("c")
    connect(served, customer, allow("s3:*"), nickname=nickname)
    file = write_flow(tmp_path, name=unique("flow"), connection=nickname)
    said = served("flows", "policy", file, "--against", "role", "--json")
    assert said.code == 3
    assert said.problem["code"] == "access_denied"
    assert said.problem["details"]["actions"] == ["iam:ListRolePolicies"]
    assert "aws iam get-role-policy" in said.problem["hint"]


def test_explain_lists_every_card_and_the_statement_behind(served: Penstock) -> None:
    found = served.ok("iam", "explain", "--policy", str(EXAMPLE), "--json").json["cards"]
    cards = served.ok("cards", "list", "--json").json
    assert [each["card"] for each in found] == [each["id"] for each in cards]
    verdicts = {each["card"]: each["verdict"] for each in found}
    assert verdicts["s3.search_buckets"] == "fails"
    assert verdicts["s3.tag_object"] == "partly"
    assert verdicts["s3.search_objects"] == "works"
    statements = {each["card"]: each["statements"] for each in found}
    assert statements["s3.search_objects"][0]["sid"] == "VisualEditor0"
    assert statements["s3.search_buckets"] == []
    shown = served.ok("iam", "explain", "--policy", str(EXAMPLE)).out
    assert "s3:ListAllMyBuckets is not allowed" in shown
    assert "example-policy.json: VisualEditor0" in shown


def test_explain_for_a_flow(served: Penstock, tmp_path: Path) -> None:
    file = write_flow(tmp_path, name=unique("flow"))
    said = served.ok("iam", "explain", "--policy", str(EXAMPLE), "--flow", file, "--json")
    assert [each["verdict"] for each in said.json["cards"]] == ["works", "works"]
    denied = policy(
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Sid": "Keep", "Effect": "Deny", "Action": "s3:Delete*", "Resource": "*"},
    )
    given = write(tmp_path, denied)
    said = served("iam", "explain", "--policy", given, "--flow", file, "--json")
    assert said.code == 3
    remove = said.json["cards"][1]
    assert (remove["verdict"], remove["statements"][0]["sid"]) == ("fails", "Keep")


def test_explain_wants_a_policy(served: Penstock) -> None:
    assert served("iam", "explain").code == 2


def test_lint_shows_where_and_what_to_write(served: Penstock, tmp_path: Path) -> None:
    wrong = policy(
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::example-bucket"}
    )
    file = write(tmp_path, wrong)
    said = served("iam", "lint", file, "--json")
    assert said.code == 1
    first = said.json["findings"][0]
    assert first["severity"] == "error"
    assert first["line"] == 6
    assert "arn:aws:s3:::example-bucket/*" in f"{first['fix']} {first['hint']}"
    shown = served("iam", "lint", file)
    assert shown.code == 1
    assert "line 6" in shown.err
    assert "1 error" in shown.err


def test_lint_of_a_trust_policy_and_of_a_good_one(served: Penstock, tmp_path: Path) -> None:
    open_to_all = policy({"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"})
    file = write(tmp_path, open_to_all)
    found = served("iam", "lint", file, "--kind", "trust", "--json").json["findings"]
    assert any("Principal" in each["pointer"] for each in found)
    good = served.ok("cards", "policy", "s3.search_buckets").out
    assert served("iam", "lint", "-", "--json", given=good).code == 0


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"Statement": 7}', '{"Version": "2012-10-17", "Version": "x"}']
)
def test_what_is_no_policy_is_an_error_with_its_place(
    served: Penstock, tmp_path: Path, text: str
) -> None:
    file = tmp_path / "broken.json"
    file.write_text(text)
    linted = served("iam", "lint", str(file), "--json")
    assert (linted.code, linted.json["ok"]) == (1, False)
    explained = served("iam", "explain", "--policy", str(file), "--json")
    assert explained.code == 1
    assert explained.problem["code"] == "policy_invalid"
    assert "broken.json" in explained.problem["detail"]
    assert explained.problem["problems"][0]["where"]["line"] == 1
