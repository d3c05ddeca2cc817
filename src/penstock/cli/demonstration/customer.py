"""The customer's side: another AWS account, worked in with its own administrator's keys.

What a customer does with the console, CloudFormation or Terraform is done here with boto3. The
keys never reach Penstock.
"""

import json
from typing import Any

import boto3

from penstock.sandbox.info import SandboxInfo

HOME = "acme-home"
ARCHIVE = "acme-archive"
OBJECTS = {
    "leavers/ada/report.csv": b"quarter,revenue\nQ1,101\nQ2,127\nQ3,143\n",
    "leavers/ada/notes.txt": b"Notes of somebody who left.\n",
    "payroll/2026.csv": b"name,salary\n",
}


class Customer:
    """The administrator of the practice customer's account."""

    def __init__(self, info: SandboxInfo) -> None:
        session = boto3.Session(
            aws_access_key_id=info.customer.access_key_id,
            aws_secret_access_key=info.customer.secret_access_key,
            region_name=info.region,
        )
        self._s3 = session.client("s3", endpoint_url=info.endpoint)
        self._iam = session.client("iam", endpoint_url=info.endpoint)

    def fill_buckets(self) -> None:
        """Two buckets, and what a leaver left."""
        for bucket in (HOME, ARCHIVE):
            self._s3.create_bucket(Bucket=bucket)
        for key, body in OBJECTS.items():
            self._s3.put_object(Bucket=HOME, Key=key, Body=body)

    def create_role(self, name: str, trust_policy: dict[str, Any]) -> str:
        """A role with this trust policy, and no permission yet; gives its ARN."""
        made = self._iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps(trust_policy)
        )
        return made["Role"]["Arn"]

    def allow(self, role: str, policy: dict[str, Any]) -> None:
        """Put the permission policy on the role."""
        self._iam.put_role_policy(
            RoleName=role, PolicyName="penstock", PolicyDocument=json.dumps(policy)
        )

    def keys_in(self, bucket: str) -> list[str]:
        """What is in a bucket."""
        found = self._s3.list_objects_v2(Bucket=bucket)
        return [each["Key"] for each in found.get("Contents", ())]


def careless(trust_policy: dict[str, Any]) -> dict[str, Any]:
    """The same trust policy with its condition forgotten: the mistake that the probe is for."""
    statements = [
        {name: value for name, value in statement.items() if name != "Condition"}
        for statement in trust_policy["Statement"]
    ]
    return {**trust_policy, "Statement": statements}
