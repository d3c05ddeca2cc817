"""The tutorial's commands work, word for word, and show what it says they show."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = (ROOT / "docs/tutorial/keep-a-leavers-report.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_runs_as_written(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    home = tmp_path / "home"
    home.mkdir()
    script = "set -eu\n" + "\n".join(BLOCKS)
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
            timeout=500,
            check=False,
        )
    finally:
        subprocess.run(
            [Path(sys.prefix) / "bin" / "penstock", "sandbox", "down"],
            env=environment,
            capture_output=True,
            check=False,
        )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Traceback" not in said
    # The careless role and the payroll are refused, each with exit code 3.
    assert done.stdout.count("exit code 3") == 2
    assert "The role can be assumed without any external ID." in done.stderr
    assert "AWS denied s3:PutObject" in done.stderr
    assert [file.read_text() for file in (tmp_path / "kept").iterdir()] == ["quarter,revenue\n"]
