"""Who a trust policy names."""

import pytest

from penstock.connections.principal import platform_principal
from penstock.errors import CredentialsUnavailable

SSO = "AWSReservedSSO_Admin_0123456789abcdef"
SSO_ARN = f"arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-west-1/{SSO}"


@pytest.mark.parametrize(
    ("caller", "named", "partition"),
    [
        (
            "arn:aws:iam::111111111111:user/team/penstock",
            "arn:aws:iam::111111111111:user/team/penstock",
            "aws",
        ),
        ("arn:aws:iam::111111111111:root", "arn:aws:iam::111111111111:root", "aws"),
        (
            "arn:aws:sts::111111111111:assumed-role/penstock/i-0123456789",
            "arn:aws:iam::111111111111:role/penstock",
            "aws",
        ),
        (
            "arn:aws-cn:sts::111111111111:assumed-role/penstock/x",
            "arn:aws-cn:iam::111111111111:role/penstock",
            "aws-cn",
        ),
    ],
)
def test_as_tightly_as_possible(caller: str, named: str, partition: str) -> None:
    principal = platform_principal(caller)
    assert (principal.arn, principal.account_id, principal.partition) == (
        named,
        "111111111111",
        partition,
    )


def test_a_roles_path_is_asked_for() -> None:
    asked: list[str] = []

    def role_arn(name: str) -> str:
        asked.append(name)
        return SSO_ARN

    principal = platform_principal(
        f"arn:aws:sts::111111111111:assumed-role/{SSO}/ann", role_arn=role_arn
    )
    assert principal.arn == SSO_ARN
    assert asked == [SSO]


@pytest.mark.parametrize(
    "caller",
    [
        "arn:aws:sts::111111111111:federated-user/ann",
        "arn:aws-iso:iam::111111111111:user/penstock",
    ],
)
def test_who_cannot_assume_roles_is_told_so(caller: str) -> None:
    with pytest.raises(CredentialsUnavailable) as raised:
        platform_principal(caller)
    assert raised.value.hint
