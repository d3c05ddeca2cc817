"""Run every check and every test, with all the set-up they need on a fresh machine.

Checks come first because they are quick. Ceph RGW and Chromium are installed when this runs as
root on Debian; elsewhere the tests that need them are skipped and say so. The pages are built,
and their own checks run, where there is npm.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
UI = (
    [sys.executable, "scripts/ui.py"],
    ["npm", "--prefix", "ui", "run", "--silent", "check"],
    ["npm", "--prefix", "ui", "run", "--silent", "test"],
)
WORKERS = str(min(4, os.cpu_count() or 2))


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    checks: tuple[Sequence[str | Path], ...] = (
        [BIN / "ruff", "format", "--check", "--quiet", "."],
        [BIN / "ruff", "check", "--quiet", "."],
        [BIN / "mypy"],
        [BIN / "lint-imports", "--no-logo"],
        [sys.executable, "scripts/docs.py", "--check"],
    )
    failed = [str(check[0]) for check in checks if _run(check) != 0]
    from tests.debian import CEPH, CHROMIUM, ensure_installed  # noqa: PLC0415 - the path is set above

    ensure_installed(CEPH)
    ensure_installed(CHROMIUM)
    if shutil.which("npm"):
        failed += [" ".join(check) for check in UI if _run(check) != 0]
    else:
        print("\n*** THE PAGES ARE NOT CHECKED: npm not found\n", file=sys.stderr)  # noqa: T201
    tests = _run([sys.executable, "-m", "pytest", "-n", WORKERS, *arguments])
    if failed:
        print("These checks failed:", ", ".join(failed), file=sys.stderr)  # noqa: T201
    return tests or bool(failed)


def _run(command: "Sequence[str | Path]") -> int:
    print("+", *command, flush=True)  # noqa: T201
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
