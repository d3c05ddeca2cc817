"""The one statement that a connection's role must carry in its trust policy."""

from typing import Any, Final

SID: Final = "PenstockWithItsExternalId"


def trust_statement(principal_arn: str, external_id: str) -> dict[str, Any]:
    """Lets `principal_arn` assume the role, and only with this external ID.

    After IAM user guide, "Access to AWS accounts owned by third parties".
    """
    return {
        "Sid": SID,
        "Effect": "Allow",
        "Principal": {"AWS": principal_arn},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": external_id}},
    }


def trust_document(principal_arn: str, external_id: str) -> dict[str, Any]:
    """The whole trust policy: that statement alone."""
    return {"Version": "2012-10-17", "Statement": [trust_statement(principal_arn, external_id)]}
