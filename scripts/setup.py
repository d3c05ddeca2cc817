"""Make the virtual environment and install Penstock in it from hashed requirements.

Needs Python 3.11 or newer with its venv module, and nothing else.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements" / "dev.txt"


def main(target: Path) -> None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        found = ".".join(map(str, sys.version_info[:2]))
        sys.exit(
            f"Penstock runs on Python 3.11 to 3.13; this is {found}. Try: make PYTHON=python3.12"
        )
    _say("Setting up", target, "(about a minute)")
    _have_ensurepip()
    venv.EnvBuilder(with_pip=True, clear=True).create(target)
    python = target / "bin" / "python"
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    for arguments in (
        ["--require-hashes", "-r", str(REQUIREMENTS)],
        ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ):
        if subprocess.run([*pip, *arguments], check=False).returncode:  # noqa: S603
            sys.exit(f"Could not install {arguments[-1]}; pip's message above says why.")
    (target / ".ready").touch()


def _have_ensurepip() -> None:
    """Debian keeps half of Python's venv module in a package of its own."""
    if subprocess.run([sys.executable, "-c", "import ensurepip"], check=False).returncode == 0:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        sys.exit("Python's venv module is incomplete. On Debian: apt-get install python3-venv")
    _say("Python's venv module is incomplete: installing Debian's python3-venv")
    for arguments in (["update", "-qq"], ["install", "-qq", "--yes", "python3-venv"]):
        subprocess.run([apt, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def _say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
