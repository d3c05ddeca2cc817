"""No size cliffs: 3 GiB up, across and down through the cards, in flat memory."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from penstock.connectors.s3.parts import GIB, MIB
from tests.rgw import Rgw

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_three_gib_go_up_across_and_down_in_flat_memory(
    rgw: Rgw, bucket: str, tmp_path: Path
) -> None:
    size = 3 * GIB + 1

    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.integration.rgw.big_object"),
            *(rgw.endpoint, bucket, str(tmp_path), str(size)),
        ],
        cwd=ROOT,
        env={**os.environ, "RGW_ACCESS_KEY": rgw.access_key, "RGW_SECRET_KEY": rgw.secret_key},
        capture_output=True,
        text=True,
        check=False,
        timeout=800,
    )

    # pytest keeps the folders of the last sessions; not these gigabytes.
    shutil.rmtree(tmp_path)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["same"]
    assert said["size"] == size
    assert said["parts"] == 385
    assert said["told"] == [size, size]
    assert max(said["peaks"].values()) < 200 * MIB, said
