"""Regions, and the partitions they are in."""

import re
from typing import Final

from penstock.connections.model import Partition
from penstock.errors import InvalidInput, Where

_REGION: Final = re.compile(r"[a-z]{2,3}(-[a-z]+){1,3}-\d{1,2}")


def checked_region(region: str | None) -> str | None:
    """The region, if it looks like one; None for none. New regions need no new Penstock.

    Raises:
        InvalidInput
    """
    if not region:
        return None
    if _REGION.fullmatch(region) is None:
        raise InvalidInput(
            f"{region!r} is no AWS region.",
            hint="Regions look like eu-central-1 or us-gov-west-1; it may be left out.",
            where=Where(field="region"),
        )
    return region


def partition_of_region(region: str) -> Partition:
    """The partition a region is in, among those that Penstock knows."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
