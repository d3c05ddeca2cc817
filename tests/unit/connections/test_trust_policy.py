"""The role in four forms, each saying the same, whatever the connection is called."""

import json
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from penstock.connections.nickname import checked_nickname
from penstock.connections.role_setup import RoleSetup
from penstock.connections.trust_policy import trust_policy
from penstock.errors import InvalidInput
from penstock.iam.policy import Policy, parse_policy

ID = "3f2b8c1e-9d4a-4c57-8a11-0f6de2b1c0aa"
PRINCIPAL = "arn:aws:iam::111111111111:role/service/penstock"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "PenstockWithItsExternalId",
            "Effect": "Allow",
            "Principal": {"AWS": PRINCIPAL},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"sts:ExternalId": ID}},
        }
    ],
}
HOSTILE = [
    "'; rm -rf / #",
    "$(touch owned) `touch owned` \\",
    '"; DROP TABLE x; --',
    "${aws:username} %{ for x in y } {{ z }} !Sub",
    "POLICY",
    "- a: [b, {c}] # d",
    "'\"'\"'",
    "😀 Приклад",
    "--help",
]
PERMISSIONS = parse_policy(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Tidy",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:PutObject"],
                "Resource": 'arn:aws:s3:::it\'s a "bucket"/${aws:PrincipalTag/team}/%{x}/$1/`y`/é*',
                "Condition": {"StringEquals": {"aws:ResourceAccount": ["222222222222", "x"]}},
            },
            {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
        ],
    }
)


def setup(nickname: str = "archive", permissions: Policy | None = PERMISSIONS) -> RoleSetup:
    return RoleSetup(nickname, ID, PRINCIPAL, permissions)


def resolved(value: Any, parameters: dict[str, Any]) -> Any:
    """A CloudFormation value with its Refs replaced by the parameters' defaults."""
    if isinstance(value, dict):
        if set(value) == {"Ref"}:
            return parameters[value["Ref"]]["Default"]
        return {key: resolved(inner, parameters) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolved(inner, parameters) for inner in value]
    return value


def heredocs(hcl: str) -> list[Any]:
    found = re.findall(r"<<POLICY\n(.*?)\nPOLICY\n", hcl, re.DOTALL)
    return [json.loads(text.replace("$${", "${").replace("%%{", "%{")) for text in found]


