"""The tutorial's commands work, word for word, and show what it says they show."""

from pathlib import Path

import pytest

from tests.acceptance.documents import run_blocks, shell_blocks


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_it_runs_as_written(tmp_path: Path) -> None:
    blocks = shell_blocks("docs/tutorial/keep-a-leavers-report.md")
    done = run_blocks(blocks, tmp_path, copied=("examples",), timeout=500)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Traceback" not in said
    # The careless role and the payroll are refused, each with exit code 3.
    assert done.stdout.count("exit code 3") == 2
    assert "The role can be assumed without any external ID." in done.stderr
    assert "AWS denied s3:PutObject" in done.stderr
    assert [file.read_text() for file in (tmp_path / "kept").iterdir()] == ["quarter,revenue\n"]
