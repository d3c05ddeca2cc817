"""Debian's Ceph, installed for tests where that is possible."""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = ("radosgw", "ceph-mon", "ceph-osd", "ceph-common")
PROGRAMS = ("radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "monmaptool")


def ensure_installed() -> str | None:
    """Installs Debian's Ceph when root on Debian; None, or one sentence saying why it is missing.

    The sentence is printed as well. Safe to call from several processes at once.
    """
    missing = _missing()
    if not missing:
        return None
    why = None
    if not (Path("/etc/debian_version").exists() and shutil.which("apt-get")):
        why = "this is not Debian"
    elif os.geteuid() != 0:
        why = "installing it needs root"
    if why is None:
        why = _install()
    if why is None:
        return None
    said = f"CEPH RGW TESTS ARE SKIPPED: {', '.join(missing)} not found, and {why}"
    print(f"\n*** {said}\n", file=sys.stderr, flush=True)  # noqa: T201 - loud on purpose
    return said


def _missing() -> list[str]:
    return [program for program in PROGRAMS if shutil.which(program) is None]


def _install() -> str | None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with (Path(tempfile.gettempdir()) / "penstock-apt.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _missing():
            return None
        for command in (
            ["apt-get", "update", "-qq"],
            ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES],
        ):
            done = subprocess.run(
                command, env=quiet, capture_output=True, text=True, check=False, timeout=900
            )
            if done.returncode != 0:
                last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                return f"{' '.join(command[:2])} failed: {last}"
    return None if not _missing() else "the packages do not bring them"
