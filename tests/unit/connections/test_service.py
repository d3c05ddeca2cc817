"""The life of a connection."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from penstock.connections.model import Connection
from penstock.connections.probe import TrustProbe
from penstock.connections.service import ConnectionService
from penstock.errors import (
    Conflict,
    ConnectionNotVerified,
    ConnectionUnsafe,
    CredentialsUnavailable,
    InternalFault,
    InUse,
    InvalidInput,
    NicknameTaken,
    NotFound,
    PenstockError,
    RoleArnInvalid,
)
from tests.unit.connections.fake_sts import (
    CUSTOMER,
    NOON,
    PLATFORM,
    ROLE,
    Asked,
    FakeClock,
    FakeSts,
    denied,
    unreachable,
)
from tests.unit.connections.memory import MemoryConnectionRepository, MemoryUsage

OTHER_ROLE = "arn:aws:iam::333333333333:role/archive"


class House:
    """A service with everything around it. Roles trust the connections named in `trusts`."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.trusts: dict[str, set[str | None]] = {}
        self.sts = FakeSts(self.clock, self.rule)
        self.repository = MemoryConnectionRepository()
        self.usage = MemoryUsage(tidy=["archive"], report=["Archive", "other"])
        self.forgotten: list[str] = []
        self.service = ConnectionService(
            self.repository,
            self.usage,
            self.sts,
            forget=self.forgotten.append,
            probe=TrustProbe(
                self.sts,
                clock=self.clock.now,
                monotonic=self.clock.monotonic,
                sleep=self.clock.sleep,
            ),
            clock=self.clock.now,
        )

    def rule(self, asked: Asked) -> PenstockError | None:
        return None if asked.external_id in self.trusts.get(asked.role_arn, ()) else denied()

    def verified(self, nickname: str = "archive") -> Connection:
        connection = self.service.draft(nickname)
        self.trusts[ROLE] = {connection.external_id}
        return self.service.verify(nickname, role_arn=ROLE)


@pytest.fixture
def house() -> House:
    return House()


def test_a_draft_has_an_external_id_before_any_role_exists(house: House) -> None:
    draft = house.service.draft("archive", description="Legal", region="eu-central-1")
    assert draft.status == "draft"
    assert uuid.UUID(draft.external_id).version == 4
    assert draft.external_id != draft.id
    assert (draft.role_arn, draft.account_id, draft.probe) == (None, None, None)
    assert (draft.created_at, draft.updated_at) == (NOON, NOON)
    assert (draft.description, draft.region) == ("Legal", "eu-central-1")
    assert house.service.get("ARCHIVE") == house.service.get(draft.id) == draft


def test_external_ids_are_never_the_same(house: House) -> None:
    ids = {house.service.draft(f"connection {number}").external_id for number in range(1000)}
    assert len(ids) == 1000


