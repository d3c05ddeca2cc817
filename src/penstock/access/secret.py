"""Secrets that are random: how they are made, recognised, and kept only as a hash.

They have 256 bits of chance, so a plain SHA-256 is enough to keep them by: there is nothing to
guess, unlike with passwords.
"""

import hashlib
import secrets
import zlib
from typing import Final

TOKEN_PREFIX: Final = "pst_"  # noqa: S105 - what tokens begin with, not one
LINK_PREFIX: Final = "psl_"

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHANCE: Final = 43
"""62 ** 43 is just over 2 ** 256."""
_CHECKSUM: Final = 6


def new_token() -> str:
    """`pst_`, 43 random characters, and six of a checksum: found by secret scanners, and told
    from a typing mistake without asking the database."""
    return _with_checksum(TOKEN_PREFIX)


def new_link() -> str:
    """As a token, with `psl_`."""
    return _with_checksum(LINK_PREFIX)


def new_session() -> str:
    """256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(32)


def is_whole(secret: str, prefix: str) -> bool:
    """Whether it looks like one of ours, checksum included."""
    body, checksum = secret[:-_CHECKSUM], secret[-_CHECKSUM:]
    return (
        len(secret) == len(prefix) + _CHANCE + _CHECKSUM
        and secret.isascii()
        and secret.startswith(prefix)
        and _checksum(body) == checksum
    )


def digest(secret: str) -> str:
    """What is kept of a secret, and what it is found by."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """Names a row; not a secret."""
    return secrets.token_hex(8)


def _with_checksum(prefix: str) -> str:
    body = prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_CHANCE))
    return body + _checksum(body)


def _checksum(body: str) -> str:
    number, said = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        said = _ALPHABET[digit] + said
    return said
