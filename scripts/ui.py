"""Build the pages (ui/) into src/penstock/server/static, from where the server sends them.

What is built already is not built again: a stamp says from what. With --if-possible it is no
error that npm is missing; the server then has its plain page only.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "ui"
API = ROOT / "docs" / "openapi.json"
TARGET = ROOT / "src" / "penstock" / "server" / "static"
INSTALLED = UI / "node_modules" / ".installed"
SOURCES = ("src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts")


def main(arguments: list[str]) -> int:
    npm = shutil.which("npm")
    if npm is None:
        _say("The pages are built with Node.js 20 or newer and its npm, which are not here.")
        _say("Penstock works without them: API, command line and a plain page.")
        return 0 if "--if-possible" in arguments else 1
    (UI / ".cache").mkdir(exist_ok=True)
    with (UI / ".cache" / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = _built() or (_install(npm) and _build(npm))
    if not done and "--if-possible" in arguments:
        _say("The pages could not be built; going on without them.")
        return 0
    return 0 if done else 1


def _built() -> bool:
    stamp = TARGET / ".stamp"
    return stamp.is_file() and stamp.read_text() == _digest(_sources())


def _install(npm: str) -> bool:
    wanted = _digest([UI / "package-lock.json"])
    if INSTALLED.is_file() and INSTALLED.read_text() == wanted:
        return True
    _say("Installing what the pages are built with (half a minute)")
    if not _run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"):
        return False
    INSTALLED.write_text(wanted)
    return True


def _build(npm: str) -> bool:
    stamp = _digest(_sources())
    _say("Building the pages")
    for script in (("run", "--silent", "api"), ("run", "--silent", "bundle")):
        if not _run(npm, *script):
            return False
    (UI / "dist" / ".stamp").write_text(stamp)
    fresh = TARGET.with_name("static.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(UI / "dist", fresh)
    shutil.rmtree(TARGET, ignore_errors=True)
    fresh.rename(TARGET)
    return True


def _sources() -> list[Path]:
    found = [path for name in SOURCES for path in [UI / name, *(UI / name).rglob("*")]]
    generated = UI / "src" / "api" / "schema.gen.ts"
    return sorted(path for path in (*found, API) if path.is_file() and path != generated)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(ROOT)}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _run(*command: str) -> bool:
    # npm itself prints what went wrong; on stderr, because stdout belongs to who called.
    done = subprocess.run(  # noqa: S603 - npm, with words from above
        command, cwd=UI, check=False, stdout=sys.stderr, env={**os.environ, "NO_COLOR": "1"}
    )
    return done.returncode == 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
