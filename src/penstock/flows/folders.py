"""Folders: where a flow stands in the list, as in `Legal/Holds`. The top is the empty path.

A folder is there because a flow is in it; there is nothing else to make or to remove.
"""

import unicodedata
from collections.abc import Iterable
from typing import Final

from penstock.errors import InvalidInput, Where

DEEPEST: Final = 5
LONGEST_NAME: Final = 64


def checked_folder(text: str) -> str:
    """The path as it is kept: NFC, without spaces around its names or slashes around it.

    Every character is printable: no control character, no line break, and none of the invisible
    format characters by which one folder could be made to look like another.

    Raises:
        InvalidInput: too deep, or a name that is empty, too long, `.`, `..` or not printable.
    """
    path = unicodedata.normalize("NFC", text).strip().strip("/").strip()
    names = [name.strip() for name in path.split("/")] if path else []
    if len(names) > DEEPEST:
        raise _unfit(
            f"This folder is {len(names)} levels deep; {DEEPEST} is the most.",
            "Leave out a level, such as `Legal/Holds`.",
        )
    for name in names:
        _check_name(name)
    return "/".join(names)


def is_within(folder: str, path: str) -> bool:
    """Whether `folder` is `path` or one inside it; all are within the top."""
    return not path or folder == path or folder.startswith(f"{path}/")


def moved(folder: str, path: str, to: str) -> str:
    """What a folder within `path` becomes when that becomes `to`."""
    rest = folder.removeprefix(path).removeprefix("/")
    return "/".join(part for part in (to, rest) if part)


def as_spelt(folder: str, existing: Iterable[str]) -> str:
    """The folder, level by level as those that are there are written: case makes no other one."""
    known: dict[str, str] = {}
    for path in existing:
        names = path.split("/") if path else []
        for depth, name in enumerate(names, start=1):
            known.setdefault("/".join(names[:depth]).casefold(), name)
    names = folder.split("/") if folder else []
    keys = ("/".join(names[: depth + 1]).casefold() for depth in range(len(names)))
    return "/".join(known.get(key, name) for key, name in zip(keys, names, strict=True))


def _check_name(name: str) -> None:
    if not name:
        raise _unfit(
            "A folder needs a name.", "Between two slashes there is one, as in `Legal/Holds`."
        )
    if len(name) > LONGEST_NAME:
        raise _unfit(
            f"The folder name `{name[:20]}…` has {len(name)} characters; {LONGEST_NAME} is the "
            "most.",
            "A shorter one is easier to find, too.",
        )
    if name in {".", ".."}:
        raise _unfit(f"A folder cannot be called `{name}`.", "Say what is in it.")
    for character in name:
        if not character.isprintable():
            said = unicodedata.name(character, "a control character")
            raise _unfit(
                f"The folder has a character that cannot be shown: U+{ord(character):04X} "
                f"({said}).",
                "Remove it; letters of any script, digits, signs and spaces are fine.",
            )


def _unfit(message: str, hint: str) -> InvalidInput:
    return InvalidInput(message, hint=hint, where=Where(field="folder"))
