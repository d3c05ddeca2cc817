"""Every operation of the S3 API by name, with the IAM actions it needs and when.

Source: S3 user guide, "Required permissions for Amazon S3 API operations".
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from penstock.iam.s3_bucket_operations import BUCKET_OPERATIONS
from penstock.iam.s3_object_operations import OBJECT_OPERATIONS
from penstock.iam.s3_operation import ActionNeed, S3Operation

__all__ = ["OPERATIONS", "ActionNeed", "S3Operation"]

OPERATIONS: Final[Mapping[str, S3Operation]] = MappingProxyType(
    {
        each.name: each
        for each in sorted(BUCKET_OPERATIONS + OBJECT_OPERATIONS, key=lambda found: found.name)
    }
)
