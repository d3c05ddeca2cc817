"""Compile requirements/dev.txt: every dependency with its hashes, and no download address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    command = [
        sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml",
        "--extra", "sandbox", "--group", "dev", "--universal", "--python-version", "3.11",
        "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate",
        "--custom-compile-command", "make lock", "--quiet",
        "--output-file", "requirements/dev.txt", *sys.argv[1:],
    ]  # fmt: skip
    sys.exit(subprocess.run(command, cwd=ROOT, check=False).returncode)  # noqa: S603


if __name__ == "__main__":
    main()
