"""What the AWS CLI printed is as good as the document in it, problems at their place."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from penstock.errors import PolicyInvalid
from penstock.iam.downloads import given_policy, policy_text
from penstock.iam.policy import parse_policy

DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}
ANSWERS: dict[str, dict[str, Any]] = {
    "get-role-policy": {"RoleName": "r", "PolicyName": "p", "PolicyDocument": DOCUMENT},
    "get-policy-version": {"PolicyVersion": {"Document": DOCUMENT, "VersionId": "v1"}},
    "get-role": {"Role": {"RoleName": "r", "AssumeRolePolicyDocument": DOCUMENT}},
    "url-encoded": {"PolicyName": "p", "PolicyDocument": quote(json.dumps(DOCUMENT))},
    "get-bucket-policy": {"Policy": json.dumps(DOCUMENT)},
    "the document": DOCUMENT,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
@pytest.mark.parametrize("indent", [None, 4])
def test_the_document_is_found(answer: dict[str, Any], indent: int | None) -> None:
    wanted = parse_policy(DOCUMENT)
    assert given_policy(json.dumps(answer, indent=indent)) == wanted
    assert given_policy(answer) == wanted


def test_it_is_called_what_the_answer_calls_it() -> None:
    assert given_policy(json.dumps(ANSWERS["get-role-policy"]), name="file.json").name == "p"
    assert given_policy(ANSWERS["get-role-policy"]).name == "p"
    assert given_policy(json.dumps(DOCUMENT), name="file.json").name == "file.json"


def test_problems_are_where_they_are_in_the_whole_text() -> None:
    text = json.dumps(ANSWERS["get-role-policy"], indent=2).replace('"Allow"', '"Perhaps"')
    with pytest.raises(PolicyInvalid) as caught:
        given_policy(text)
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "Perhaps" in one)
    where = caught.value.problems[0].where
    assert where.line == line
    assert where.column == text.splitlines()[line - 1].index('"Effect"') + 1


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"Policy": {"Arn": "a"}}', "7"])
def test_what_is_none_is_left_to_the_reader_of_policies(text: str) -> None:
    assert policy_text(text) == text
    with pytest.raises(PolicyInvalid):
        given_policy(text)
