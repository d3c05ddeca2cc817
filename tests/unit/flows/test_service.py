"""What a person does with flows: check, save, look at, take away, follow a rename."""

from datetime import UTC, datetime

import pytest

from penstock.errors import DocumentInvalid, NotFound
from penstock.flows.reading import read_flow
from penstock.flows.service import FlowService
from tests.unit.catalog.toy import registry
from tests.unit.flows.memory import MemoryFlows

NOW = datetime(2026, 1, 31, 9, tzinfo=UTC)
TIDY = """\
flow: tidy   # every night
cards:
  - id: list
    card: toy.list
    connection: archive   # the old one
    inputs: {bucket: abc}
"""


@pytest.fixture
def repository() -> MemoryFlows:
    return MemoryFlows()


@pytest.fixture
def service(repository: MemoryFlows) -> FlowService:
    return FlowService(repository, registry, clock=lambda: NOW)


def test_a_flow_is_saved_with_its_text(service: FlowService) -> None:
    saved = service.apply(TIDY)
    assert (saved.flow, saved.version, saved.connections) == ("tidy", 1, ("archive",))
    assert saved.saved_at == NOW
    assert service.export("tidy") == TIDY
    assert service.get("tidy").document == read_flow(TIDY).document


def test_each_save_is_a_version_unless_nothing_changed(service: FlowService) -> None:
    service.apply(TIDY)
    assert service.apply(TIDY).version == 1
    assert service.apply(TIDY + "# more\n").version == 2
    assert [one.version for one in service.versions("tidy")] == [2, 1]
    assert service.export("tidy", 1) == TIDY
    assert [one.current.version for one in service.list()] == [2]


def test_a_flow_with_problems_is_not_saved(service: FlowService, repository: MemoryFlows) -> None:
    text = TIDY.replace("bucket:", "bukket:") + "titel: x\n"
    with pytest.raises(DocumentInvalid) as caught:
        service.apply(text)
    told = [(one.code, one.where.line) for one in caught.value.problems]
    assert told == [("missing", 6), ("unknown_field", 6), ("unknown_field", 7)]
    assert list(service.check(text)) == list(caught.value.problems)
    assert caught.value.message == "`bucket` is missing. (2 more)"
    assert repository.all() == []


def test_what_cannot_be_read_is_not_saved(service: FlowService, repository: MemoryFlows) -> None:
    for text in ("", "flow: [", "flow: a\ncards: [{id: b}]"):
        with pytest.raises(DocumentInvalid):
            service.apply(text)
        assert service.check(text)
    assert repository.all() == []


def test_warnings_do_not_stop_a_save(service: FlowService) -> None:
    assert [one.code for one in service.check("flow: a")] == ["no_cards"]
    assert service.apply("flow: a").version == 1


def test_what_is_not_there_is_not_found(service: FlowService) -> None:
    service.apply(TIDY)
    with pytest.raises(NotFound) as caught:
        service.get("tydy")
    assert caught.value.hint == "Did you mean `tidy`?"
    with pytest.raises(NotFound) as caught:
        service.get("tidy", 7)
    assert caught.value.hint == "Its current version is 1."
    for ask in (service.versions, service.export, service.delete):
        with pytest.raises(NotFound):
            ask("zzz")


def test_a_flow_is_taken_away(service: FlowService) -> None:
    service.apply(TIDY)
    service.delete("tidy")
    assert service.list() == []


def test_usage_counts_current_versions_without_case(service: FlowService) -> None:
    service.apply(TIDY)
    assert service.flows_using("Archive") == ["tidy"]
    service.apply(TIDY.replace("archive ", "other   "))
    assert service.flows_using("archive") == []


@pytest.mark.parametrize(
    ("written", "rewritten"),
    [
        ("archive   # the old one", "new-home   # the old one"),
        ('"archive" # x', '"new-home" # x'),
        ("'ARCHIVE'", '"new-home"'),
        ("|-\n      archive", "new-home"),
    ],
)
def test_a_rename_keeps_the_text_as_it_was_written(
    service: FlowService, written: str, rewritten: str
) -> None:
    text = TIDY.replace("archive   # the old one", written).replace(
        "{bucket: abc}", "{bucket: archive, prefix: connection}"
    )
    service.apply(text)
    assert service.rename_connection("archive", "new-home") == ["tidy"]
    assert service.export("tidy") == text.replace(written, rewritten)
    assert service.get("tidy").version == 2
    assert service.get("tidy").connections == ("new-home",)


@pytest.mark.parametrize("name", ["a: b", "#1", "yes", "2024", "größe", 'say "hi"', "a, b", "{x}"])
def test_a_rename_quotes_what_needs_quotes(service: FlowService, name: str) -> None:
    service.apply(TIDY)
    service.apply(
        '{"flow": "json", "cards": [{"id": "a", "card": "toy.list", "connection": '
        '"archive", "inputs": {"bucket": "archive"}}]}'
    )
    assert service.rename_connection("archive", name) == ["json", "tidy"]
    for flow in service.list():
        assert flow.current.document.cards[0].connection == name
        assert flow.current.connections == (name,)
    assert "# every night" in service.export("tidy")


def test_a_rename_reaches_inner_cards_and_leaves_others_alone(service: FlowService) -> None:
    # Saved by an earlier catalog: a rename does not check a flow again.
    text = TIDY + (
        "    blocks:\n      then:\n        - {id: a, card: toy.list, connection: archive}\n"
        "  - {id: b, card: toy.list, connection: archive2}\n"
    )
    source = read_flow(text)
    service._save(text, source.document)
    service.rename_connection("archive", "new")
    document = service.get("tidy").document
    assert document.cards[0].connection == "new"
    assert document.cards[0].blocks["then"][0].connection == "new"
    assert document.cards[1].connection == "archive2"
    assert service.export("tidy").count("new") == 2
