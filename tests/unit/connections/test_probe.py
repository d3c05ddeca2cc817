"""What a probe takes for proof, and what not."""

import json
from collections.abc import Callable

import pytest

from penstock.connections.model import ProbeReport, ProbeStep
from penstock.connections.probe import TrustProbe
from penstock.connections.trust_statement import trust_statement
from penstock.errors import CredentialsUnavailable, PenstockError, RoleArnInvalid, ServiceFault
from tests.unit.connections.fake_sts import (
    CUSTOMER,
    NOON,
    PLATFORM,
    ROLE,
    Asked,
    FakeClock,
    FakeSts,
    denied,
    trusts,
    unreachable,
)

MINE = "3f2b8c1e-9d4a-4c57-8a11-0f6de2b1c0aa"


class Bench:
    """A probe of an STS that obeys `sts.rule`."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sts = FakeSts(self.clock, trusts(MINE))
        self.told: list[ProbeStep] = []

    def run(
        self, role: str = ROLE, *, wait: float = 60.0, region: str | None = None
    ) -> ProbeReport:
        probe = TrustProbe(
            self.sts,
            clock=self.clock.now,
            monotonic=self.clock.monotonic,
            sleep=self.clock.sleep,
        )
        return probe.run(role, MINE, region=region, wait=wait, on_step=self.told.append)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def outcomes(report: ProbeReport) -> list[str]:
    return [step.outcome for step in report.steps]


def step(report: ProbeReport, name: str) -> ProbeStep:
    return next(step for step in report.steps if step.name == name)


def test_a_role_as_it_should_be(bench: Bench) -> None:
    report = bench.run(region="eu-central-1")
    assert report.status == "verified"
    assert (report.account_id, report.role_arn, report.at) == (CUSTOMER, ROLE, NOON)
    assert [found.name for found in report.steps] == [
        "role_arn",
        "right_external_id",
        "no_external_id",
        "other_external_id",
        "identity",
    ]
    assert outcomes(report) == ["passed"] * 5
    assert tuple(bench.told) == report.steps
    assert bench.clock.slept == []
    assert {asked.region for asked in bench.sts.asked} == {"eu-central-1"}


def test_each_refusal_stands_between_two_successes_with_the_right_id(bench: Bench) -> None:
    bench.run()
    ids = [asked.external_id for asked in bench.sts.asked]
    assert ids[0] == ids[-1] == MINE
    assert ids.count(None) == 2
    strangers = [external_id for external_id in ids if external_id not in {None, MINE}]
    assert len(set(strangers)) == 3
    runs = [external_id == MINE for external_id in ids]
    assert max(len(run) for run in "".join("r" if own else "n" for own in runs).split("r")) <= 2


def test_strangers_share_the_beginning_and_the_end_of_the_right_id(bench: Bench) -> None:
    bench.run()
    strangers = [asked.external_id or "" for asked in bench.sts.asked]
    others = [external_id for external_id in strangers if external_id not in {"", MINE}]
    assert [other for other in others if other.startswith(MINE[:18])]
    assert [other for other in others if other.endswith(MINE[18:])]


def test_the_probes_own_sessions_may_do_nothing(bench: Bench) -> None:
    bench.run()
    for asked in bench.sts.asked:
        assert asked.session_name == "penstock-probe"
        assert asked.seconds == 900
        assert json.loads(asked.session_policy or "{}")["Statement"] == [
            {"Effect": "Deny", "Action": "*", "Resource": "*"}
        ]


Opens = Callable[[str | None], bool]


@pytest.mark.parametrize(
    ("opens", "failed", "says"),
    [
        (lambda _: True, ["no_external_id", "other_external_id"], "Every statement"),
        (lambda given: given is not None, ["other_external_id"], "StringLike"),
        (lambda given: given in {None, MINE}, ["no_external_id"], "IfExists"),
        (lambda given: (given or "").startswith(MINE[:4]), ["other_external_id"], "StringLike"),
        (lambda given: (given or "").endswith(MINE[-4:]), ["other_external_id"], "StringLike"),
    ],
    ids=["no condition", "StringLike *", "IfExists", "StringLike abc*", "StringLike *abc"],
)
def test_roles_that_let_others_in_are_unsafe(
    bench: Bench, opens: Opens, failed: list[str], says: str
) -> None:
    bench.sts.rule = lambda asked: None if opens(asked.external_id) else denied()
    report = bench.run()
    assert report.status == "unsafe"
    assert report.account_id is None
    assert [found.name for found in report.steps if found.outcome == "failed"] == failed
    assert step(report, "identity").outcome == "skipped"
    for name in failed:
        hint = step(report, name).hint or ""
        assert says in hint
        assert json.dumps(trust_statement(PLATFORM.arn, MINE)) in hint


def test_a_second_statement_that_lets_everyone_in_later_is_found_too(bench: Bench) -> None:
    """AWS's replicas may differ: one success is enough, whatever the others say."""
    seen: list[str | None] = []

    def rule(asked: Asked) -> PenstockError | None:
        seen.append(asked.external_id)
        opens = asked.external_id == MINE or seen.count(None) == 2
        return None if opens else denied()

    bench.sts.rule = rule
    assert bench.run().status == "unsafe"


