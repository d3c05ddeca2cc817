"""One large object up, across and down against Ceph RGW: Penstock, boto3's transfers, obstore.

Each contender is a process of its own that does the same with the same file; rounds take turns,
so that the noise of the machine falls on all alike. CPU seconds are the client's; what the
server takes is the same for all. The best of the rounds is shown, and Penstock's ratio to boto3.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.debian import CEPH, ensure_installed
from tests.rgw import Cluster, Rgw

from penstock.connectors.s3.parts import MIB

CONTENDERS = ("penstock", "boto3", "obstore")
ACTIONS = ("up", "across", "down")
SIZE = int(os.environ.get("BENCHMARK_MIB", "1024")) * MIB
ROUNDS = int(os.environ.get("BENCHMARK_ROUNDS", "3"))

Measured = dict[str, dict[str, float]]


def main() -> None:
    """Print a table; needs Debian's Ceph (see tests/debian.py)."""
    if why := ensure_installed(CEPH):
        sys.exit(why)
    directory = Path(tempfile.mkdtemp(prefix="rgw-"))
    cluster = Cluster(directory)
    try:
        rgw = cluster.start()
        bucket = rgw.bucket()
        source = directory / "source"
        fill(source, SIZE)
        rounds: dict[str, list[Measured]] = {name: [] for name in CONTENDERS}
        for _ in range(ROUNDS):
            for name in CONTENDERS:
                rounds[name].append(measure(name, rgw, bucket, source))
        show({name: best(found) for name, found in rounds.items()})
    finally:
        cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)


def fill(path: Path, size: int) -> None:
    with path.open("wb") as file:
        for _ in range(0, size, MIB):
            file.write(os.urandom(MIB))


def measure(name: str, rgw: Rgw, bucket: str, source: Path) -> Measured:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.contenders", name, rgw.endpoint, bucket, str(source)],
        env={**os.environ, "RGW_ACCESS_KEY": rgw.access_key, "RGW_SECRET_KEY": rgw.secret_key},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    measured: Measured = json.loads(done.stdout)
    return measured


def best(rounds: list[Measured]) -> Measured:
    """The least seconds, CPU and memory of each action."""
    return {
        action: {what: min(found[action][what] for found in rounds) for what in rounds[0][action]}
        for action in rounds[0]
    }


def show(found: dict[str, Measured]) -> None:
    print(f"one object of {SIZE // MIB} MiB, best of {ROUNDS} rounds")
    print(f"{'':10}{'':8}{'MB/s':>8}{'x boto3':>9}{'CPU s':>8}{'peak MB':>9}")
    for name in CONTENDERS:
        for action in ACTIONS:
            if action in found[name]:
                print(f"{name:10}{action:8}{_row(found, name, action)}")


def _row(found: dict[str, Any], name: str, action: str) -> str:
    one, other = found[name][action], found["boto3"][action]
    speed = SIZE / 1e6 / one["seconds"]
    ratio = other["seconds"] / one["seconds"]
    return f"{speed:8.0f}{ratio:9.2f}{one['cpu']:8.2f}{one['memory'] / 1e6:9.0f}"


if __name__ == "__main__":
    main()
