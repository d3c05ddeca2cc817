"""What is the ARN of a role that can be connected, and what each wrong one is told."""

import pytest

from penstock.errors import InvalidInput, RoleArnInvalid
from penstock.iam.arn import Arn, RoleArn, role_arn

ACCOUNT = "111122223333"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"arn:aws:iam::{ACCOUNT}:role/Penstock", RoleArn("aws", ACCOUNT, "/", "Penstock")),
        (
            f"arn:aws-us-gov:iam::{ACCOUNT}:role/team/ops/Penstock",
            RoleArn("aws-us-gov", ACCOUNT, "/team/ops/", "Penstock"),
        ),
        (f"arn:aws-cn:iam::{ACCOUNT}:role/a+=,.@-_9", RoleArn("aws-cn", ACCOUNT, "/", "a+=,.@-_9")),
    ],
)
def test_a_role_arn_is_read_and_printed_again(text: str, expected: RoleArn) -> None:
    assert role_arn(text) == expected
    assert str(expected) == text


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ("", "empty", "arn:aws:iam::"),
        ("Penstock", "not an ARN", "IAM console"),
        (f" arn:aws:iam::{ACCOUNT}:role/Penstock", "spaces", "without them"),
        (f"arn:aws:iam::{ACCOUNT}:role/Pen\nstock", "spaces", "without them"),
        (f"arn:aws:iam::{ACCOUNT}:user/anna", "ARN of a user", f"iam::{ACCOUNT}:role/"),
        (f"arn:aws:iam::{ACCOUNT}:group/admins", "ARN of a group", "role/NAME"),
        (f"arn:aws:iam::{ACCOUNT}:root", "ARN of an account", "create one"),
        (f"arn:aws:iam::{ACCOUNT}:instance-profile/Web", "instance profile", "role/NAME"),
        (f"arn:aws:iam::{ACCOUNT}:policy/Read", "ARN of a policy", "role/NAME"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/Pen/me", "session of a role", "role/Pen"),
        ("arn:aws:s3:::bucket", "service 's3'", "role/Penstock"),
        ("arn:aws:iam:::role/Penstock", "account ID is missing", "12 digits"),
        ("arn:aws:iam::1234:role/Penstock", "'1234' is not an account ID", "12 digits"),
        (f"arn:aws:iam:eu-west-1:{ACCOUNT}:role/Penstock", "no region", "Leave 'eu-west-1' out"),
        (f"arn:amazon:iam::{ACCOUNT}:role/Penstock", "no partition 'amazon'", "aws-cn"),
        (f"arn:aws:iam::{ACCOUNT}:role/", "name or path", "64 letters"),
        (f"arn:aws:iam::{ACCOUNT}:role/{'x' * 65}", "name or path", "64 letters"),
        (f"arn:aws:iam::{ACCOUNT}:role/{'p' * 600}/x", "name or path", "64 letters"),
    ],
)
def test_a_wrong_role_arn_is_refused_with_what_to_do(text: str, says: str, hint: str) -> None:
    with pytest.raises(RoleArnInvalid) as refused:
        role_arn(text)
    assert says in refused.value.message
    assert hint in (refused.value.hint or "")


def test_a_long_text_is_not_repeated_in_full() -> None:
    with pytest.raises(RoleArnInvalid) as refused:
        role_arn("x" * 5000)
    assert len(refused.value.message) < 300


def test_an_arn_keeps_its_six_parts() -> None:
    text = "arn:aws:s3:::bucket/a:key/with:colons"
    found = Arn.parse(text)
    assert (found.service, found.region, found.account) == ("s3", "", "")
    assert found.resource == "bucket/a:key/with:colons"
    assert str(found) == text


@pytest.mark.parametrize("text", ["", "arn", "arn:aws:s3", "urn:aws:s3:::b", "arn::s3:::b"])
def test_what_is_no_arn_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not an ARN"):
        Arn.parse(text)
