"""A connection, a bucket and flows to look at in the browser, made by command."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from penstock.sandbox.process import SandboxProcess
from tests.acceptance.command import Penstock
from tests.accounts import Customer, allow, trust, unique
from tests.browser.keeping import Keeper


@dataclass(frozen=True, slots=True)
class Practice:
    """A verified connection that may read and write one bucket, in which there is one object."""

    penstock: Penstock
    customer: Customer
    nickname: str
    role: str
    bucket: str
    keeper: Keeper | None = None

    def apply(self, name: str, text: str) -> str:
        """Keep a flow; its name."""
        if self.keeper is not None:
            self.keeper.apply(text)
            return name
        path = self.penstock.data / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        self.penstock.ok("flows", "apply", str(path))
        return name

    def run(self, flow: str, *, fails: bool = False) -> str:
        """Run a flow to its end; the run's id."""
        if self.keeper is not None:
            ended = self.keeper.run(flow)
            assert (ended["status"] != "succeeded") == fails, ended
            return str(ended["id"])
        said = self.penstock("flows", "run", flow, "--json")
        assert (said.code != 0) == fails, said.err
        listed = self.penstock.ok("runs", "list", "--flow", flow, "--json").json
        return str(_items(listed)[0]["id"])

    def looking(self, title: str | None = None) -> str:
        """A flow that finds an object, fetches it, and writes what it found."""
        name = unique("look").replace("-", "_")
        return self.apply(
            name,
            f"""\
flow: {name}
title: {json.dumps(title or f"Look at {name}")}
start:
  inputs:
    folder: {{title: Which folder, default: reports}}
cards:
  - id: find
    card: s3.search_objects
    connection: {self.nickname}
    note: What is in the folder
    inputs: {{bucket: {self.bucket}, prefix: "{{{{ start.folder }}}}/"}}
  - id: fetch
    card: s3.download_object
    connection: {self.nickname}
    inputs: {{bucket: {self.bucket}, key: "{{{{ find.objects[0].key }}}}"}}
  - id: receipt
    card: s3.upload_object
    connection: {self.nickname}
    inputs:
      bucket: {self.bucket}
      key: receipts/last.txt
      text: "Found {{{{ find.count }}}} in {{{{ start.folder }}}}"
""",
        )

    def denied(self) -> str:
        """A flow whose second card's object the role was never given."""
        name = unique("denied").replace("-", "_")
        return self.apply(
            name,
            f"""\
flow: {name}
title: Overwrite the payroll
cards:
  - id: find
    card: s3.search_objects
    connection: {self.nickname}
    inputs: {{bucket: {self.bucket}}}
  - id: overwrite
    card: s3.upload_object
    connection: {self.nickname}
    inputs: {{bucket: {self.bucket}, key: payroll/{name}.csv, text: "name,salary"}}
  - id: tag
    card: s3.tag_object
    connection: {self.nickname}
    inputs:
      bucket: {self.bucket}
      key: payroll/{name}.csv
      tags: [{{key: a, value: b}}]
""",
        )


def practice(penstock: Penstock, customer: Customer, keeper: Keeper | None = None) -> Practice:
    """A new one, with names of its own. With a keeper flows are kept and run through the API."""
    bucket = customer.make_bucket()
    customer.put_object(bucket, "reports/2026.csv", b"quarter,revenue\nQ1,101\n")
    nickname = unique("acme")
    arn, some = f"arn:aws:s3:::{bucket}", ("reports/*", "receipts/*")
    policies = [
        allow("s3:ListBucket", on=arn),
        allow("s3:GetObject", "s3:PutObject", on=[f"{arn}/{each}" for each in some]),
    ]
    if keeper is None:
        drafted = penstock.ok("connections", "new", nickname, "--json").json
        trusted = trust(customer.sandbox.platform.arn, drafted["external_id"])
        role = customer.make_role(trusted, policies)
        penstock.ok("connections", "verify", nickname, "--role-arn", role, "--wait", "0")
    else:
        role = keeper.connect(customer, nickname, policies)
    return Practice(penstock, customer, nickname, role, bucket, keeper)


@contextmanager
def stopped(process: SandboxProcess) -> Iterator[None]:
    """AWS answers nothing within the block: what asks it is under way until the end."""
    os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process.pid, signal.SIGCONT)


def _items(listed: Any) -> list[dict[str, Any]]:
    return list(listed["items"] if isinstance(listed, dict) else listed)
