"""`python -m penstock.sandbox`: serves, prints one JSON line when ready, ends with its parent.

The parent holds the other end of standard input: when it closes, for whatever reason, the
sandbox ends. With `--state FILE` it goes on by itself instead, until it is terminated.
"""

import argparse
import os
import signal
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
    parser.add_argument("--state", type=Path)
    given = parser.parse_args()
    warnings.simplefilter("ignore")  # moto's and its dependencies'; nobody reads them here
    if given.state is None:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    from penstock.sandbox.serving import serve  # noqa: PLC0415 - after the filter: imports warn

    try:
        serve(
            given.port,
            state=given.state,
            keep_state=given.state is not None,
            log=given.log,
            region=given.region,
            ready=_ready,
        )
    except KeyboardInterrupt:
        return
    except OSError as error:
        sys.exit(f"port {given.port} cannot be listened on: {error.strerror}")


def _ready(info: SandboxInfo) -> None:
    sys.stdout.write(info.model_dump_json() + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
