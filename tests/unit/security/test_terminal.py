"""Names that come from elsewhere cannot command, or deceive, a terminal."""

import json

import pytest

from penstock.cli import failures, output

HOSTILE = {
    "escape": "\x1b[2J",
    "csi": "\x9b2J",
    "carriage return": "good\rbad",
    "bell": "\x07",
    "override": "\u202egnp.exe",
    "isolate": "\u2066a\u2069",
    "mark": "a\u200fb",
    "line separator": "a\u2028b",
    "half a pair": "a\ud800b",
}
BAD = "\x1b\x9b\r\x07\u202e\u2066\u2069\u200f\u2028\ud800"


@pytest.mark.parametrize("name", HOSTILE)
def test_text_shows_them_and_does_not_do_them(name: str) -> None:
    shown = output.plain(HOSTILE[name])
    assert not set(shown) & set(BAD)
    assert "\\" in shown


@pytest.mark.parametrize("name", HOSTILE)
def test_json_escapes_them_and_stays_the_same(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    output.document({"name": HOSTILE[name], "kept": "äöü 漢字 🙂"})
    failures.write({"detail": HOSTILE[name]}, as_json=True)
    said, complained = capsys.readouterr()
    assert not set(said + complained) & set(BAD)
    assert json.loads(said)["name"] == HOSTILE[name]
    assert json.loads(complained)["detail"] == HOSTILE[name]
    assert "äöü 漢字 🙂" in said


def test_ordinary_text_is_left_alone() -> None:
    assert output.plain("ä 漢字 🙂 two\nlines") == "ä 漢字 🙂 two\nlines"
