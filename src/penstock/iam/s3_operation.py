"""What one S3 API operation is: the request that makes it, and the IAM actions it needs."""

from dataclasses import dataclass
from typing import Literal

Scope = Literal["service", "bucket", "object"]
Target = Literal["any", "buckets", "bucket", "object", "source", "key", "source-key", "role"]
When = Literal[
    "always",
    "version",
    "no-version",
    "acl",
    "tagging",
    "bucket-tags",
    "retention",
    "legal-hold",
    "bypass",
    "object-lock",
    "ownership",
    "if-match",
    "source-version",
    "source-no-version",
    "source-tags",
]


@dataclass(frozen=True, slots=True)
class ActionNeed:
    """One IAM action an operation needs, on what, and when.

    `on`: `any` (`*`), `buckets` (all of S3's: a policy may say `*` or `arn:aws:s3:::*`),
    `bucket`, `object` (every key named in the body of DeleteObjects), `source` (the object copied
    from), `key` and `source-key` (the KMS key that the object, or the source, is encrypted with;
    only if there is one), `role` (the role handed to S3).
    `when`: `version`/`no-version` a version ID is given or not; `acl` a canned ACL or grants are;
    `tagging` tags for the object; `bucket-tags` tags for the bucket made; `retention`,
    `legal-hold` object lock headers; `bypass` governance is to be bypassed; `object-lock` the
    bucket made shall have it; `ownership` the bucket made names its object ownership; `if-match`
    an ETag must match; `source-tags` the source has tags and they are copied, which puts them on
    the copy.
    """

    action: str
    on: Target = "bucket"
    when: When = "always"

    def resource(self, partition: str = "aws") -> str:
        """The resource as a template, as in the service authorization reference."""
        return {
            "any": "*",
            "buckets": f"arn:{partition}:s3:::*",
            "bucket": f"arn:{partition}:s3:::${{BucketName}}",
            "object": f"arn:{partition}:s3:::${{BucketName}}/${{ObjectName}}",
            "source": f"arn:{partition}:s3:::${{SourceBucketName}}/${{SourceObjectName}}",
            "key": f"arn:{partition}:kms:${{Region}}:${{Account}}:key/${{KeyId}}",
            "source-key": f"arn:{partition}:kms:${{Region}}:${{Account}}:key/${{SourceKeyId}}",
            "role": f"arn:{partition}:iam::${{Account}}:role/${{RoleNameWithPath}}",
        }[self.on]


@dataclass(frozen=True, slots=True)
class S3Operation:
    """An operation of the S3 API.

    A request is this operation if method and scope fit, `marker` (the sub-resource) and all of
    `required` are in its query, `header` is among its headers, and its query holds nothing but
    these and `parameters`. `superseded_by` names the operation that answers the same request.
    `unlisted` names an action AWS asks for that the kept action list does not know yet: such an
    operation cannot be authorized.
    """

    name: str
    method: str
    scope: Scope
    marker: str | None
    needs: tuple[ActionNeed, ...]
    parameters: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    header: str | None = None
    superseded_by: str | None = None
    unlisted: str | None = None

    @property
    def actions(self) -> tuple[str, ...]:
        """Every IAM action that may be needed, once each."""
        return tuple(dict.fromkeys(need.action for need in self.needs))


def operation(
    name: str,
    method: str,
    scope: Scope,
    marker: str | None,
    *needs: ActionNeed,
    parameters: str = "",
    required: str = "",
    header: str | None = None,
    superseded_by: str | None = None,
    unlisted: str | None = None,
) -> S3Operation:
    """An operation; `parameters` and `required` are query names divided by spaces."""
    return S3Operation(
        name,
        method,
        scope,
        marker,
        needs,
        frozenset(parameters.split()),
        frozenset(required.split()),
        header,
        superseded_by,
        unlisted,
    )
