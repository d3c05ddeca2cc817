"""Make the virtual environment and install Penstock in it from hashed requirements.

Needs Python 3.11 or newer with its venv module, and nothing else.
"""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(target: Path) -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"Penstock runs on Python 3.11 to 3.13; this is {found}. Try: make PYTHON=python3.12"
        )
    try:
        venv.EnvBuilder(with_pip=True, upgrade_deps=False).create(target)
    except subprocess.CalledProcessError:
        sys.exit("Python's venv module is incomplete. On Debian: apt-get install python3-venv")
    python = target / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    requirements = ROOT / "requirements"
    for arguments in (
        ["--require-hashes", "-r", str(requirements / "dev.txt")],
        ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        result = subprocess.run([*pip, *arguments], check=False)  # noqa: S603
        if result.returncode:
            sys.exit(f"Could not install {arguments[-1]}; pip's message above says why.")
    (target / ".ready").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
