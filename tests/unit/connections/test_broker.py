"""One AssumeRole for all, renewed once, never given out again once forgotten."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from penstock.catalog.context import ConnectionHandle
from penstock.catalog.credentials import Credentials
from penstock.connections.broker import CredentialBroker
from penstock.connections.model import Connection
from penstock.errors import (
    AccessDenied,
    ConnectionNotVerified,
    ConnectionUnsafe,
    InternalFault,
    InvalidInput,
    NotFound,
    PenstockError,
)
from tests.unit.connections.fake_sts import (
    CUSTOMER,
    NOON,
    ROLE,
    Asked,
    FakeClock,
    FakeSts,
    denied,
    unreachable,
)
from tests.unit.connections.memory import MemoryConnectionRepository


def verified(name: str = "archive", role_arn: str = ROLE) -> Connection:
    return Connection(
        id=f"id-of-{name}",
        nickname=name,
        external_id=f"external-id-of-{name}",
        status="verified",
        created_at=NOON,
        updated_at=NOON,
        role_arn=role_arn,
        account_id=CUSTOMER,
        partition="aws",
        region="eu-central-1",
        verified_at=NOON,
    )


class House:
    """A broker with everything around it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.sts = FakeSts(self.clock)
        self.repository = MemoryConnectionRepository()
        self.repository.add(verified())
        self.broker = CredentialBroker(self.repository, self.sts, clock=self.clock.now)

    def open(self, name: str = "archive", policy: str | None = None) -> ConnectionHandle:
        return self.broker.open(name, session_policy=policy, session_name="penstock-tidy")

    def change(self, **update: object) -> None:
        found = self.repository.find("id-of-archive")
        assert found is not None
        self.repository.replace(found.model_copy(update=update))


@pytest.fixture
def house() -> House:
    return House()


def in_threads(count: int, work: Callable[[int], object]) -> list[object]:
    """What each of `count` threads got, all let go at once; an error is a result too."""
    barrier = threading.Barrier(count)
    results: list[object] = [None] * count

    def one(number: int) -> None:
        barrier.wait(timeout=30)
        try:
            results[number] = work(number)
        except PenstockError as error:
            results[number] = error

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    return results


def test_the_session_is_the_roles_with_id_name_policy_and_region(house: House) -> None:
    handle = house.open(policy='{"Version":"2012-10-17"}')
    credentials = handle.credentials()
    assert house.sts.asked == [
        Asked(
            ROLE,
            "external-id-of-archive",
            "penstock-tidy",
            '{"Version":"2012-10-17"}',
            3600,
            "eu-central-1",
        )
    ]
    assert credentials.generation == 1
    assert credentials.expires_at == NOON + timedelta(hours=1)
    assert (handle.nickname, handle.account_id, handle.partition) == ("archive", CUSTOMER, "aws")


def test_opening_asks_aws_nothing(house: House) -> None:
    house.open()
    assert house.sts.asked == []


def test_ten_thousand_handles_need_one_session(house: House) -> None:
    given = {house.open().credentials().access_key_id for _ in range(10_000)}
    assert len(given) == 1
    assert len(house.sts.asked) == 1


def test_sixty_four_threads_cross_each_expiry_with_one_request(house: House) -> None:
    handles = [house.open() for _ in range(64)]
    for expiry in range(1, 6):
        results = in_threads(64, lambda number: handles[number].credentials())
        assert len(house.sts.asked) == expiry
        assert {result.generation for result in results if isinstance(result, Credentials)} == {
            expiry
        }
        assert len([r for r in results if isinstance(r, Credentials)]) == 64
        house.clock.seconds += 3600


def test_near_the_end_one_thread_renews_and_the_others_go_on(house: House) -> None:
    handle = house.open()
    first = handle.credentials()
    house.clock.seconds = 3600 - 599
    asked, answer = threading.Event(), threading.Event()

    def hold(_: Asked) -> None:
        asked.set()
        assert answer.wait(timeout=30)

    house.sts.before_answer = hold
    renewed: list[Credentials] = []
    thread = threading.Thread(target=lambda: renewed.append(handle.credentials()))
    thread.start()
    assert asked.wait(timeout=30)
    meanwhile = [house.open().credentials() for _ in range(100)]
    answer.set()
    thread.join(timeout=30)
    assert {credentials.access_key_id for credentials in meanwhile} == {first.access_key_id}
    assert renewed[0].generation == 2
    assert handle.credentials() is renewed[0]
    assert len(house.sts.asked) == 2


