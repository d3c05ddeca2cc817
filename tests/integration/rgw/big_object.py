"""A process of its own that takes one object up, across and down through the cards.

`python -m tests.integration.rgw.big_object ENDPOINT BUCKET FOLDER BYTES`, with the key pair in
RGW_ACCESS_KEY and RGW_SECRET_KEY; it prints one JSON document with what the memory came to.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from penstock.catalog.files import File
from penstock.connectors.s3.parts import MIB
from penstock.store.files import RunFileStore
from tests.cards import FakeContext, connection_of, run_card

ACCOUNT = "111122223333"


def main(endpoint: str, bucket: str, folder: str, size: str) -> dict[str, Any]:
    os.environ["AWS_ENDPOINT_URL_S3"] = endpoint
    connection = connection_of(
        os.environ["RGW_ACCESS_KEY"], os.environ["RGW_SECRET_KEY"], account_id=ACCOUNT
    )
    context = FakeContext(connection)
    files: Any = RunFileStore(Path(folder)).of_run("run-1")
    context.files = files
    original = generate(files, int(size))

    def run(card_id: str, **inputs: Any) -> Any:
        return run_card(f"s3.{card_id}", inputs, connection, context=context)

    run("upload_object", bucket=bucket, key="small", text="all that is imported is imported")
    run(
        "copy_object",
        source={"bucket": bucket, "key": "small"},
        destination={"bucket": bucket, "key": "small"[::-1]},
    )
    run("download_object", bucket=bucket, key="small")
    idle = resident()
    forget_peak()

    sent = run("upload_object", bucket=bucket, key="big", file=original.model_dump())
    peaks = {"upload": peak() - idle}
    Path(folder, "run-1", original.key).unlink()
    run(
        "copy_object",
        source={"bucket": bucket, "key": "big"},
        destination={"bucket": bucket, "key": "copy"},
    )
    run("delete_object", bucket=bucket, key="big")
    forget_peak()
    got = run("download_object", bucket=bucket, key="copy")
    peaks["download"] = peak() - idle
    return {
        "idle": idle,
        "peaks": peaks,
        "parts": sent.parts,
        "size": got.file.size,
        "same": got.file.sha256 == original.sha256,
        "told": context.progress[-1][:2],
    }


def generate(files: Any, size: int) -> File:
    """A file in which no two MiB are the same."""
    block = bytearray(os.urandom(MIB))
    writer = files.create("original", size=size)
    for start in range(0, size, MIB):
        block[:8] = start.to_bytes(8, "big")
        writer.write(bytes(block[: size - start]))
    made: File = writer.commit()
    return made


def resident() -> int:
    """Bytes of this process in memory now."""
    return _status("VmRSS")


def peak() -> int:
    """The most bytes there were since `forget_peak`."""
    return _status("VmHWM")


def forget_peak() -> None:
    Path("/proc/self/clear_refs").write_text("5")


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith(f"{name}:"))
    return int(found.split()[1]) * 1024


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201
