"""Who moves the large object: `python -m benchmarks.contenders NAME ENDPOINT BUCKET SOURCE`.

The key pair is in RGW_ACCESS_KEY and RGW_SECRET_KEY. Prints seconds, CPU seconds and peak memory
over idle in bytes, per action.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.integration.rgw.big_object import forget_peak, peak, resident
from tests.rgw import REGION, Rgw

from penstock.connectors.s3.parts import MIB, cut
from penstock.connectors.s3.transfer import Source, TransferOptions, copy, download, upload
from penstock.store.files import RunFileStore

Action = Callable[[], object]


def main(name: str, endpoint: str, bucket: str, source: str) -> dict[str, dict[str, float]]:
    keys = os.environ["RGW_ACCESS_KEY"], os.environ["RGW_SECRET_KEY"]
    rgw = Rgw(endpoint, *keys, directory=Path())
    actions = {"penstock": penstock, "boto3": boto3, "obstore": obstore}[name]
    found = {}
    running = actions(rgw, bucket, Path(source))
    idle = resident()
    for action, run in running.items():
        found[action] = measured(run, idle)
    rgw.client().delete_object(Bucket=bucket, Key=name)
    rgw.client().delete_object(Bucket=bucket, Key=f"{name}-copy")
    return found


def measured(run: Action, idle: int) -> dict[str, float]:
    forget_peak()
    start, cpu = time.perf_counter(), time.process_time()
    run()
    return {
        "seconds": time.perf_counter() - start,
        "cpu": time.process_time() - cpu,
        "memory": peak() - idle,
    }


def penstock(rgw: Rgw, bucket: str, source: Path) -> dict[str, Action]:
    client = rgw.client()
    client.head_bucket(Bucket=bucket)
    size = source.stat().st_size
    files = RunFileStore(source.parent / "files").of_run("run-1", str(os.getpid()))
    place = {"Bucket": bucket, "Key": "penstock"}
    across = {**place, "Key": "penstock-copy", "CopySource": place}

    def down() -> None:
        done = download(
            client,
            params=place,
            create=lambda answer: files.create("down", size=answer["ContentLength"]),
        )
        assert done.file
        (source.parent / "files" / "run-1" / done.file.key).unlink()

    return {
        "up": lambda: upload(client, source=Source(size, lambda: source.open("rb")), params=place),
        "across": lambda: copy(
            client,
            params=across,
            source_client=lambda: client,
            options=TransferOptions(copy_threshold=8 * MIB, copy_part_size=64 * MIB),
        ),
        "down": down,
    }


def boto3(rgw: Rgw, bucket: str, source: Path) -> dict[str, Action]:
    from boto3.s3.transfer import S3Transfer  # noqa: PLC0415 - not for the others

    client: Any = rgw.client()
    client.head_bucket(Bucket=bucket)
    transfer = S3Transfer(client)
    target = source.with_name("down-boto3")

    def across() -> None:
        from s3transfer.manager import TransferManager  # noqa: PLC0415 - not for the others

        with TransferManager(client) as manager:
            place = {"Bucket": bucket, "Key": "boto3"}
            manager.copy(place, bucket, "boto3-copy").result()

    def down() -> None:
        transfer.download_file(bucket, "boto3", str(target))
        target.unlink()

    return {
        "up": lambda: transfer.upload_file(str(source), bucket, "boto3"),
        "across": across,
        "down": down,
    }


def obstore(rgw: Rgw, bucket: str, source: Path) -> dict[str, Action]:
    from obstore.store import S3Store  # noqa: PLC0415 - not for the others

    store = S3Store(
        bucket,
        endpoint=rgw.endpoint,
        access_key_id=rgw.access_key,
        secret_access_key=rgw.secret_key,
        region=REGION,
        virtual_hosted_style_request=False,
        client_options={"allow_http": True},
    )
    target = source.with_name("down-obstore")

    def down() -> None:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT)

        def fetch(offset: int, length: int) -> None:
            data = store.get_range("obstore", start=offset, length=length)
            os.pwrite(descriptor, memoryview(data), offset)

        with ThreadPoolExecutor(8) as pool:
            parts = cut(source.stat().st_size, 8 * MIB)
            for future in [pool.submit(fetch, part.offset, part.size) for part in parts]:
                future.result()
        os.close(descriptor)
        target.unlink()

    return {"up": lambda: store.put("obstore", source), "down": down}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
