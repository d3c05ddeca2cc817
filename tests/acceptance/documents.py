"""Documents whose shell commands are run word for word."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def shell_blocks(document: str) -> list[str]:
    """The `sh` blocks of a page of the repository, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run_blocks(
    blocks: Sequence[str], folder: Path, *, copied: Sequence[str], timeout: float
) -> "subprocess.CompletedProcess[str]":
    """Run as one script by a person who has just set up, in `folder`, with a home of its own.

    Args:
        copied: what of the repository the commands refer to.
    """
    for name in copied:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    home = folder / "home"
    home.mkdir()
    script = "set -eu\n" + "\n".join(blocks)
    # A port of the test's own, since others may practise on this machine; nothing else differs.
    script = script.replace("sandbox up --detach", "sandbox up --detach --port 0")
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        return subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    finally:
        subprocess.run(
            [Path(sys.prefix) / "bin" / "penstock", "sandbox", "down"],
            env=environment,
            capture_output=True,
            check=False,
        )
