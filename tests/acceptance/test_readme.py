"""The README's commands work, word for word, in the order they stand in."""

import re
from pathlib import Path

import pytest

from tests.acceptance.documents import ROOT, run_blocks, shell_blocks

README = "README.md"
BLOCKS = shell_blocks(README)


def test_setting_up_takes_two_commands() -> None:
    commands = [line.split("#")[0].strip() for line in BLOCKS[0].splitlines()]
    assert commands == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in commands:
        assert f"\n{command.removeprefix('make ')}: setup" in makefile


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_the_first_flow_runs_as_written(tmp_path: Path) -> None:
    done = run_blocks(BLOCKS[1:], tmp_path, copied=(README, "examples"), timeout=200)
    assert done.returncode == 0, done.stderr
    for said in ("verified", "succeeded", "is stopped"):
        assert said in done.stdout
    for name in ("find", "read", "note"):
        assert f"✓ {name}" in done.stderr
    assert "Traceback" not in done.stderr


def test_links_lead_somewhere() -> None:
    text = (ROOT / README).read_text(encoding="utf-8")
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing


def test_pictures_are_there_and_light() -> None:
    text = (ROOT / README).read_text(encoding="utf-8")
    shown = {ROOT / name for name in re.findall(r'(?:src|srcset)="([^"]+)"', text)}
    assert len(shown) > 1
    for path in shown | set((ROOT / "docs" / "pictures").iterdir()):
        assert path.stat().st_size <= 150_000, path.name
