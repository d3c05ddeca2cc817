"""The S3 operations on an object, with the IAM actions each needs.

Source: S3 user guide, "Required permissions for Amazon S3 API operations"; "Multipart upload API
and permissions" for KMS; "How to prevent object overwrites with conditional writes" for If-Match.
"""

from typing import Final

from penstock.iam.s3_operation import ActionNeed, S3Operation, operation

_OVERRIDES: Final = (
    "response-cache-control response-content-disposition response-content-encoding "
    "response-content-language response-content-type response-expires"
)


def _either(name: str, version: str) -> tuple[ActionNeed, ...]:
    """One action for the current version, another for a version that is named."""
    return (
        ActionNeed(f"s3:{name}", "object", "no-version"),
        ActionNeed(f"s3:{version}", "object", "version"),
    )


def _aspect(name: str, marker: str, *needs: ActionNeed) -> S3Operation:
    """A sub-resource of an object, whose method is told by the operation's name."""
    method = {"Get": "GET", "Put": "PUT", "Del": "DELETE"}[name[:3]]
    return operation(name, method, "object", marker, *needs, parameters="versionId")


_READ: Final = (
    *_either("GetObject", "GetObjectVersion"),
    ActionNeed("kms:Decrypt", "key"),
)
# What makes an object: body or copy, its ACL, tags and locks, and the key it is encrypted with.
_WRITE: Final = (
    ActionNeed("s3:PutObject", "object"),
    ActionNeed("s3:PutObjectAcl", "object", "acl"),
    ActionNeed("s3:PutObjectTagging", "object", "tagging"),
    ActionNeed("s3:PutObjectRetention", "object", "retention"),
    ActionNeed("s3:PutObjectLegalHold", "object", "legal-hold"),
    ActionNeed("kms:GenerateDataKey", "key"),
)
_SOURCE: Final = (
    ActionNeed("s3:GetObject", "source", "source-no-version"),
    ActionNeed("s3:GetObjectVersion", "source", "source-version"),
    ActionNeed("kms:Decrypt", "source-key"),
)
_PART: Final = (ActionNeed("s3:PutObject", "object"), ActionNeed("kms:Decrypt", "key"))

WHOLE_OBJECTS: Final = (
    operation(
        "GetObject",
        "GET",
        "object",
        None,
        *_READ,
        parameters=f"{_OVERRIDES} versionId partNumber",
    ),
    operation(
        "HeadObject",
        "HEAD",
        "object",
        None,
        *_READ,
        parameters=f"{_OVERRIDES} versionId partNumber",
    ),
    operation(
        "PutObject",
        "PUT",
        "object",
        None,
        *_WRITE,
        ActionNeed("s3:GetObject", "object", "if-match"),
    ),
    operation(
        "CopyObject",
        "PUT",
        "object",
        None,
        *_WRITE,
        *_SOURCE,
        ActionNeed("s3:GetObjectTagging", "source", "source-tags"),
        ActionNeed("s3:PutObjectTagging", "object", "source-tags"),
        ActionNeed("s3:GetObject", "object", "if-match"),
        header="x-amz-copy-source",
    ),
    operation(
        "DeleteObject",
        "DELETE",
        "object",
        None,
        *_either("DeleteObject", "DeleteObjectVersion"),
        ActionNeed("s3:BypassGovernanceRetention", "object", "bypass"),
        ActionNeed("s3:GetObject", "object", "if-match"),
        parameters="versionId",
    ),
    operation(
        "RestoreObject",
        "POST",
        "object",
        "restore",
        ActionNeed("s3:RestoreObject", "object"),
        parameters="versionId",
    ),
    operation(
        "SelectObjectContent",
        "POST",
        "object",
        "select",
        ActionNeed("s3:GetObject", "object"),
        ActionNeed("kms:Decrypt", "key"),
        required="select-type",
    ),
    operation(
        "RenameObject",
        "PUT",
        "object",
        "renameObject",
        ActionNeed("s3express:CreateSession"),
        header="x-amz-rename-source",
    ),
    operation(
        "WriteGetObjectResponse",
        "POST",
        "service",
        None,
        ActionNeed("s3-object-lambda:WriteGetObjectResponse", "any"),
        header="x-amz-request-route",
    ),
    operation(
        "UpdateObjectEncryption",
        "PUT",
        "object",
        "encryption",
        ActionNeed("s3:PutObject", "object"),
        ActionNeed("s3:UpdateObjectEncryption", "object"),
        ActionNeed("kms:GenerateDataKey", "key"),
        ActionNeed("kms:Decrypt", "source-key"),
        parameters="versionId",
    ),
)

