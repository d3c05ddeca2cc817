"""A permission: one IAM action on one resource, as cards declare it and policies grant it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_ESCAPED: Final = re.compile(r"\$\{([*?$])\}")
_SPECIAL: Final = str.maketrans({"*": "${*}", "?": "${?}", "$": "${$}"})


def literal(text: str) -> str:
    """`text` as a Resource or condition pattern that matches only itself.

    Escapes `*`, `?` and `$` as `${*}`, `${?}`, `${$}` (IAM user guide, "Policy variables").
    """
    return text.translate(_SPECIAL)


def literal_text(pattern: str) -> str | None:
    """The one text that a pattern matches; None if it matches several."""
    found = _ESCAPED.sub("", pattern)
    if "*" in found or "?" in found:
        return None
    return _ESCAPED.sub(lambda match: match[1], pattern)


@dataclass(frozen=True, slots=True)
class Permission:
    """`action` in AWS's spelling (`s3:GetObject`), `resource` an ARN pattern (IAM wildcards),
    written for partition `aws`; policies for another partition are rewritten when generated.

    `conditions` narrows it, shaped as in a policy: operator -> condition key -> values.
    `optional` marks what makes a card better but is not needed for it to succeed
    (`s3:ListBucket` so that a missing key is 404 and not 403); `without` says what is then
    missed, as the end of a sentence.
    """

    action: str
    resource: str
    conditions: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    optional: bool = False
    without: str = ""
