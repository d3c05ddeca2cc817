"""The `penstock` command as a person runs it: a process, its output, its exit code."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = (sys.executable, "-m", "penstock.cli.main")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The document on stdout."""
        return json.loads(self.out)

    @property
    def problem(self) -> Any:
        """The problem document on stderr."""
        return json.loads(self.err)


@dataclass(frozen=True, slots=True)
class Penstock:
    """The command, with a data directory and an environment of its own."""

    data: Path
    environment: Mapping[str, str]

    def __call__(self, *arguments: str, given: str | None = None, timeout: float = 90) -> Said:
        """Run it to its end. What no user may ever see fails here, whatever the test."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self.variables,
            input=given,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        said = Said(done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in said.err + said.out, said.err
        for name, value in self.environment.items():
            if "SECRET" in name:
                assert value not in said.out + said.err
        return said

    def ok(self, *arguments: str, **more: Any) -> Said:
        """Run it; it has to succeed."""
        said = self(*arguments, **more)
        assert said.code == 0, said.err
        return said

    def start(self, *arguments: str, **more: Any) -> "subprocess.Popen[str]":
        """Start it and go on."""
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    @contextmanager
    def server(self, *arguments: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
        """`penstock up` within the block: its process and address. It may be killed meanwhile."""
        with self.start("up", "--port", "0", *arguments) as process:
            assert process.stderr is not None
            line = process.stderr.readline()
            assert "Penstock serves" in line, line + process.stderr.read()
            address = json.loads((self.data / "server.json").read_text())
            assert address["pid"] == process.pid
            try:
                yield process, address["url"]
            finally:
                if process.poll() is None:
                    process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=60)
                assert "Traceback" not in said, said

    @property
    def variables(self) -> dict[str, str]:
        """The whole environment: nothing of the AWS configuration of whoever runs the tests."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "PENSTOCK_", "XDG_"))
        }
        return {
            **kept,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
            "PENSTOCK_DATA": str(self.data),
            **self.environment,
        }