def test_a_new_role_is_waited_for(bench: Bench) -> None:
    ready_at = 20.0

    def rule(asked: Asked) -> PenstockError | None:
        known = bench.clock.seconds >= ready_at and asked.external_id == MINE
        return None if known else denied()

    bench.sts.rule = rule
    report = bench.run()
    assert report.status == "verified"
    right = step(report, "right_external_id")
    assert right.attempts == len(bench.clock.slept) + 1 > 1
    assert 20 <= right.seconds <= 28


def test_waiting_ends_after_the_time_given(bench: Bench) -> None:
    bench.sts.rule = lambda _: denied("request-7")
    report = bench.run(wait=60)
    assert report.status == "denied"
    assert outcomes(report) == ["passed", "failed", "skipped", "skipped", "skipped"]
    assert bench.clock.seconds == 60
    right = step(report, "right_external_id")
    assert (right.aws_code, right.request_id) == ("AccessDenied", "request-7")
    assert right.denial is not None
    assert (right.denial["action"], right.denial["place"]) == ("sts:AssumeRole", "trust")
    [statement] = right.denial["statement"]["Statement"]
    assert statement["Condition"] == {"StringEquals": {"sts:ExternalId": MINE}}
    assert "no_external_id" not in {asked.external_id for asked in bench.sts.asked}


def test_a_refused_role_is_told_everything_there_is_to_check(bench: Bench) -> None:
    bench.sts.rule = lambda _: denied()
    hint = step(bench.run(wait=0), "right_external_id").hint or ""
    for value in (
        "same answer",
        "penstock-archive",
        "/service/",
        CUSTOMER,
        PLATFORM.arn,
        PLATFORM.account_id,
        MINE,
        json.dumps(trust_statement(PLATFORM.arn, MINE)),
    ):
        assert value in hint


def test_while_aws_answers_now_so_now_so_nothing_is_believed(bench: Bench) -> None:
    """A replica that has not heard of the role refuses strangers too; that is no proof."""
    before: list[str | None] = [None]

    def rule(asked: Asked) -> PenstockError | None:
        last, before[0] = before[0], asked.external_id
        return None if asked.external_id == last == MINE else denied()

    bench.sts.rule = rule
    report = bench.run(wait=30)
    assert report.status == "stale"
    assert "still settling" in step(report, "no_external_id").message


def test_once_aws_has_settled_the_round_is_repeated_and_counts(bench: Bench) -> None:
    refused = [False, True]

    def rule(asked: Asked) -> PenstockError | None:
        if asked.external_id != MINE:
            return denied()
        return denied() if refused and refused.pop(0) else None

    bench.sts.rule = rule
    report = bench.run()
    assert report.status == "verified"
    ids = [asked.external_id for asked in bench.sts.asked]
    assert ids[:5] == [MINE, None, MINE, MINE, None]