def run_with_fake_aws(script: str, folder: Path, *arguments: str) -> list[list[str]]:
    """What the script asks of `aws`, argument by argument; it must leave nothing else behind."""
    folder.mkdir()
    aws = folder / "aws"
    aws.write_text('#!/bin/sh\nprintf "%s\\0" "$@" "END" >> "$CALLS"\necho the-arn\n')
    aws.chmod(aws.stat().st_mode | stat.S_IXUSR)
    file = folder / "role.sh"
    file.write_text(script)
    subprocess.run(["sh", "-n", str(file)], check=True)
    shell = shutil.which("sh")
    assert shell is not None
    done = subprocess.run(
        [shell, str(file), *arguments],
        check=True,
        cwd=folder,
        env={"PATH": str(folder), "CALLS": str(folder / "calls")},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "the-arn"
    assert {path.name for path in folder.iterdir()} == {"aws", "role.sh", "calls"}
    calls = (folder / "calls").read_text().split("END\0")[:-1]
    return [call.split("\0")[:-1] for call in calls]


@pytest.mark.parametrize("nickname", ["archive", *HOSTILE])
def test_json(nickname: str) -> None:
    text = trust_policy(setup(nickname), "json")
    assert json.loads(text) == TRUST
    assert parse_policy(text, kind="trust").as_dict()


@pytest.mark.parametrize("nickname", ["archive", *HOSTILE])
def test_cloudformation(nickname: str) -> None:
    template = YAML(typ="safe", pure=True).load(trust_policy(setup(nickname), "cloudformation"))
    assert set(template) == {
        "AWSTemplateFormatVersion",
        "Description",
        "Parameters",
        "Resources",
        "Outputs",
    }
    assert template["AWSTemplateFormatVersion"] == "2010-09-09"
    role = resolved(template["Resources"]["Role"], template["Parameters"])
    assert role["Type"] == "AWS::IAM::Role"
    assert role["Properties"]["AssumeRolePolicyDocument"] == TRUST
    assert role["Properties"]["RoleName"] == setup(nickname).role_name
    [policy] = role["Properties"]["Policies"]
    assert policy["PolicyDocument"] == PERMISSIONS.as_dict()
    assert template["Outputs"]["RoleArn"]["Value"] == {"Fn::GetAtt": ["Role", "Arn"]}


@pytest.mark.parametrize("nickname", ["archive", *HOSTILE])
def test_terraform(nickname: str) -> None:
    hcl = trust_policy(setup(nickname), "terraform")
    assert heredocs(hcl) == [TRUST, PERMISSIONS.as_dict()]
    comments = [line for line in hcl.splitlines() if "connection" in line and line[0] == "#"]
    assert len(comments) == 1
    # Outside comments no template mark is left that Terraform would read.
    code = "\n".join(line for line in hcl.splitlines() if not line.startswith("#"))
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{", code)


@pytest.mark.parametrize("nickname", ["archive", *HOSTILE])
def test_cli(nickname: str, tmp_path: Path) -> None:
    script = trust_policy(setup(nickname), "cli")
    assert "set -eu" in script
    create, put = run_with_fake_aws(script, tmp_path / "run")
    assert create[:2] == ["iam", "create-role"]
    created = dict(zip(create[2::2], create[3::2], strict=True))
    assert created["--role-name"] == setup(nickname).role_name
    assert json.loads(created["--assume-role-policy-document"]) == TRUST
    assert put[:2] == ["iam", "put-role-policy"]
    given = dict(zip(put[2::2], put[3::2], strict=True))
    assert given["--role-name"] == setup(nickname).role_name
    assert json.loads(given["--policy-document"]) == PERMISSIONS.as_dict()


def test_the_script_takes_another_name_for_the_role(tmp_path: Path) -> None:
    script = trust_policy(setup(), "cli")
    create, put = run_with_fake_aws(script, tmp_path / "run", "my role")
    assert create[3] == put[3] == "my role"


def test_without_permissions_none_are_attached(tmp_path: Path) -> None:
    bare = setup(permissions=None)
    assert len(run_with_fake_aws(trust_policy(bare, "cli"), tmp_path / "run")) == 1
    assert heredocs(trust_policy(bare, "terraform")) == [TRUST]
    assert "aws_iam_role_policy" not in trust_policy(bare, "terraform")
    assert "Policies" not in trust_policy(bare, "cloudformation")


nicknames = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=64
).filter(str.strip)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(nicknames)
def test_any_nickname_leaves_every_form_as_it_is(text: str) -> None:
    try:
        nickname = checked_nickname(text)
    except InvalidInput:
        return
    named = setup(nickname)
    assert re.fullmatch(r"[a-z0-9-]{1,64}", named.role_name)
    template = YAML(typ="safe", pure=True).load(trust_policy(named, "cloudformation"))
    role = resolved(template["Resources"]["Role"], template["Parameters"])
    assert role["Properties"]["AssumeRolePolicyDocument"] == TRUST
    assert heredocs(trust_policy(named, "terraform")) == [TRUST, PERMISSIONS.as_dict()]
    first, heading, *_ = trust_policy(named, "cli").split("\n")
    assert first == "#!/bin/sh"
    assert heading.startswith("# Role for the Penstock connection")
    assert heading.isascii()


@pytest.mark.parametrize(
    ("nickname", "name"),
    [
        ("Legal archive (EU)", "penstock-legal-archive-eu"),
        ("客户", f"penstock-{ID[:8]}"),
        ("x" * 64, "penstock-" + "x" * 55),
    ],
)
def test_role_names(nickname: str, name: str) -> None:
    assert setup(nickname).role_name == name


def test_permissions_that_no_role_can_hold_are_refused() -> None:
    large = parse_policy(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Allow",
                "Action": "s3:GetObject",
                "Resource": [f"arn:aws:s3:::bucket-{number:04}/*" for number in range(500)],
            },
        }
    )
    with pytest.raises(InvalidInput, match="10240"):
        setup(permissions=large)


def test_other_forms_are_refused() -> None:
    with pytest.raises(InvalidInput, match="pulumi"):
        trust_policy(setup(), "pulumi")  # type: ignore[arg-type]  # what a caller may send
