"""S3's error codes and what each means for whoever sees it.

Source: Amazon S3 API Reference, "Error responses" (list of error codes), and the operations'
own pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from penstock.errors import (
    CardFailed,
    Conflict,
    CredentialsUnavailable,
    InvalidInput,
    NotFound,
    PenstockError,
    ServiceFault,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The class, sentence (without its full stop) and hint of an error code.

    `{subject}`, `{bucket}`, `{region}` and `{operation}` stand for what the request was about.
    `quote` adds AWS's own message.
    """

    kind: type[PenstockError]
    message: str | None = None
    hint: str | None = None
    field: str | None = None
    quote: bool = False


_CLOCK: Final = "Set this machine's clock: it is more than 15 minutes off."
_REPEAT: Final = "Another request is changing it; trying again usually helps."
_KMS: Final = "See the KMS key's state and policy in the account that owns it."

RETRYABLE_CODES: Final = frozenset(
    {
        "SlowDown",
        "ServiceUnavailable",
        "InternalError",
        "RequestTimeout",
        "RequestTimeoutException",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "BandwidthLimitExceeded",
        "RequestLimitExceeded",
        "PriorRequestNotComplete",
        "KMS.ThrottlingException",
        "KMS.KMSInternalException",
        "ExpiredToken",
        "ExpiredTokenException",
        "TokenRefreshRequired",
        "OperationAborted",
        "ConditionalRequestConflict",
        "BadDigest",
        "IncompleteBody",
    }
)

