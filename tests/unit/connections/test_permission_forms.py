"""Permission policies as JSON, CloudFormation, Terraform and a script say the same."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from penstock.connections.permission_forms import permission_policies, policy_names
from penstock.connections.trust_policy import Form
from penstock.errors import InvalidInput
from penstock.iam.policy import Policy, parse_policy

ONE = parse_policy(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ReadReports",
                "Effect": "Allow",
                "Action": ["s3:GetObject", "s3:GetObjectVersion"],
                "Resource": 'arn:aws:s3:::it\'s "b"/${*}/%{x}/$1/`y`/é*',
            }
        ],
    }
)
TWO = parse_policy(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"},
    }
)
several = pytest.mark.parametrize("policies", [(ONE,), (ONE, TWO)], ids=["one", "two"])


def documents(policies: tuple[Policy, ...]) -> list[dict[str, Any]]:
    return [one.as_dict() for one in policies]


@several
def test_json_is_the_policy_or_a_list(policies: tuple[Policy, ...]) -> None:
    found = json.loads(permission_policies(policies, "json", name="flow"))
    assert (found if len(policies) > 1 else [found]) == documents(policies)


@several
def test_cloudformation_makes_and_attaches_them(policies: tuple[Policy, ...]) -> None:
    text = permission_policies(policies, "cloudformation", name="flow", role_name="acme")
    template = YAML(typ="safe", pure=True).load(text)
    assert template["Parameters"]["RoleName"]["Default"] == "acme"
    made = list(template["Resources"].values())
    assert [one["Type"] for one in made] == ["AWS::IAM::ManagedPolicy"] * len(policies)
    assert [one["Properties"]["PolicyDocument"] for one in made] == documents(policies)
    assert all(one["Properties"]["Roles"] == [{"Ref": "RoleName"}] for one in made)


@several
def test_terraform_makes_and_attaches_them(policies: tuple[Policy, ...]) -> None:
    text = permission_policies(policies, "terraform", name="flow", role_name="acme")
    found = re.findall(r"<<POLICY\n(.*?)\nPOLICY\n", text, re.DOTALL)
    plain = [one.replace("$${", "${").replace("%%{", "%{") for one in found]
    assert [json.loads(one) for one in plain] == documents(policies)
    assert text.count('resource "aws_iam_role_policy_attachment"') == len(policies)
    assert 'default = "acme"' in text


@several
def test_the_script_does_what_it_says(policies: tuple[Policy, ...], tmp_path: Path) -> None:
    aws = tmp_path / "aws"
    aws.write_text(
        "#!/bin/sh\n"
        f'for one in "$@"; do printf "%s\\0" "$one" >> {tmp_path}/said; done\n'
        f'printf "\\n\\0" >> {tmp_path}/said\n'
        'test "$2" != create-policy || echo arn:aws:iam::111122223333:policy/p\n'
    )
    aws.chmod(0o755)
    script = permission_policies(policies, "cli", name="flow")
    path = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(
        ["/bin/sh", "-c", script, "sh", "acme"],
        env=path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["arn:aws:iam::111122223333:policy/p"] * len(policies)
    calls = [one.split("\0") for one in (tmp_path / "said").read_text().split("\0\n\0") if one]
    created = [one for one in calls if one[1] == "create-policy"]
    assert [json.loads(one[5]) for one in created] == documents(policies)
    attached = [one for one in calls if one[1] == "attach-role-policy"]
    assert [one[3] for one in attached] == ["acme"] * len(policies)


def test_the_script_wants_the_name_of_the_role() -> None:
    script = permission_policies((ONE,), "cli", name="flow")
    done = subprocess.run(["/bin/sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "give the name of the role" in done.stderr


def test_names_are_names_of_managed_policies() -> None:
    assert policy_names("Leavers' reports", 1) == ["penstock-Leavers-reports"]
    assert policy_names("x", 2) == ["penstock-x-1", "penstock-x-2"]
    assert all(len(one) <= 128 for one in policy_names("y" * 300, 11))
    assert policy_names("###", 1) == ["penstock-permissions"]


def test_another_form_is_refused() -> None:
    form: Form = "xml"  # type: ignore[assignment]  # as a caller of the API may say
    with pytest.raises(InvalidInput, match="no form 'xml'"):
        permission_policies((ONE,), form, name="flow")
