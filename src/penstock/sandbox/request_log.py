"""The request log: one JSON line per request, there before the response is sent.

Fields: time, request_id, service, operation, account, principal, session, bucket, key,
version_id, source, status, code, decision, user_agent. Never a signature, a key's secret or a
token.
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class RequestLog:
    """Appends to a file; without a path it keeps nothing."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.Lock()
        self._file = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a", buffering=1, encoding="utf-8")

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a line, whole, whatever else is being written."""
        if self._file is None:
            return
        line = json.dumps({name: value for name, value in record.items() if value is not None})
        with self._lock:
            self._file.write(line + "\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
