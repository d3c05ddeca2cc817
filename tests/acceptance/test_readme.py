"""The README's commands work, word for word, in the order they stand in."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COPIED = ("README.md", "examples")


def test_setting_up_takes_two_commands() -> None:
    commands = [line.split("#")[0].strip() for line in BLOCKS[0].splitlines()]
    assert commands == ["make demo", "make test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in commands:
        assert f"\n{command.removeprefix('make ')}: setup" in makefile


@pytest.mark.timeout(240)
def test_the_first_flow_runs_as_written(tmp_path: Path) -> None:
    for name in COPIED:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    home = tmp_path / "home"
    home.mkdir()
    script = "set -eu\n" + "\n".join(BLOCKS[1:])
    # A port of the test's own, since others may practise on this machine; nothing else differs.
    script = script.replace("sandbox up --detach", "sandbox up --detach --port 0")
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
    finally:
        subprocess.run(
            [Path(sys.prefix) / "bin" / "penstock", "sandbox", "down"],
            env=environment,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    for said in ("verified", "succeeded", "is stopped"):
        assert said in done.stdout
    for name in ("find", "read", "note"):
        assert f"✓ {name}" in done.stderr
    assert "Traceback" not in done.stderr


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert targets
    missing = [target for target in targets if not (ROOT / target).exists()]
    assert not missing
