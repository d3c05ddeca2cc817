"""Debian's packages that some tests need, installed where that is possible."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Needed:
    """Programs of which all have to be there (`any_of`: one of them), and who brings them."""

    tests: str
    programs: tuple[str, ...]
    packages: tuple[str, ...]
    any_of: bool = False

    def missing(self) -> list[str]:
        """The programs that are not there."""
        lacking = [program for program in self.programs if shutil.which(program) is None]
        return [] if self.any_of and len(lacking) < len(self.programs) else lacking


CEPH = Needed(
    tests="CEPH RGW",
    programs=("radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "monmaptool"),
    packages=("radosgw", "ceph-mon", "ceph-osd", "ceph-common"),
)
CHROMIUM = Needed(
    tests="BROWSER",
    programs=("chromium", "chromium-headless-shell", "google-chrome"),
    packages=("chromium", "fonts-dejavu-core"),
    any_of=True,
)


def ensure_installed(needed: Needed) -> str | None:
    """Installs what is missing when root on Debian; None, or one sentence saying why it is not.

    The sentence is printed as well. Safe to call from several processes at once.
    """
    missing = needed.missing()
    if not missing:
        return None
    why = None
    if not (Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        why = "this is not Debian"
    elif os.geteuid() != 0:
        why = "installing it needs root"
    if why is None:
        why = _install(needed)
    if why is None:
        return None
    said = f"{needed.tests} TESTS ARE SKIPPED: {', '.join(missing)} not found, and {why}"
    print(f"\n*** {said}\n", file=sys.stderr, flush=True)  # noqa: T201 - loud on purpose
    return said


def _install(needed: Needed) -> str | None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "penstock-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not needed.missing():
            return None
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *needed.packages],
        ):
            done = subprocess.run(
                command, env=quiet, capture_output=True, text=True, check=False, timeout=900
            )
            if done.returncode != 0:
                last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                return f"{' '.join(command[:2])} failed: {last}"
    return None if not needed.missing() else "the packages do not bring them"
