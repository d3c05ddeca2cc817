"""Ceph's S3 gateway as a judge: a cluster of one node in memory, made for a test session.

It knows object lock, versions, customers' keys, presigned URLs and session policies for real.
Its limits: no twelve-digit accounts, no external ID, no checksum but Content-MD5. Debian's 16.2
takes no notice of tags and locks asked for with parts, nor of locks and conditions of the source
asked for with a copy; CompleteMultipartUpload tells no ETag, CopyObject no version; it copies
nothing under a customer's key, no part of an object with `%` in its key, and completes no upload
in parts whose key is longer than about 960 bytes. The sandbox is the judge of these.
"""

import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.client import Config

from tests.debian import CEPH, ensure_installed

__all__ = ["Cluster", "Rgw", "rgw"]

REGION = "us-east-1"
MEMORY = 16 * 1024**3
PATIENCE = 90.0


@dataclass(frozen=True)
class Rgw:
    """A running gateway and the key pair of its first user, who may create roles."""

    endpoint: str
    access_key: str
    secret_key: str
    directory: Path
    region: str = REGION

    def client(
        self,
        service: str = "s3",
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        token: str | None = None,
        **config: Any,
    ) -> Any:
        """A botocore client of its own session; the first user's unless keys are given."""
        session = botocore.session.Session()
        settings: dict[str, Any] = {
            "s3": {"addressing_style": "path"},
            "retries": {"mode": "standard", "max_attempts": 4},
            "max_pool_connections": 32,
            "connect_timeout": 5,
            "read_timeout": 60,
        }
        return session.create_client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key or self.access_key,
            aws_secret_access_key=secret_key or self.secret_key,
            aws_session_token=token,
            config=Config(**{**settings, **config}),
        )

    def user(self, name: str) -> tuple[str, str]:
        """Another user's access key and secret key."""
        access_key, secret_key = f"AK{uuid.uuid4().hex[:18].upper()}", uuid.uuid4().hex
        self.admin(
            *("user", "create", f"--uid={name}", f"--display-name={name}"),
            *(f"--access-key={access_key}", f"--secret={secret_key}"),
        )
        return access_key, secret_key

    def admin(self, *arguments: str) -> str:
        """What radosgw-admin answers."""
        return _run("radosgw-admin", "-c", str(self.directory / "ceph.conf"), *arguments)

    def bucket(self, **params: Any) -> str:
        """A new bucket of the first user."""
        name = f"b-{uuid.uuid4().hex[:20]}"
        self.client().create_bucket(Bucket=name, **params)
        return name

    def clear(self, bucket: str) -> None:
        """Delete a bucket with all it holds, locks notwithstanding (but not COMPLIANCE)."""
        client = self.client()
        for upload in client.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            client.abort_multipart_upload(
                Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"]
            )
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for found in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                client.delete_object(
                    Bucket=bucket,
                    Key=found["Key"],
                    VersionId=found["VersionId"],
                    BypassGovernanceRetention=True,
                )
        client.delete_bucket(Bucket=bucket)


class Cluster:
    """One monitor, one object store in memory, one gateway, all children of this process."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._children: list[subprocess.Popen[bytes]] = []
        self._conf = directory / "ceph.conf"

    def start(self) -> Rgw:
        """Ready to serve.

        Raises:
            RuntimeError: it is not ready in time; the message ends with the daemons' last words.
        """
        monitor_port, gateway_port = _free_ports(2)
        fsid = str(uuid.uuid4())
        self._configure(fsid, monitor_port, gateway_port)
        self._start_monitor(fsid, monitor_port)
        self._start_store()
        self._spawn("radosgw", "-n", "client.rgw.a")
        endpoint = f"http://127.0.0.1:{gateway_port}"
        self._until(lambda: _answers(endpoint), "the gateway answers")
        rgw = Rgw(endpoint, "PENSTOCKADMIN", uuid.uuid4().hex, self._directory)
        rgw.admin(
            *("user", "create", "--uid=admin", "--display-name=admin"),
            *(f"--access-key={rgw.access_key}", f"--secret={rgw.secret_key}"),
            *("--caps", "roles=*;user-policy=*;users=*"),
        )
        return rgw

    def stop(self) -> None:
        """End the daemons this object started, gateway first."""
        while self._children:
            child = self._children.pop()
            child.send_signal(signal.SIGKILL)
            child.wait(timeout=30)

    def _configure(self, fsid: str, monitor_port: int, gateway_port: int) -> None:
        here = self._directory
        for name in ("mon", "osd", "run", "log"):
            (here / name).mkdir()
        self._conf.write_text(f"""\