MULTIPART: Final = (
    operation("CreateMultipartUpload", "POST", "object", "uploads", *_WRITE),
    operation("UploadPart", "PUT", "object", None, *_PART, required="partNumber uploadId"),
    operation(
        "UploadPartCopy",
        "PUT",
        "object",
        None,
        *_PART,
        *_SOURCE,
        required="partNumber uploadId",
        header="x-amz-copy-source",
    ),
    operation(
        "CompleteMultipartUpload",
        "POST",
        "object",
        None,
        *_PART,
        ActionNeed("s3:GetObject", "object", "if-match"),
        required="uploadId",
    ),
    operation(
        "AbortMultipartUpload",
        "DELETE",
        "object",
        None,
        ActionNeed("s3:AbortMultipartUpload", "object"),
        required="uploadId",
    ),
    operation(
        "ListParts",
        "GET",
        "object",
        None,
        ActionNeed("s3:ListMultipartUploadParts", "object"),
        parameters="max-parts part-number-marker encoding-type",
        required="uploadId",
    ),
)

ASPECTS: Final = (
    _aspect("GetObjectAcl", "acl", *_either("GetObjectAcl", "GetObjectVersionAcl")),
    _aspect("PutObjectAcl", "acl", *_either("PutObjectAcl", "PutObjectVersionAcl")),
    _aspect("GetObjectTagging", "tagging", *_either("GetObjectTagging", "GetObjectVersionTagging")),
    _aspect("PutObjectTagging", "tagging", *_either("PutObjectTagging", "PutObjectVersionTagging")),
    _aspect(
        "DeleteObjectTagging",
        "tagging",
        *_either("DeleteObjectTagging", "DeleteObjectVersionTagging"),
    ),
    _aspect("GetObjectLegalHold", "legal-hold", ActionNeed("s3:GetObjectLegalHold", "object")),
    _aspect("PutObjectLegalHold", "legal-hold", ActionNeed("s3:PutObjectLegalHold", "object")),
    _aspect("GetObjectRetention", "retention", ActionNeed("s3:GetObjectRetention", "object")),
    _aspect(
        "PutObjectRetention",
        "retention",
        ActionNeed("s3:PutObjectRetention", "object"),
        ActionNeed("s3:BypassGovernanceRetention", "object", "bypass"),
    ),
    _aspect(
        "GetObjectAttributes",
        "attributes",
        *_READ,
        *_either("GetObjectAttributes", "GetObjectVersionAttributes"),
    ),
    _aspect("GetObjectTorrent", "torrent", ActionNeed("s3:GetObjectTorrent", "object")),
    operation(
        "GetObjectAnnotation",
        "GET",
        "object",
        "annotation",
        parameters="versionId",
        required="annotationName",
        unlisted="s3:GetObjectAnnotation",
    ),
    operation(
        "PutObjectAnnotation",
        "PUT",
        "object",
        "annotation",
        parameters="versionId",
        required="annotationName",
        unlisted="s3:PutObjectAnnotation",
    ),
    operation(
        "DeleteObjectAnnotation",
        "DELETE",
        "object",
        "annotation",
        parameters="versionId",
        required="annotationName",
        unlisted="s3:DeleteObjectAnnotation",
    ),
    operation(
        "ListObjectAnnotations",
        "GET",
        "object",
        "annotation",
        parameters="versionId max-annotation-results annotation-prefix continuation-token",
        unlisted="s3:ListObjectAnnotations",
    ),
)

OBJECT_OPERATIONS: Final = WHOLE_OBJECTS + MULTIPART + ASPECTS
