"""AWS managed policies, known by name."""

import pytest

from penstock.errors import NotFound
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.managed import managed_policy, managed_policy_names
from penstock.iam.request import Principal, Request

ANNA = Principal("user", "arn:aws:iam::111122223333:user/anna", "111122223333")


def test_the_policies_that_matter_to_s3_are_known() -> None:
    assert managed_policy_names() == (
        "AmazonS3ExpressFullAccess",
        "AmazonS3ExpressReadOnlyAccess",
        "AmazonS3FullAccess",
        "AmazonS3ObjectLambdaExecutionRolePolicy",
        "AmazonS3OutpostsFullAccess",
        "AmazonS3OutpostsReadOnlyAccess",
        "AmazonS3ReadOnlyAccess",
        "SecurityAudit",
        "ViewOnlyAccess",
    )


@pytest.mark.parametrize("name", managed_policy_names())
def test_each_is_found_by_name_and_by_arn_of_any_partition(name: str) -> None:
    found = managed_policy(name.upper())
    assert found.name == name
    assert found.taken == "2026-08-22"
    assert managed_policy(found.arn) is found
    assert managed_policy(found.arn.replace("arn:aws:", "arn:aws-us-gov:")) is found


def test_read_only_access_reads_and_does_not_write() -> None:
    policy = managed_policy("AmazonS3ReadOnlyAccess").policy
    asked = {
        action: evaluate(
            Request(ANNA, action, "arn:aws:s3:::bucket/key"), PolicySet((policy,))
        ).allowed
        for action in ("s3:GetObject", "s3:PutObject")
    }
    assert asked == {"s3:GetObject": True, "s3:PutObject": False}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("AmazonS3FulAccess", "Did you mean AmazonS3FullAccess?"),
        ("arn:aws:iam::aws:policy/AmazonS3FullAcces", "Did you mean AmazonS3FullAccess?"),
        ("arn:aws:iam::111122223333:policy/AmazonS3FullAccess", "Did you mean AmazonS3FullAccess?"),
        ("Nothing", "Download its document"),
    ],
)
def test_what_is_not_kept_says_what_is_near(name: str, hint: str) -> None:
    with pytest.raises(NotFound) as caught:
        managed_policy(name)
    assert hint in str(caught.value.hint)
