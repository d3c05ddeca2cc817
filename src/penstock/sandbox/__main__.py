"""`python -m penstock.sandbox`: serves, prints one JSON line when ready, ends with its parent.

The parent holds the other end of standard input: when it closes, for whatever reason, the
sandbox ends.
"""

import argparse
import os
import sys
import threading
import warnings
from pathlib import Path

from penstock.sandbox.info import SandboxInfo


def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(prog="python -m penstock.sandbox")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--region", default="us-east-1")
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # moto's and its dependencies'; nobody reads them here
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from penstock.sandbox.serving import serve  # noqa: PLC0415 - after the filter: imports warn

    serve(given.port, keep_state=False, log=given.log, region=given.region, ready=_ready)


def _ready(info: SandboxInfo) -> None:
    sys.stdout.write(info.model_dump_json() + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