[global]
fsid = {fsid}
mon host = [v1:127.0.0.1:{monitor_port}]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms bind msgr2 = false
run dir = {here}/run
admin socket = {here}/run/$name.$pid.asok
log file = {here}/log/$name.log
crash dir = {here}/log
mon cluster log file = {here}/log/cluster.log
debug none = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 2000
mon data avail crit = 0
mon data avail warn = 0
[mon.a]
mon data = {here}/mon
mon initial members = a
[osd.0]
osd data = {here}/osd
osd objectstore = memstore
memstore device bytes = {MEMORY}
osd crush update on start = false
osd class update on start = false
osd class load list = *
osd class default list = *
[client.rgw.a]
rgw data = {here}/run
rgw frontends = beast endpoint=127.0.0.1:{gateway_port} tcp_nodelay=1
rgw enable usage log = false
rgw enable ops log = false
rgw crypt require ssl = false
rgw crypt default encryption key =
rgw s3 auth use sts = true
rgw sts key = {uuid.uuid4().hex[:16]}
rgw gc obj min wait = 1
rgw gc processor period = 2
rgw gc processor max time = 2
rgw thread pool size = 64
""")

    def _start_monitor(self, fsid: str, port: int) -> None:
        monmap = str(self._directory / "monmap")
        _run(
            *("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v1:127.0.0.1:{port}]"),
            monmap,
        )
        _run("ceph-mon", "-c", str(self._conf), "-i", "a", "--mkfs", "--monmap", monmap)
        self._spawn("ceph-mon", "-i", "a")

    def _start_store(self) -> None:
        identity = str(uuid.uuid4())
        self._tell_monitor("osd", "new", identity)
        self._tell_monitor("osd", "crush", "add", "osd.0", "1", "root=default", "host=here")
        conf = str(self._conf)
        _run("ceph-osd", "-c", conf, "-i", "0", "--mkfs", "--osd-uuid", identity)
        self._spawn("ceph-osd", "-i", "0")

    def _tell_monitor(self, *command: str) -> None:
        """Until it obeys: what is told twice must be as if told once.

        A client may speak before it has heard which cluster this is; the monitor then answers
        EPERM ("wrong fsid"). On a busy machine that happens after an earlier command succeeded.
        """
        told = ("ceph", "-c", str(self._conf), *command)
        answer = self._directory / "log" / "told.out"
        self._until(lambda: _succeeds(*told, answer=answer), f"it obeys {' '.join(command)}")

    def _spawn(self, program: str, *arguments: str) -> None:
        # A daemon must not outlive a test session that was killed.
        guard = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        output = (self._directory / "log" / f"{program}.out").open("wb")
        with output:
            self._children.append(
                subprocess.Popen(
                    [*guard, program, "-c", str(self._conf), "-f", *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                )
            )

    def _until(self, ready: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not ready():
            ended = [child for child in self._children if child.poll() is not None]
            if ended or time.monotonic() > deadline:
                raise RuntimeError(f"waited in vain until {what}: {self._last_words()}")
            time.sleep(0.1)

    def _last_words(self) -> str:
        said = []
        for log in sorted((self._directory / "log").iterdir()):
            lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
            said += [f"{log.name}: {line}" for line in lines[-5:]]
        return "\n".join(said)


def _answers(endpoint: str) -> bool:
    try:
        with urllib.request.urlopen(endpoint, timeout=2) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def _succeeds(*command: str, answer: Path) -> bool:
    try:
        with answer.open("wb") as said:
            done = subprocess.run(command, stdout=said, stderr=said, check=False, timeout=10)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _free_ports(count: int) -> list[int]:
    """Ports that no connection is given by chance until the daemons listen on them.

    Linux draws the near ends of connections from 32768 on (ip_local_port_range), and the tests
    beside this one open thousands.
    """
    ports: list[int] = []
    for port in random.sample(range(20_000, 32_768), 200):
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("there is no free port between 20000 and 32767")


@pytest.fixture(scope="session")
def rgw() -> Iterator[Rgw]:
    """Ceph RGW, ready; skips with one line where Ceph cannot be had."""
    if why := ensure_installed(CEPH):
        pytest.skip(why)
    # Not pytest's tmp_path: names of sockets are limited to 107 characters.
    directory = Path(tempfile.mkdtemp(prefix="rgw-"))
    cluster = Cluster(directory)
    try:
        yield cluster.start()
    finally:
        cluster.stop()
        shutil.rmtree(directory, ignore_errors=True)
