"""Names of files that come from keys."""

from typing import Final

LONGEST: Final = 120


def file_name(key: str) -> str:
    """The last part of a key, as something that can be a file's name anywhere."""
    last = key.rstrip("/").rpartition("/")[2]
    plain = "".join(
        each if each.isprintable() and each not in '\\:*?"<>|' else "_" for each in last
    )
    while len(plain.encode()) > LONGEST:
        plain = plain[1:]
    return plain if plain.strip(". ") else "object"
