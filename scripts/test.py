"""Run every check and every test, with all the set-up they need on a fresh machine.

Checks come first because they are quick. Ceph RGW is installed when this runs as root on Debian;
elsewhere the tests that need it are skipped and say so.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
WORKERS = str(min(4, os.cpu_count() or 2))


def main(arguments: list[str]) -> int:
    sys.path.insert(0, str(ROOT))
    checks = (
        [BIN / "ruff", "format", "--check", "--quiet", "."],
        [BIN / "ruff", "check", "--quiet", "."],
        [BIN / "mypy"],
        [BIN / "lint-imports", "--no-logo"],
        [sys.executable, "scripts/docs.py", "--check"],
    )
    failed = [str(check[0]) for check in checks if _run(check) != 0]
    from tests.rgw import ensure_installed  # noqa: PLC0415 - needs the path set above

    ensure_installed()
    tests = _run([sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *arguments])
    if failed:
        print("These checks failed:", ", ".join(failed), file=sys.stderr)  # noqa: T201
    return tests or bool(failed)


def _run(command: "list[str | Path]") -> int:
    print("+", *command, flush=True)  # noqa: T201
    return subprocess.run(command, cwd=ROOT, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