def test_with_ten_minutes_left_nothing_is_renewed(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.clock.seconds = 3600 - 600
    handle.credentials()
    assert len(house.sts.asked) == 1


def test_in_the_last_minute_everybody_waits_for_the_new_session(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.clock.seconds = 3600 - 59
    results = in_threads(64, lambda _: handle.credentials())
    assert {result.generation for result in results if isinstance(result, Credentials)} == {2}
    assert len(house.sts.asked) == 2


def test_a_failed_renewal_keeps_the_valid_session_and_backs_off(house: House) -> None:
    handle = house.open()
    first = handle.credentials()
    house.clock.seconds = 3600 - 599
    house.sts.rule = lambda _: unreachable()
    assert [handle.credentials() for _ in range(50)] == [first] * 50
    assert len(house.sts.asked) == 2
    house.clock.seconds += 15
    assert handle.credentials() is first
    assert len(house.sts.asked) == 3
    house.clock.seconds += 15
    assert handle.credentials() is first
    assert len(house.sts.asked) == 3, "the pause doubles"
    house.sts.rule = lambda _: None
    house.clock.seconds += 15
    assert handle.credentials().generation == 2


def test_a_failure_is_not_remembered_once_nothing_is_left(house: House) -> None:
    handle = house.open()
    house.sts.rule = lambda _: unreachable()
    with pytest.raises(PenstockError):
        handle.credentials()
    house.sts.rule = lambda _: None
    assert handle.credentials().generation == 1


def test_a_refusal_says_how_to_find_out_why(house: House) -> None:
    house.sts.rule = lambda _: denied()
    house.change(nickname="it's $(mine)")
    with pytest.raises(AccessDenied) as raised:
        house.open("it's $(mine)").credentials()
    assert """penstock connections verify 'it'"'"'s $(mine)'`""" in (raised.value.hint or "")
    denial = raised.value.details["denial"]
    assert (denial["action"], denial["resource"]) == ("sts:AssumeRole", ROLE)
    assert denial["statement"]["Statement"][0]["Action"] == "sts:AssumeRole"


def test_two_connections_never_cross(house: House) -> None:
    other = f"arn:aws:iam::{CUSTOMER}:role/other"
    house.repository.add(verified("other", other))
    roles = {"archive": ROLE, "other": other}
    handles = {name: house.open(name) for name in roles}

    names = ["archive", "other"] * 16
    for _ in range(3):
        results = in_threads(32, lambda number: handles[names[number]].credentials())
        for name, given in zip(names, results, strict=True):
            assert isinstance(given, Credentials)
            assert given.secret_access_key.startswith(f"secret-of-{roles[name]}-")
        house.clock.seconds += 3600
    assert {(asked.role_arn, asked.external_id) for asked in house.sts.asked} == {
        (ROLE, "external-id-of-archive"),
        (other, "external-id-of-other"),
    }
    assert len(house.sts.asked) == 6


def test_scopes_are_stable_and_as_different_as_what_they_may_do(house: House) -> None:
    again = House()
    assert house.open().scope == again.open().scope
    named = house.broker.open("archive", session_policy=None, session_name="penstock-other")
    scopes = {house.open().scope, house.open(policy="{}").scope, named.scope}
    assert len(scopes) == 3
    house.open().credentials()
    house.open(policy="{}").credentials()
    assert len(house.sts.asked) == 2


def test_a_forgotten_connection_stops_at_once(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.change(status="unsafe")
    house.broker.forget("id-of-archive")
    with pytest.raises(ConnectionUnsafe, match="without this connection's external ID"):
        handle.credentials()
    with pytest.raises(ConnectionUnsafe):
        house.open()


def test_a_change_made_elsewhere_counts_within_fifteen_seconds(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.change(status="denied")
    house.clock.seconds += 15
    with pytest.raises(ConnectionNotVerified, match="denied"):
        handle.credentials()


def test_a_deleted_connection_is_not_found(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.repository.remove("id-of-archive")
    house.broker.forget("id-of-archive")
    with pytest.raises(NotFound):
        handle.credentials()


def test_a_session_on_its_way_is_not_used_after_the_connection_is_forgotten(house: House) -> None:
    handle = house.open()

    def turn_unsafe(_: Asked) -> None:
        house.change(status="unsafe")
        house.broker.forget("id-of-archive")

    house.sts.before_answer = turn_unsafe
    with pytest.raises(ConnectionUnsafe):
        handle.credentials()
    house.sts.before_answer = lambda _: None
    with pytest.raises(ConnectionUnsafe):
        handle.credentials()
    assert len(house.sts.asked) == 1


def test_whoever_waits_for_a_forgotten_session_is_refused_too(house: House) -> None:
    handle = house.open()
    asked, answer = threading.Event(), threading.Event()

    def hold(_: Asked) -> None:
        asked.set()
        assert answer.wait(timeout=30)

    house.sts.before_answer = hold
    outcomes: list[object] = []

    def one() -> None:
        try:
            outcomes.append(handle.credentials())
        except PenstockError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=one) for _ in range(16)]
    for thread in threads:
        thread.start()
    assert asked.wait(timeout=30)
    house.change(status="denied")
    house.broker.forget("id-of-archive")
    answer.set()
    for thread in threads:
        thread.join(timeout=30)
    assert outcomes == ["connection_not_verified"] * 16
    assert len(house.sts.asked) == 1


def test_forgetting_a_good_connection_makes_a_new_session(house: House) -> None:
    handle = house.open()
    first = handle.credentials()
    house.broker.forget("id-of-archive")
    second = handle.credentials()
    assert second.access_key_id != first.access_key_id
    assert second.generation == 2, "a client cache must see that it is another session"


def test_a_renewal_finds_out_that_the_connection_is_not_usable_any_more(house: House) -> None:
    handle = house.open()
    handle.credentials()
    house.clock.seconds = 3600 - 599
    house.change(status="denied")
    with pytest.raises(ConnectionNotVerified):
        handle.credentials()
    assert len(house.sts.asked) == 1


def test_a_handle_does_not_follow_its_connection_to_another_role(house: House) -> None:
    handle = house.open()
    handle.credentials()
    other = f"arn:aws:iam::{CUSTOMER}:role/other"
    house.change(role_arn=other)
    house.broker.forget("id-of-archive")
    with pytest.raises(ConnectionNotVerified, match="given another role"):
        handle.credentials()
    house.open().credentials()
    assert house.sts.asked[-1].role_arn == other


def test_a_connection_verified_too_long_ago_is_stale(house: House) -> None:
    handle = house.open()
    house.clock.seconds = timedelta(days=7).total_seconds() + 1
    with pytest.raises(ConnectionNotVerified, match="stale"):
        handle.credentials()


@pytest.mark.parametrize("status", ["draft", "denied", "stale"])
def test_only_verified_connections_open(house: House, status: str) -> None:
    house.change(status=status)
    with pytest.raises(ConnectionNotVerified) as raised:
        house.open()
    assert raised.value.exit_code == 3
    assert "penstock connections verify" in (raised.value.hint or "")


def test_a_session_policy_over_the_limit_never_reaches_aws(house: House) -> None:
    house.open(policy="x" * 2048)
    with pytest.raises(InvalidInput, match="2049"):
        house.open(policy="x" * 2049)


def test_a_session_name_that_aws_refuses_is_refused_first(house: House) -> None:
    with pytest.raises(InvalidInput):
        house.broker.open("archive", session_policy=None, session_name="two words")


@pytest.mark.parametrize("seconds", [900, 1799, 3601])
def test_sessions_are_never_short_nor_longer_than_role_chaining_allows(
    house: House, seconds: int
) -> None:
    with pytest.raises(InternalFault):
        CredentialBroker(house.repository, house.sts, session_seconds=seconds)


def test_last_use_is_noted_once_a_minute(house: House) -> None:
    handle = house.open()
    for _ in range(120):
        handle.credentials()
        house.clock.seconds += 1
    assert [used_at for _, used_at in house.repository.touches] == [
        NOON,
        NOON + timedelta(minutes=1),
    ]


def test_no_secret_is_ever_shown(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    handle = house.open(policy='{"Version":"2012-10-17"}')
    credentials = handle.credentials()
    shown = f"{handle!r} {handle} {credentials!r} {credentials} {vars(house.broker)!r}"
    shown += caplog.text
    for secret in (
        credentials.access_key_id,
        credentials.secret_access_key,
        credentials.session_token,
    ):
        assert secret is not None
        assert secret not in shown


def test_expired_sessions_make_room(house: House) -> None:
    for number in range(50):
        house.open(policy=f"{{{' ' * number}}}").credentials()
        house.clock.seconds += 3600
    assert "Session" in repr(house.broker._sessions)
    assert len(house.broker._sessions) == 1
