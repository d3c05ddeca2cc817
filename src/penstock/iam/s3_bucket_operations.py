"""The S3 operations on a bucket or on the service, with the IAM actions each needs.

Source: S3 user guide, "Required permissions for Amazon S3 API operations"; the requests are
those of the S3 API reference.
"""

from typing import Final

from penstock.iam.s3_operation import ActionNeed, S3Operation, operation


def _configuration(name: str, marker: str, action: str, **more: str) -> S3Operation:
    """A sub-resource of a bucket, whose method is told by the operation's name."""
    method = {"Get": "GET", "Lis": "GET", "Put": "PUT", "Del": "DELETE"}[name[:3]]
    needs = (ActionNeed(f"s3:{action}"),) if action else ()
    return operation(name, method, "bucket", marker, *needs, **more)


_LISTING: Final = "prefix delimiter encoding-type max-keys"
_TABLES: Final = (
    ActionNeed("s3tables:CreateNamespace", "any"),
    ActionNeed("s3tables:CreateTable", "any"),
    ActionNeed("s3tables:GetTable", "any"),
    ActionNeed("s3tables:PutTablePolicy", "any"),
)
_TABLE_CONFIGURATION: Final = "s3:CreateBucketMetadataTableConfiguration"

BUCKETS: Final = (
    operation(
        "ListBuckets",
        "GET",
        "service",
        None,
        ActionNeed("s3:ListAllMyBuckets", "buckets"),
        parameters="max-buckets continuation-token prefix bucket-region",
    ),
    operation(
        "ListDirectoryBuckets",
        "GET",
        "service",
        None,
        ActionNeed("s3express:ListAllMyDirectoryBuckets", "any"),
        parameters="continuation-token",
        required="max-directory-buckets",
    ),
    operation(
        "CreateBucket",
        "PUT",
        "bucket",
        None,
        ActionNeed("s3:CreateBucket"),
        ActionNeed("s3:PutBucketAcl", when="acl"),
        ActionNeed("s3:PutBucketObjectLockConfiguration", when="object-lock"),
        ActionNeed("s3:PutBucketVersioning", when="object-lock"),
        ActionNeed("s3:PutBucketOwnershipControls", when="ownership"),
        ActionNeed("s3:TagResource", when="bucket-tags"),
    ),
    operation("DeleteBucket", "DELETE", "bucket", None, ActionNeed("s3:DeleteBucket")),
    operation("HeadBucket", "HEAD", "bucket", None, ActionNeed("s3:ListBucket")),
    operation(
        "CreateSession",
        "GET",
        "bucket",
        "session",
        ActionNeed("s3express:CreateSession"),
    ),
    operation(
        "ListObjects",
        "GET",
        "bucket",
        None,
        ActionNeed("s3:ListBucket"),
        parameters=f"{_LISTING} marker",
    ),
    operation(
        "ListObjectsV2",
        "GET",
        "bucket",
        "list-type=2",
        ActionNeed("s3:ListBucket"),
        parameters=f"{_LISTING} continuation-token fetch-owner start-after",
    ),
    operation(
        "ListObjectVersions",
        "GET",
        "bucket",
        "versions",
        ActionNeed("s3:ListBucketVersions"),
        parameters=f"{_LISTING} key-marker version-id-marker",
    ),
    operation(
        "ListMultipartUploads",
        "GET",
        "bucket",
        "uploads",
        ActionNeed("s3:ListBucketMultipartUploads"),
        parameters="prefix delimiter encoding-type key-marker max-uploads upload-id-marker",
    ),
    operation(
        "DeleteObjects",
        "POST",
        "bucket",
        "delete",
        ActionNeed("s3:DeleteObject", "object", "no-version"),
        ActionNeed("s3:DeleteObjectVersion", "object", "version"),
        ActionNeed("s3:BypassGovernanceRetention", "object", "bypass"),
    ),
)

