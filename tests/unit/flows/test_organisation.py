"""Folder, on or off, owner: what is kept about a flow besides its document."""

from datetime import UTC, datetime

import pytest

from penstock.errors import FlowOff, InvalidInput, NotFound
from penstock.flows.repository import FlowChange
from penstock.flows.service import FlowService
from tests.unit.catalog.toy import registry
from tests.unit.flows.memory import MemoryFlows

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
USERS = {"anna": "Anna", "bob": "bob"}


@pytest.fixture
def service() -> FlowService:
    service = FlowService(
        MemoryFlows(),
        registry,
        known_user=lambda name: USERS.get(name.lower()),
        clock=lambda: NOW,
    )
    for name in ("hold", "release", "tidy"):
        service.apply(f"flow: {name}", saved_by="Anna")
    return service


def folders(service: FlowService) -> dict[str, str]:
    return {one.flow: one.folder for one in service.list()}


def test_a_new_flow_is_on_at_the_top_and_belongs_to_who_saved_it(service: FlowService) -> None:
    kept = service.kept("tidy")
    assert (kept.folder, kept.enabled, kept.owner) == ("", True, "Anna")
    assert kept.created_at == NOW
    assert kept.current.saved_by == "Anna"


def test_who_saves_it_later_does_not_become_its_owner(service: FlowService) -> None:
    service.change("tidy", FlowChange(folder="Chores", enabled=False))
    service.apply("flow: tidy\ntitle: Tidy", saved_by="bob")
    kept = service.kept("tidy")
    assert (kept.owner, kept.current.saved_by) == ("Anna", "bob")
    assert (kept.folder, kept.enabled) == ("Chores", False)
    assert [one.saved_by for one in service.versions("tidy")] == ["bob", "Anna"]


def test_a_renamed_connection_is_a_version_of_who_renamed_it(service: FlowService) -> None:
    service.apply(
        "flow: tidy\ncards: [{id: a, card: toy.list, connection: x, inputs: {bucket: b}}]"
    )
    service.rename_connection("x", "y", saved_by="bob")
    assert service.get("tidy").saved_by == "bob"


def test_what_is_left_out_stays(service: FlowService) -> None:
    service.change("tidy", FlowChange(folder="Legal/Holds"))
    service.change("tidy", FlowChange(enabled=False))
    changed = service.change("tidy", FlowChange(owner="bob"))
    assert (changed.folder, changed.enabled, changed.owner) == ("Legal/Holds", False, "bob")
    assert service.change("tidy", FlowChange(folder="")).folder == ""


def test_an_owner_is_a_user_as_the_name_is_kept(service: FlowService) -> None:
    assert service.change("tidy", FlowChange(owner="ANNA")).owner == "Anna"
    with pytest.raises(NotFound, match="no user") as caught:
        service.change("tidy", FlowChange(owner="mallory"))
    assert caught.value.where.field == "owner"


def test_several_change_together_or_not_at_all(service: FlowService) -> None:
    changed = service.change_all(["hold", "release"], FlowChange(folder="Legal"))
    assert [one.flow for one in changed] == ["hold", "release"]
    with pytest.raises(NotFound, match="releese"):
        service.change_all(["hold", "releese"], FlowChange(folder="Other"))
    with pytest.raises(InvalidInput):
        service.change_all([], FlowChange(folder="Other"))
    assert folders(service) == {"hold": "Legal", "release": "Legal", "tidy": ""}


def test_a_folder_of_other_capitals_is_the_one_that_is_there(service: FlowService) -> None:
    service.change("hold", FlowChange(folder="Legal/Holds"))
    assert service.change("tidy", FlowChange(folder="LEGAL/tidy")).folder == "Legal/tidy"
    # Alone in it, a flow takes its folder's name along.
    service.change("tidy", FlowChange(folder=""))
    assert service.change("hold", FlowChange(folder="LEGAL/Holds")).folder == "LEGAL/Holds"


def test_a_folder_moves_with_all_that_is_in_it(service: FlowService) -> None:
    service.change("hold", FlowChange(folder="Legal/Holds"))
    service.change("release", FlowChange(folder="Legal"))
    service.change("tidy", FlowChange(folder="Legality"))
    moved = service.move_folder("Legal", "Law/Department")
    assert [one.flow for one in moved] == ["hold", "release"]
    assert folders(service) == {
        "hold": "Law/Department/Holds",
        "release": "Law/Department",
        "tidy": "Legality",
    }
    service.move_folder("Law/Department", "")
    assert folders(service) == {"hold": "Holds", "release": "", "tidy": "Legality"}
    service.move_folder("Holds", "HOLDS")
    assert folders(service)["hold"] == "HOLDS"


def test_a_folder_that_would_become_too_deep_stays(service: FlowService) -> None:
    service.change("hold", FlowChange(folder="a/b/c"))
    service.change("release", FlowChange(folder="a"))
    with pytest.raises(InvalidInput, match="6 levels"):
        service.move_folder("a", "1/2/3/4")
    assert folders(service) == {"hold": "a/b/c", "release": "a", "tidy": ""}


@pytest.mark.parametrize(("folder", "fault"), [("none", NotFound), ("", InvalidInput)])
def test_what_is_no_folder_does_not_move(
    service: FlowService, folder: str, fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        service.move_folder(folder, "x")


def test_the_list_is_narrowed(service: FlowService) -> None:
    service.change("hold", FlowChange(folder="Legal/Holds", enabled=False))
    service.change("release", FlowChange(folder="Legal", owner="bob"))
    service.apply(
        "flow: tidy\ncards: [{id: a, card: toy.list, connection: Acme, inputs: {bucket: b}}]"
    )

    def names(**wanted: str | bool) -> list[str]:
        return [one.flow for one in service.list(**wanted)]  # type: ignore[arg-type]

    assert names() == ["hold", "release", "tidy"]
    assert names(folder="legal") == ["hold", "release"]
    assert names(folder="Legal/Holds") == ["hold"]
    assert names(folder="Leg") == []
    assert names(enabled=True) == ["release", "tidy"]
    assert names(enabled=False, folder="Legal") == ["hold"]
    assert names(owner="BOB") == ["release"]
    assert names(connection="ACME") == ["tidy"]
    with pytest.raises(InvalidInput):
        names(folder="a//b")


def test_no_run_starts_of_a_flow_that_is_off(service: FlowService) -> None:
    service.require_on("tidy")
    service.require_on("not-kept")
    service.change("tidy", FlowChange(enabled=False))
    with pytest.raises(FlowOff) as caught:
        service.require_on("tidy")
    assert caught.value.hint is not None
    assert "penstock flows on tidy" in caught.value.hint
    assert caught.value.status == 409
    # It can be saved and checked all the same, and stays off.
    service.apply("flow: tidy\ntitle: Tidy")
    with pytest.raises(FlowOff):
        service.require_on("tidy")
    service.delete("tidy")
    service.require_on("tidy")
