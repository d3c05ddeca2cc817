"""Looking at who Penstock is, without waiting for AWS."""

import threading

import pytest

from penstock.connections.model import PlatformPrincipal
from penstock.connections.watch import PrincipalWatch
from penstock.errors import CredentialsUnavailable

WHO = PlatformPrincipal(
    arn="arn:aws:iam::123456789012:role/penstock", account_id="123456789012", partition="aws"
)


def test_aws_is_asked_once_while_that_holds() -> None:
    asked: list[int] = []

    def ask() -> PlatformPrincipal:
        asked.append(1)
        return WHO

    watch = PrincipalWatch(ask, patience=30)
    assert [watch.look(), watch.look()] == [WHO, WHO]
    assert len(asked) == 1
    again = PrincipalWatch(ask, holds_for=-1, patience=30)
    again.look()
    again.look()
    assert len(asked) == 3


def test_who_does_not_answer_is_not_waited_for() -> None:
    answers = threading.Event()

    def ask() -> PlatformPrincipal:
        assert answers.wait(30)
        return WHO

    watch = PrincipalWatch(ask, patience=0.01)
    assert watch.look() is None
    answers.set()
    patient = watch
    patient._patience = 30
    assert patient.look() == WHO


def test_a_fault_is_told_to_each_who_looks() -> None:
    def ask() -> PlatformPrincipal:
        raise CredentialsUnavailable("There are none.")

    watch = PrincipalWatch(ask, patience=30)
    for _ in range(2):
        with pytest.raises(CredentialsUnavailable, match="none"):
            watch.look()