CONFIGURATIONS: Final = (
    _configuration("GetBucketAbac", "abac", "GetBucketAbac"),
    _configuration("PutBucketAbac", "abac", "PutBucketAbac"),
    _configuration("GetBucketAccelerateConfiguration", "accelerate", "GetAccelerateConfiguration"),
    _configuration("PutBucketAccelerateConfiguration", "accelerate", "PutAccelerateConfiguration"),
    _configuration("GetBucketAcl", "acl", "GetBucketAcl"),
    _configuration("PutBucketAcl", "acl", "PutBucketAcl"),
    _configuration("GetBucketCors", "cors", "GetBucketCORS"),
    _configuration("PutBucketCors", "cors", "PutBucketCORS"),
    _configuration("DeleteBucketCors", "cors", "PutBucketCORS"),
    _configuration("GetBucketEncryption", "encryption", "GetEncryptionConfiguration"),
    _configuration("PutBucketEncryption", "encryption", "PutEncryptionConfiguration"),
    _configuration("DeleteBucketEncryption", "encryption", "PutEncryptionConfiguration"),
    _configuration("GetBucketLifecycleConfiguration", "lifecycle", "GetLifecycleConfiguration"),
    _configuration("PutBucketLifecycleConfiguration", "lifecycle", "PutLifecycleConfiguration"),
    _configuration("DeleteBucketLifecycle", "lifecycle", "PutLifecycleConfiguration"),
    _configuration(
        "GetBucketLifecycle",
        "lifecycle",
        "GetLifecycleConfiguration",
        superseded_by="GetBucketLifecycleConfiguration",
    ),
    _configuration(
        "PutBucketLifecycle",
        "lifecycle",
        "PutLifecycleConfiguration",
        superseded_by="PutBucketLifecycleConfiguration",
    ),
    _configuration("GetBucketLocation", "location", "GetBucketLocation"),
    _configuration("GetBucketLogging", "logging", "GetBucketLogging"),
    _configuration("PutBucketLogging", "logging", "PutBucketLogging"),
    _configuration("GetBucketNotificationConfiguration", "notification", "GetBucketNotification"),
    _configuration("PutBucketNotificationConfiguration", "notification", "PutBucketNotification"),
    _configuration(
        "GetBucketNotification",
        "notification",
        "GetBucketNotification",
        superseded_by="GetBucketNotificationConfiguration",
    ),
    _configuration(
        "PutBucketNotification",
        "notification",
        "PutBucketNotification",
        superseded_by="PutBucketNotificationConfiguration",
    ),
    _configuration("GetObjectLockConfiguration", "object-lock", "GetBucketObjectLockConfiguration"),
    _configuration("PutObjectLockConfiguration", "object-lock", "PutBucketObjectLockConfiguration"),
    _configuration("GetBucketOwnershipControls", "ownershipControls", "GetBucketOwnershipControls"),
    _configuration("PutBucketOwnershipControls", "ownershipControls", "PutBucketOwnershipControls"),
    _configuration(
        "DeleteBucketOwnershipControls", "ownershipControls", "PutBucketOwnershipControls"
    ),
    _configuration("GetBucketPolicy", "policy", "GetBucketPolicy"),
    _configuration("PutBucketPolicy", "policy", "PutBucketPolicy"),
    _configuration("DeleteBucketPolicy", "policy", "DeleteBucketPolicy"),
    _configuration("GetBucketPolicyStatus", "policyStatus", "GetBucketPolicyStatus"),
    _configuration("GetPublicAccessBlock", "publicAccessBlock", "GetBucketPublicAccessBlock"),
    _configuration("PutPublicAccessBlock", "publicAccessBlock", "PutBucketPublicAccessBlock"),
    _configuration("DeletePublicAccessBlock", "publicAccessBlock", "PutBucketPublicAccessBlock"),
    _configuration("GetBucketReplication", "replication", "GetReplicationConfiguration"),
    operation(
        "PutBucketReplication",
        "PUT",
        "bucket",
        "replication",
        ActionNeed("s3:PutReplicationConfiguration"),
        ActionNeed("iam:PassRole", "role"),
    ),
    _configuration("DeleteBucketReplication", "replication", "PutReplicationConfiguration"),
    _configuration("GetBucketRequestPayment", "requestPayment", "GetBucketRequestPayment"),
    _configuration("PutBucketRequestPayment", "requestPayment", "PutBucketRequestPayment"),
    _configuration("GetBucketTagging", "tagging", "GetBucketTagging"),
    _configuration("PutBucketTagging", "tagging", "PutBucketTagging"),
    _configuration("DeleteBucketTagging", "tagging", "PutBucketTagging"),
    _configuration("GetBucketVersioning", "versioning", "GetBucketVersioning"),
    _configuration("PutBucketVersioning", "versioning", "PutBucketVersioning"),
    _configuration("GetBucketWebsite", "website", "GetBucketWebsite"),
    _configuration("PutBucketWebsite", "website", "PutBucketWebsite"),
    _configuration("DeleteBucketWebsite", "website", "DeleteBucketWebsite"),
)


