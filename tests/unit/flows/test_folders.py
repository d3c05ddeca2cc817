"""Where a flow stands: folders by path."""

import pytest

from penstock.errors import InvalidInput
from penstock.flows.folders import as_spelt, checked_folder, is_within, moved


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("  /  ", ""),
        ("Legal", "Legal"),
        ("/Legal/Holds/", "Legal/Holds"),
        (" Legal / Holds ", "Legal/Holds"),
        ("Re\u0301sume\u0301s", "Résumés"),
        ("משפטי/القانون", "משפטי/القانون"),
        ("a/b/c/d/e", "a/b/c/d/e"),
        ("x" * 64, "x" * 64),
        ("<script>alert(1)<", "<script>alert(1)<"),
    ],
)
def test_a_path_is_kept_without_what_is_around_its_names(written: str, kept: str) -> None:
    assert checked_folder(written) == kept


@pytest.mark.parametrize(
    "written",
    [
        "a/b/c/d/e/f",
        "x" * 65,
        "a//b",
        "a/ /b",
        ".",
        "a/..",
        "a\nb",
        "a\tb",
        "a\0b",
        "evil\u202egnp",
        "zero\u200bwidth",
        "half\ud800",
    ],
)
def test_what_cannot_be_a_folder(written: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        checked_folder(written)
    assert caught.value.where.field == "folder"
    assert caught.value.hint
    caught.value.message.encode()


def test_within_goes_by_whole_names() -> None:
    assert is_within("Legal/Holds", "Legal")
    assert is_within("Legal", "Legal")
    assert is_within("Legal", "")
    assert is_within("", "")
    assert not is_within("Legality", "Legal")
    assert not is_within("", "Legal")
    assert not is_within("Legal", "Legal/Holds")


def test_a_folder_takes_along_what_is_in_it() -> None:
    assert moved("Legal/Holds", "Legal", "Law") == "Law/Holds"
    assert moved("Legal", "Legal", "Law/Old") == "Law/Old"
    assert moved("Legal/Holds", "Legal", "") == "Holds"
    assert moved("Legal", "Legal", "") == ""


def test_case_makes_no_other_folder() -> None:
    there = ["Legal/Holds", "IT"]
    assert as_spelt("legal/HOLDS", there) == "Legal/Holds"
    assert as_spelt("LEGAL/Archive", there) == "Legal/Archive"
    # A name counts at its own place alone.
    assert as_spelt("holds/it", there) == "holds/it"
    assert as_spelt("", there) == ""
    assert as_spelt("new", []) == "new"
