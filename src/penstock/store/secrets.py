"""Seals the secret inputs of runs that have not ended, so that a copied database is no leak."""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import from_json, to_json

from penstock.errors import InternalFault

_NONCE: Final = 12


class Sealer:
    """AES-256-GCM with a key of its own; what is sealed for one run opens for no other."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._marking = hmac.digest(key, b"penstock fingerprints", "sha256")

    @classmethod
    def of_directory(cls, data: Path) -> "Sealer":
        """With the key in `secrets.key` (0600) of a data directory, made on first use."""
        path = data / "secrets.key"
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            key = _make_key(path)
        return cls(key)

    def fingerprint(self, text: str) -> str:
        """HMAC-SHA256 of a text, with a key derived from the sealing key for this alone."""
        return hmac.new(self._marking, text.encode(), hashlib.sha256).hexdigest()

    def seal(self, values: Any, *, run_id: str) -> bytes:
        """JSON values, unreadable without the key."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, to_json(values), run_id.encode())

    def open(self, sealed: bytes, *, run_id: str) -> Any:
        """The values.

        Raises:
            InternalFault: sealed with another key, for another run, or altered.
        """
        try:
            opened = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], run_id.encode())
        except InvalidTag as fault:
            raise InternalFault(
                "The secret inputs of this run cannot be opened.",
                hint="secrets.key in the data directory is not the one they were sealed with.",
            ) from fault
        return from_json(opened)


def _make_key(path: Path) -> bytes:
    """Whole or not there: written beside, then linked, which fails if another was first."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    key = AESGCM.generate_key(bit_length=256)
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.write(file, key)
        os.fsync(file)
    finally:
        os.close(file)
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        key = path.read_bytes()
    finally:
        beside.unlink()
    return key
