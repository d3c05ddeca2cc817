"""What nicknames of connections compare by."""

from unicodedata import normalize


def nickname_key(nickname: str) -> str:
    """Case does not count, nor how a letter is put together."""
    return normalize("NFC", normalize("NFC", nickname.strip()).casefold())
