"""The demonstration, as its one command shows it."""

import json
from pathlib import Path

from tests.acceptance.command import Penstock

CARDS = {
    "s3.search_objects",
    "s3.copy_object",
    "s3.tag_object",
    "s3.read_object_tags",
    "s3.read_object",
    "s3.download_object",
    "s3.upload_object",
    "s3.delete_object",
}


def test_once_answers_one_document_of_everything(tmp_path: Path) -> None:
    # Without any AWS environment: the demonstration brings its own.
    said = Penstock(tmp_path / "unused", {}).ok("demo", "--once", "--json")
    document = json.loads(said.out)
    assert said.err == ""
    assert document["succeeded"] is True
    assert document["connection"]["status"] == "verified"
    assert document["connection"]["external_id"]
    assert [step["outcome"] for step in document["probe"]] == ["passed"] * 5
    assert document["unsafe"]["status"] == "unsafe"
    assert document["run"]["status"] == "succeeded"
    assert {card["card"] for card in document["run"]["cards"]} == CARDS
    for card in document["run"]["cards"]:
        assert card["status"] == "succeeded"
        assert card["seconds"] >= 0
        assert card["id"]
    assert document["denied"]["error"]["code"] == "access_denied"
    assert not (tmp_path / "unused").exists()


def test_once_shows_a_person_the_same(tmp_path: Path) -> None:
    said = Penstock(tmp_path / "unused", {}).ok("demo", "--once")
    for word in ("External ID", "Refuses another external ID", "✓ remove", "is unsafe", "denied"):
        assert word in said.err


def test_the_example_is_what_the_demonstration_runs() -> None:
    root = Path(__file__).parents[2]
    shown = (root / "examples" / "demo.yaml").read_text()
    assert shown == (root / "src/penstock/cli/demonstration/flow.yaml").read_text()
