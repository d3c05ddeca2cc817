"""How a connector finds out, without changing anything, whether a permission is there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from penstock.catalog.context import CardContext
from penstock.iam.permission import Permission


@dataclass(frozen=True, slots=True)
class Probed:
    """What a harmless request showed of a permission; `reason` is one sentence.

    `denied` is for what is sure. What may have another cause, such as an object that is not
    there, is `unknown`.
    """

    verdict: Literal["allowed", "denied", "unknown"]
    reason: str


Probe = Callable[[CardContext, Permission], Probed | None]
"""Asks AWS, by requests that only read, whether the context's connection has a permission.

None if no such request would tell. Only asked about permissions that read or list, with a session
that can do nothing else. Raises PenstockError if AWS could not be asked.
"""