def test_an_external_id_is_never_used_again_even_after_deletion(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = house.service.draft("archive")
    house.usage.flows.clear()
    house.service.delete("archive")
    fixed = uuid.UUID(draft.external_id).bytes
    monkeypatch.setattr("penstock.connections.service.secrets.token_bytes", lambda _: fixed)
    with pytest.raises(InternalFault):
        house.service.draft("archive")


def test_external_id_and_id_survive_everything(house: House) -> None:
    before = house.verified()
    house.service.rename("archive", "vault")
    house.service.describe("vault", "new")
    house.trusts[OTHER_ROLE] = {before.external_id}
    house.service.repoint("vault", OTHER_ROLE)
    after = house.service.verify("vault")
    assert (after.id, after.external_id) == (before.id, before.external_id)


@pytest.mark.parametrize("nickname", ["archive", "ARCHIVE", " Archive "])
def test_nicknames_are_taken_without_case(house: House, nickname: str) -> None:
    house.service.draft("archive")
    with pytest.raises(NicknameTaken, match="archive"):
        house.service.draft(nickname)


@pytest.mark.parametrize("region", ["nowhere", "EU-CENTRAL-1", "eu-central-1; rm", "eu"])
def test_a_region_must_look_like_one(house: House, region: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        house.service.draft("archive", region=region)
    assert raised.value.where.field == "region"


@pytest.mark.parametrize("region", ["eu-central-1", "us-gov-west-1", "cn-north-1", "mx-central-1"])
def test_regions(house: House, region: str) -> None:
    assert house.service.draft("archive", region=region).region == region


def test_unknown_connections_are_not_found_with_the_nearest_name(house: House) -> None:
    house.service.draft("legal archive")
    with pytest.raises(NotFound) as raised:
        house.service.get("legal archiv")
    assert raised.value.hint == "Did you mean 'legal archive'?"


def test_a_role_that_passes_becomes_the_connections_role(house: House) -> None:
    connection = house.verified()
    assert connection.status == "verified"
    assert (connection.role_arn, connection.account_id) == (ROLE, CUSTOMER)
    assert (connection.partition, connection.verified_at) == ("aws", NOON)
    assert connection.probe is not None
    assert connection.probe.status == "verified"
    assert house.service.get("archive") == connection


def test_verify_without_a_role_asks_for_one(house: House) -> None:
    house.service.draft("archive")
    with pytest.raises(InvalidInput) as raised:
        house.service.verify("archive")
    assert raised.value.where.field == "role_arn"


@pytest.mark.parametrize(("lets_in", "status"), [({"everyone", None}, "unsafe"), (set(), "denied")])
def test_a_role_that_fails_is_not_stored_as_the_connections_role(
    house: House, lets_in: set[str | None], status: str
) -> None:
    draft = house.service.draft("archive")
    house.trusts[ROLE] = {draft.external_id, *lets_in} if lets_in else set()
    connection = house.service.verify("archive", role_arn=ROLE, wait=0)
    assert connection.status == status
    assert (connection.role_arn, connection.account_id) == (None, None)
    assert connection.probe is not None
    assert connection.probe.role_arn == ROLE
    house.trusts[ROLE] = {draft.external_id}
    again = house.service.verify("archive")
    assert (again.status, again.role_arn) == ("verified", ROLE)


def test_bad_input_changes_nothing(house: House) -> None:
    draft = house.service.draft("archive")
    for role in ("nonsense", f"arn:aws:iam::{PLATFORM.account_id}:role/x"):
        with pytest.raises(RoleArnInvalid):
            house.service.verify("archive", role_arn=role)
    house.sts.platform_error = CredentialsUnavailable("none")
    with pytest.raises(CredentialsUnavailable):
        house.service.verify("archive", role_arn=ROLE)
    assert house.service.get("archive") == draft


def test_an_unreachable_sts_leaves_a_draft_a_draft(house: House) -> None:
    house.service.draft("archive")
    house.sts.platform_error = unreachable()
    connection = house.service.verify("archive", role_arn=ROLE)
    assert connection.status == "draft"
    assert connection.probe is not None
    assert connection.probe.status == "stale"


def test_a_verified_connection_that_lets_others_in_stops_at_once(house: House) -> None:
    connection = house.verified()
    house.trusts[ROLE].add(None)
    after = house.service.verify("archive")
    assert after.status == "unsafe"
    assert house.forgotten == [connection.id]
    assert after.role_arn == ROLE


def test_a_verified_connection_that_is_refused_is_denied(house: House) -> None:
    connection = house.verified()
    house.trusts.clear()
    assert house.service.verify("archive", wait=5).status == "denied"
    assert house.forgotten == [connection.id]


def test_a_verified_connection_that_cannot_be_probed_is_stale(house: House) -> None:
    connection = house.verified()
    house.sts.platform_error = unreachable()
    assert house.service.verify("archive").status == "stale"
    assert house.forgotten == [connection.id]
    house.sts.platform_error = None
    assert house.service.verify("archive").status == "verified"


def test_a_good_probe_holds_for_seven_days(house: House) -> None:
    house.verified()
    house.clock.seconds = timedelta(days=7).total_seconds()
    assert house.service.status("archive") == "verified"
    house.clock.seconds += 1
    assert house.service.status("Archive") == "stale"
    assert [connection.status for connection in house.service.list()] == ["stale"]


def test_only_what_is_due_is_probed_again(house: House) -> None:
    house.verified()
    house.service.draft("draft")
    assert house.service.reverify_due() == []
    house.clock.seconds = timedelta(days=1).total_seconds()
    house.trusts[ROLE].add(None)
    assert [connection.status for connection in house.service.reverify_due()] == ["unsafe"]
    assert house.service.reverify_due() == []


def test_another_role_is_a_repoint(house: House) -> None:
    house.verified()
    with pytest.raises(Conflict, match="already has the role"):
        house.service.verify("archive", role_arn=OTHER_ROLE)
    assert house.service.verify("archive", role_arn=ROLE).status == "verified"


def test_a_probe_that_ends_after_the_connection_was_deleted_brings_it_not_back(
    house: House,
) -> None:
    connection = house.service.draft("archive")
    house.trusts[ROLE] = {connection.external_id}

    def delete(_: Asked) -> None:
        house.repository.remove(connection.id)

    house.sts.before_answer = delete
    with pytest.raises(NotFound):
        house.service.verify("archive", role_arn=ROLE)
    assert house.service.list() == []


def test_a_probe_of_a_role_given_up_meanwhile_does_not_count(house: House) -> None:
    connection = house.verified()

    def repoint(_: Asked) -> None:
        house.repository.replace(connection.model_copy(update={"role_arn": OTHER_ROLE}))

    house.sts.before_answer = repoint
    with pytest.raises(Conflict, match="meanwhile"):
        house.service.verify("archive")


def test_repoint_proves_the_new_role_first(house: House) -> None:
    connection = house.verified()
    house.trusts[OTHER_ROLE] = {connection.external_id}
    after = house.service.repoint("archive", OTHER_ROLE)
    assert (after.status, after.role_arn, after.account_id) == (
        "verified",
        OTHER_ROLE,
        "333333333333",
    )
    assert house.forgotten == [connection.id]


def test_a_repoint_that_fails_leaves_the_old_role(house: House) -> None:
    before = house.verified()
    with pytest.raises(ConnectionNotVerified, match="keeps its role") as raised:
        house.service.repoint("archive", OTHER_ROLE, wait=0)
    assert raised.value.details["probe"]["status"] == "denied"
    house.trusts[OTHER_ROLE] = {before.external_id, None}
    with pytest.raises(ConnectionUnsafe, match="keeps its role"):
        house.service.repoint("archive", OTHER_ROLE, force=True)
    assert house.service.get("archive") == before
    assert house.forgotten == []


def test_a_forced_repoint_is_not_usable_until_it_is_verified(house: House) -> None:
    connection = house.verified()
    after = house.service.repoint("archive", OTHER_ROLE, force=True, wait=0)
    assert (after.status, after.role_arn, after.account_id) == ("denied", OTHER_ROLE, None)
    assert house.forgotten == [connection.id]
    house.trusts[OTHER_ROLE] = {connection.external_id}
    assert house.service.verify("archive").status == "verified"


def test_flows_follow_a_rename(house: House) -> None:
    house.service.draft("archive")
    renamed = house.service.rename("ARCHIVE", "Vault")
    assert renamed.nickname == "Vault"
    assert house.usage.flows == {"tidy": ["Vault"], "report": ["Vault", "other"]}
    assert house.service.usage("vault") == ["report", "tidy"]
    with pytest.raises(NotFound):
        house.service.get("archive")


def test_a_rename_may_change_the_case_alone(house: House) -> None:
    house.service.draft("archive")
    assert house.service.rename("archive", "ARCHIVE").nickname == "ARCHIVE"


def test_a_rename_that_flows_cannot_follow_is_undone(house: House) -> None:
    house.service.draft("archive")
    house.usage.fails = Conflict("a flow is locked")
    with pytest.raises(Conflict, match="locked"):
        house.service.rename("archive", "vault")
    assert house.service.get("archive").nickname == "archive"


def test_a_taken_nickname_cannot_be_renamed_to(house: House) -> None:
    house.service.draft("archive")
    house.service.draft("other")
    with pytest.raises(NicknameTaken):
        house.service.rename("archive", "OTHER")
    assert house.usage.flows["tidy"] == ["archive"]


def test_describe(house: House) -> None:
    house.service.draft("archive")
    house.clock.seconds = 60
    described = house.service.describe("archive", "For legal holds\nAsk Ann.")
    assert described.description == "For legal holds\nAsk Ann."
    assert described.updated_at == NOON + timedelta(minutes=1)


def test_a_connection_in_use_is_not_deleted(house: House) -> None:
    house.verified()
    with pytest.raises(InUse, match="2 flows: report, tidy") as raised:
        house.service.delete("archive")
    assert raised.value.details["flows"] == ["report", "tidy"]
    assert house.service.get("archive").status == "verified"


def test_deletion_says_who_revokes_the_access(house: House) -> None:
    connection = house.verified()
    deletion = house.service.delete("archive", force=True)
    assert deletion.flows == ("report", "tidy")
    assert ROLE in deletion.notice
    assert connection.external_id in deletion.notice
    assert CUSTOMER in deletion.notice
    assert house.forgotten == [connection.id]
    assert house.service.list() == []
    with pytest.raises(NotFound):
        house.service.delete("archive")


def test_the_lookup_of_flows_knows_nicknames_only(house: House) -> None:
    connection = house.service.draft("Archive")
    assert house.service.status("archive") == "draft"
    assert house.service.status("other") is None
    assert house.service.status(connection.id) is None
    assert list(house.service.nicknames()) == ["Archive"]


@pytest.mark.parametrize(
    "call",
    [
        lambda service: service.verify("x", role_arn=ROLE),
        lambda service: service.rename("x", "y"),
        lambda service: service.describe("x", ""),
        lambda service: service.repoint("x", ROLE),
        lambda service: service.usage("x"),
        lambda service: service.trust_policy("x"),
    ],
)
def test_whatever_is_asked_of_no_connection_is_not_found(
    house: House, call: Callable[[ConnectionService], object]
) -> None:
    with pytest.raises(NotFound):
        call(house.service)