CODES: Final[Mapping[str, Meaning]] = {
    "NoSuchBucket": Meaning(
        NotFound,
        "There is no bucket {bucket}",
        "Check its name. A bucket that was just made can take a moment to appear.",
        "bucket",
    ),
    "NoSuchKey": Meaning(
        NotFound,
        "There is no {subject}",
        "Keys are compared exactly: upper and lower case, spaces, slashes.",
        "key",
    ),
    "NoSuchVersion": Meaning(
        NotFound, "There is no {subject}", "The version may have been deleted.", "version_id"
    ),
    "NoSuchUpload": Meaning(
        CardFailed,
        "The multipart upload of {subject} is gone",
        "Something else ended it: a lifecycle rule, or another program.",
    ),
    "NoSuchTagSet": Meaning(NotFound, "{subject} has no tags"),
    "NoSuchAccessPoint": Meaning(NotFound, "There is no access point {bucket}", None, "bucket"),
    "InvalidAccessPoint": Meaning(
        InvalidInput,
        "{bucket} is not an access point that can be used here",
        "Check its ARN: region, account and name.",
        "bucket",
        quote=True,
    ),
    "InvalidAccessPointAliasError": Meaning(
        InvalidInput, "{bucket} is not the alias of an access point", None, "bucket"
    ),
    "InvalidBucketName": Meaning(
        InvalidInput,
        "{bucket} cannot be the name of a bucket",
        "Use 3 to 63 lower-case letters, digits, dots and hyphens.",
        "bucket",
    ),
    "KeyTooLongError": Meaning(InvalidInput, "The key is longer than 1,024 bytes", None, "key"),
    "MethodNotAllowed": Meaning(
        InvalidInput,
        "AWS does not allow {operation} on {subject}",
        "The version may be a delete marker, which has no content; or grants by e-mail address "
        "were given, which AWS no longer takes.",
        quote=True,
    ),
    "InvalidTag": Meaning(InvalidInput, "The tags cannot be set", None, "tags", quote=True),
    "MalformedACLError": Meaning(
        InvalidInput, "The grants cannot be set", "Check each grantee.", quote=True
    ),
    "AccessControlListNotSupported": Meaning(
        InvalidInput,
        "Bucket {bucket} does not take access control lists",
        "Leave canned_acl at none and give no grants, or set the bucket's Object Ownership to "
        "something else than BucketOwnerEnforced.",
        "canned_acl",
    ),
    "InvalidBucketAclWithObjectOwnership": Meaning(
        InvalidInput,
        "A bucket whose owner owns every object takes no access control list",
        "Set object_ownership to BucketOwnerPreferred or ObjectWriter, or leave the ACL out.",
        "canned_acl",
    ),
    "UnresolvableGrantByEmailAddress": Meaning(
        InvalidInput, "No AWS account has the e-mail address of a grantee", None
    ),
    "InvalidStorageClass": Meaning(
        InvalidInput, "{bucket} does not take that storage class", None, "storage_class"
    ),
    "InvalidObjectState": Meaning(
        CardFailed,
        "{subject} is archived and cannot be read now",
        "Restore it first (RestoreObject), and wait until that is done.",
        "key",
        quote=True,
    ),
    "ObjectNotInActiveTierError": Meaning(
        CardFailed,
        "The source object is archived and cannot be copied now",
        "Restore it first (RestoreObject), and wait until that is done.",
        "key",
    ),
    "ObjectLockConfigurationNotFoundError": Meaning(
        NotFound, "Bucket {bucket} has no Object Lock", "Object Lock has to be enabled on it."
    ),
    "PreconditionFailed": Meaning(
        Conflict,
        "{subject} does not meet the condition, so nothing was done",
        "One of the if_... inputs does not hold: look at the object's ETag and date.",
    ),
    "NotModified": Meaning(
        Conflict,
        "{subject} has not changed, so it was not read",
        "if_none_match or if_modified_since asked for this.",
    ),
    "ConditionalRequestConflict": Meaning(
        Conflict, "{subject} was changed by another request at the same time", _REPEAT
    ),
    "OperationAborted": Meaning(
        Conflict, "Another operation on bucket {bucket} is under way", _REPEAT
    ),
    "BucketNotEmpty": Meaning(
        Conflict,
        "Bucket {bucket} is not empty",
        "Delete all objects, all their versions and all delete markers first.",
        "bucket",
    ),
    "BucketAlreadyExists": Meaning(
        Conflict,
        "The name {bucket} is taken by a bucket of another account",
        "Bucket names are shared by all accounts of a partition: choose another.",
        "bucket",
    ),
    "BucketAlreadyOwnedByYou": Meaning(
        Conflict, "The account has a bucket {bucket} already", None, "bucket"
    ),
    "InvalidBucketState": Meaning(
        Conflict, "Bucket {bucket} is not in a state for this", None, "bucket", quote=True
    ),
    "TooManyBuckets": Meaning(
        Conflict, "The account has as many buckets as it may have", "Ask AWS for a higher quota."
    ),
    "IllegalLocationConstraintException": Meaning(
        InvalidInput,
        "Bucket {bucket} cannot be made in, or is not in, the region given",
        "Give another region, or none. Some regions have to be enabled for the account first.",
        "region",
        quote=True,
    ),
    "InvalidLocationConstraint": Meaning(
        InvalidInput, "There is no such region for buckets", None, "region"
    ),
    "PermanentRedirect": Meaning(
        InvalidInput,
        "Bucket {bucket} is in another region",
        "Leave the region out: it is learnt from the bucket.",
        "region",
        quote=True,
    ),
    "AuthorizationHeaderMalformed": Meaning(
        InvalidInput,
        "Bucket {bucket} is in another region",
        "Leave the region out: it is learnt from the bucket.",
        "region",
        quote=True,
    ),
    "BadDigest": Meaning(
        ServiceFault, "What reached S3 is not what was sent", "It was damaged on the way."
    ),
    "InvalidDigest": Meaning(InvalidInput, "The checksum given is not a checksum", None),
    "InvalidRange": Meaning(InvalidInput, "{subject} has no such range", None, "range"),
    "EntityTooLarge": Meaning(
        InvalidInput, "That is larger than S3 takes", "An object has at most 5 TB."
    ),
    "MetadataTooLarge": Meaning(InvalidInput, "The metadata is larger than 2 KB", None, "metadata"),
    "RequestTimeTooSkewed": Meaning(
        ServiceFault, "AWS refuses requests from this machine's clock", _CLOCK
    ),
    "ExpiredToken": Meaning(
        CredentialsUnavailable, "The session with AWS ran out during the request"
    ),
    "ExpiredTokenException": Meaning(
        CredentialsUnavailable, "The session with AWS ran out during the request"
    ),
    "TokenRefreshRequired": Meaning(
        CredentialsUnavailable, "The session with AWS has to be renewed"
    ),
    "InvalidToken": Meaning(CredentialsUnavailable, "AWS does not accept the session's token"),
    "InvalidAccessKeyId": Meaning(
        CredentialsUnavailable,
        "AWS does not know the session's access key",
        "The endpoint and the connection may belong to different partitions or servers.",
    ),
    "SignatureDoesNotMatch": Meaning(
        ServiceFault,
        "AWS did not accept the signature of the request",
        "A proxy may be changing requests; or AWS_ENDPOINT_URL names another server.",
    ),
    "SlowDown": Meaning(ServiceFault, "S3 asks for fewer requests", "It passes: try again later."),
    "ServiceUnavailable": Meaning(ServiceFault, "S3 is busy", "It passes: try again later."),
    "InternalError": Meaning(ServiceFault, "S3 failed with an internal error"),
    "NotImplemented": Meaning(
        ServiceFault,
        "The server does not implement {operation} as it was asked for",
        "Leave out the inputs that it does not know.",
        quote=True,
    ),
    "KMS.DisabledException": Meaning(
        CardFailed, "The KMS key of {subject} is disabled", _KMS, "sse_kms_key_id"
    ),
    "KMS.NotFoundException": Meaning(
        NotFound,
        "There is no such KMS key",
        "It has to be in the bucket's region.",
        "sse_kms_key_id",
        quote=True,
    ),
    "KMS.KMSInvalidStateException": Meaning(
        CardFailed, "The KMS key of {subject} cannot be used now", _KMS, "sse_kms_key_id"
    ),
    "KMS.InvalidKeyUsageException": Meaning(
        InvalidInput, "The KMS key is not one for encryption", _KMS, "sse_kms_key_id"
    ),
}

# A HEAD request has no body, so AWS can only say a number.
BARE_STATUSES: Final[Mapping[int, Meaning]] = {
    304: CODES["NotModified"],
    400: Meaning(
        InvalidInput,
        "AWS did not accept {operation} on {subject}",
        "The object may be encrypted with a customer-provided key: give sse_customer_key. Or an "
        "input has a value that it does not take.",
        quote=True,
    ),
    404: CODES["NoSuchKey"],
    405: CODES["MethodNotAllowed"],
    412: CODES["PreconditionFailed"],
    416: CODES["InvalidRange"],
    501: CODES["NotImplemented"],
    503: CODES["ServiceUnavailable"],
}