@pytest.mark.parametrize("name", ["right_external_id", "no_external_id", "other_external_id"])
def test_an_error_that_is_no_refusal_proves_nothing(bench: Bench, name: str) -> None:
    def rule(asked: Asked) -> PenstockError | None:
        kind = {None: "no_external_id", MINE: "right_external_id"}.get(
            asked.external_id, "other_external_id"
        )
        if kind == name:
            return ServiceFault("Throttling", retryable=True)
        return trusts(MINE)(asked)

    bench.sts.rule = rule
    report = bench.run()
    assert report.status == "stale"
    failed = step(report, name)
    assert failed.outcome == "failed"
    assert "could not be proved" in failed.message
    assert failed.attempts >= 3, "what may pass is tried again"


def test_a_passing_fault_is_borne(bench: Bench) -> None:
    faults = [unreachable(), unreachable()]

    def rule(asked: Asked) -> PenstockError | None:
        if asked.external_id is None and faults:
            return faults.pop()
        return trusts(MINE)(asked)

    bench.sts.rule = rule
    assert bench.run().status == "verified"


def test_a_fault_that_will_not_pass_is_not_tried_again(bench: Bench) -> None:
    bench.sts.rule = lambda _: ServiceFault("RegionDisabled", hint="activate it")
    report = bench.run()
    assert report.status == "stale"
    right = step(report, "right_external_id")
    assert (right.attempts, right.hint) == (1, "activate it")


def test_another_account_behind_the_endpoint_is_refused(bench: Bench) -> None:
    bench.sts.identity_arn = "arn:aws:sts::333333333333:assumed-role/penstock-archive/x"
    report = bench.run()
    assert report.status == "denied"
    assert report.account_id is None
    assert "333333333333" in step(report, "identity").message


def test_another_role_behind_the_endpoint_is_refused(bench: Bench) -> None:
    bench.sts.identity_arn = f"arn:aws:sts::{CUSTOMER}:assumed-role/someone-else/x"
    assert bench.run().status == "denied"


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("not an arn", "spaces"),
        (f"arn:aws:iam::{CUSTOMER}:user/alice", "user"),
        (f"arn:aws:sts::{CUSTOMER}:assumed-role/x/y", "session"),
        (f"arn:aws-cn:iam::{CUSTOMER}:role/x", "partition aws-cn"),
        (f"arn:aws:iam::{PLATFORM.account_id}:role/x", "itself runs in"),
    ],
)
def test_an_arn_that_cannot_be_connected_is_bad_input(bench: Bench, role: str, says: str) -> None:
    with pytest.raises(RoleArnInvalid, match=says) as raised:
        bench.run(role)
    assert raised.value.hint
    assert raised.value.where.field == "role_arn"
    assert bench.sts.asked == []
    assert [(found.name, found.outcome) for found in bench.told] == [("role_arn", "failed")]


def test_a_region_of_another_partition_is_bad_input(bench: Bench) -> None:
    with pytest.raises(RoleArnInvalid, match="cn-north-1"):
        bench.run(region="cn-north-1")


def test_without_own_credentials_nothing_is_learnt(bench: Bench) -> None:
    bench.sts.platform_error = CredentialsUnavailable("none", hint="AWS_PROFILE")
    with pytest.raises(CredentialsUnavailable):
        bench.run()


def test_own_credentials_that_expire_on_the_way_blame_nobody_else(bench: Bench) -> None:
    bench.sts.rule = lambda asked: (
        CredentialsUnavailable("expired") if asked.external_id is None else None
    )
    with pytest.raises(CredentialsUnavailable):
        bench.run()


def test_an_sts_out_of_reach_leaves_it_open(bench: Bench) -> None:
    bench.sts.platform_error = unreachable()
    report = bench.run()
    assert report.status == "stale"
    assert outcomes(report) == ["failed", "skipped", "skipped", "skipped", "skipped"]


def test_no_credential_is_in_a_report(bench: Bench) -> None:
    shown = bench.run().model_dump_json()
    assert "secret-of" not in shown
    assert "ASIA" not in shown
    assert "token-" not in shown