def _numbered(noun: str, marker: str, get: str, put: str) -> tuple[S3Operation, ...]:
    """The four operations on a configuration of which a bucket may have several, by `id`."""
    return (
        _configuration(f"GetBucket{noun}Configuration", marker, get, required="id"),
        _configuration(
            f"ListBucket{noun}Configurations", marker, get, parameters="continuation-token"
        ),
        _configuration(f"PutBucket{noun}Configuration", marker, put, required="id"),
        _configuration(f"DeleteBucket{noun}Configuration", marker, put, required="id"),
    )


NUMBERED: Final = (
    *_numbered("Analytics", "analytics", "GetAnalyticsConfiguration", "PutAnalyticsConfiguration"),
    *_numbered(
        "IntelligentTiering",
        "intelligent-tiering",
        "GetIntelligentTieringConfiguration",
        "PutIntelligentTieringConfiguration",
    ),
    *_numbered("Inventory", "inventory", "GetInventoryConfiguration", "PutInventoryConfiguration"),
    *_numbered("Metrics", "metrics", "GetMetricsConfiguration", "PutMetricsConfiguration"),
)

_TABLE_OPERATIONS: Final = tuple(
    operation(name, method, "bucket", marker, ActionNeed(action), *more)
    for name, method, marker, action, more in (
        (
            "CreateBucketMetadataConfiguration",
            "POST",
            "metadataConfiguration",
            _TABLE_CONFIGURATION,
            _TABLES,
        ),
        (
            "CreateBucketMetadataTableConfiguration",
            "POST",
            "metadataTable",
            _TABLE_CONFIGURATION,
            _TABLES,
        ),
        (
            "GetBucketMetadataConfiguration",
            "GET",
            "metadataConfiguration",
            "s3:GetBucketMetadataTableConfiguration",
            (),
        ),
        (
            "GetBucketMetadataTableConfiguration",
            "GET",
            "metadataTable",
            "s3:GetBucketMetadataTableConfiguration",
            (),
        ),
        (
            "DeleteBucketMetadataConfiguration",
            "DELETE",
            "metadataConfiguration",
            "s3:DeleteBucketMetadataTableConfiguration",
            (),
        ),
        (
            "DeleteBucketMetadataTableConfiguration",
            "DELETE",
            "metadataTable",
            "s3:DeleteBucketMetadataTableConfiguration",
            (),
        ),
        (
            "UpdateBucketMetadataInventoryTableConfiguration",
            "PUT",
            "metadataInventoryTable",
            "s3:UpdateBucketMetadataInventoryTableConfiguration",
            _TABLES,
        ),
        (
            "UpdateBucketMetadataJournalTableConfiguration",
            "PUT",
            "metadataJournalTable",
            "s3:UpdateBucketMetadataJournalTableConfiguration",
            (),
        ),
    )
)

METADATA: Final = (
    *_TABLE_OPERATIONS,
    operation(
        "UpdateBucketMetadataAnnotationTableConfiguration",
        "PUT",
        "bucket",
        "metadataAnnotationTable",
        unlisted="s3:UpdateBucketMetadataAnnotationTableConfiguration",
    ),
)

BUCKET_OPERATIONS: Final = BUCKETS + CONFIGURATIONS + NUMBERED + METADATA
