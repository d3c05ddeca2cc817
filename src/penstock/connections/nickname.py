"""What a connection may be called."""

import unicodedata
import uuid
from typing import Final

from penstock.errors import InvalidInput, Where

LONGEST_NICKNAME: Final = 64
LONGEST_DESCRIPTION: Final = 1000


def nickname_key(text: str) -> str:
    """What nicknames are compared by: NFC, casefolded, NFC again, without outer spaces.

    Stores keep it beside the nickname and make it unique; SQL's own case folding knows only
    ASCII.
    """
    folded = unicodedata.normalize("NFC", text.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def checked_nickname(text: str) -> str:
    """The nickname as it is kept: NFC, outer spaces removed.

    Every character is printable: no control character, no line break, and none of the invisible
    format characters (bidirectional overrides, zero-width joiners) by which one nickname could be
    made to look like another. A UUID is refused, for connections are also found by their id; so
    are a slash and a lone `.` or `..`, which cannot stand in a URL's path.

    Raises:
        InvalidInput: empty, too long, not printable, a UUID, or not fit for a URL.
    """
    where = Where(field="nickname")
    nickname = unicodedata.normalize("NFC", text).strip()
    if not nickname:
        raise InvalidInput(
            "A connection needs a nickname.",
            hint="Give it 1 to 64 characters, such as `legal archive`.",
            where=where,
        )
    if len(nickname) > LONGEST_NICKNAME:
        raise InvalidInput(
            f"This nickname has {len(nickname)} characters; {LONGEST_NICKNAME} is the most.",
            hint="Put the rest into the description.",
            where=where,
        )
    _require_printable(nickname, "The nickname", where, also="")
    if "/" in nickname or nickname in {".", ".."}:
        raise InvalidInput(
            "A nickname cannot have a slash in it, nor be `.` or `..`: it is part of the "
            "connection's address.",
            hint="A hyphen or a space will do.",
            where=where,
        )
    try:
        uuid.UUID(nickname)
    except ValueError:
        return nickname
    raise InvalidInput(
        "A nickname cannot be a UUID: it could be mistaken for a connection's id.",
        hint="Choose a name that says which account it is.",
        where=where,
    )


def checked_description(text: str) -> str:
    """The description as it is kept: NFC; line breaks and tabs are allowed.

    Raises:
        InvalidInput: over 1,000 characters, or with characters that cannot be shown.
    """
    where = Where(field="description")
    description = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip()
    if len(description) > LONGEST_DESCRIPTION:
        raise InvalidInput(
            f"This description has {len(description)} characters; {LONGEST_DESCRIPTION} is "
            "the most.",
            where=where,
        )
    _require_printable(description, "The description", where, also="\n\t")
    return description


def _require_printable(text: str, what: str, where: Where, *, also: str) -> None:
    for position, character in enumerate(text, start=1):
        if not character.isprintable() and character not in also:
            name = unicodedata.name(character, "a control character")
            raise InvalidInput(
                f"{what} has a character that cannot be shown, at position {position}: "
                f"U+{ord(character):04X} ({name}).",
                hint="Remove it; letters of any script, digits, signs and spaces are fine.",
                where=where,
            )
