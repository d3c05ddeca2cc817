"""Being the sandbox until told to stop."""

import signal
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from penstock.cli.session import Session
from penstock.errors import Conflict, InternalFault

if TYPE_CHECKING:
    from penstock.sandbox.info import SandboxInfo


def serve_sandbox(session: Session, port: int, *, log: Path | None, state: Path | None) -> None:
    """Serve; `sandbox env` finds it meanwhile.

    Raises:
        Conflict: something else listens at the port.
    """
    # Warnings of moto and its dependencies as they are imported: nobody can act on them.
    warnings.simplefilter("ignore")
    try:
        from penstock.sandbox.serving import serve  # noqa: PLC0415 - after the filter
    except ImportError as error:
        raise InternalFault(
            f"The sandbox's libraries are not installed ({error.name}).",
            hint="Install Penstock with them: pip install 'penstock[sandbox]'.",
        ) from error

    def ready(info: "SandboxInfo") -> None:
        session.answer(
            info.model_dump(mode="json"), f"The sandbox is at {info.endpoint} (Ctrl-C stops it)"
        )
        session.say('Run Penstock against it: eval "$(penstock sandbox env)"; penstock up')

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(port, state=state, log=log, ready=ready)
    except KeyboardInterrupt:
        return
    except OSError as error:
        raise Conflict(
            f"Port {port} cannot be listened on: {error.strerror}.",
            hint="Choose another with --port; --port 0 takes a free one.",
        ) from error
