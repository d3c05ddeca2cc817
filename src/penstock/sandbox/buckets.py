"""What the gate itself keeps of buckets: their policies, who owns them, and where they are."""

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Final

from penstock.errors import PolicyInvalid
from penstock.iam.policy import Policy, parse_policy
from penstock.sandbox import emulator, records
from penstock.sandbox.exchange import HttpResponse
from penstock.sandbox.faults import Fault, element
from penstock.sandbox.records import BucketFacts
from penstock.sandbox.signature import Claim

_LARGEST_POLICY: Final = 20_480


class BucketPolicies:
    """The bucket policies; moto never sees them, it would apply them in its own way."""

    def __init__(self) -> None:
        self._policies: dict[str, tuple[str, Policy]] = {}

    def get(self, bucket: str) -> Policy | None:
        """The policy of a bucket, if it has one."""
        found = self._policies.get(bucket)
        return found[1] if found else None

    def drop(self, bucket: str) -> None:
        """Forget the policy of a bucket."""
        self._policies.pop(bucket, None)

    def answer(self, operation: str, bucket: str, body: bytes) -> HttpResponse:
        """The answer to PutBucketPolicy, GetBucketPolicy or DeleteBucketPolicy."""
        if operation == "PutBucketPolicy":
            self._policies[bucket] = _readable(bucket, body)
            return HttpResponse(204)
        if operation == "DeleteBucketPolicy":
            self.drop(bucket)
            return HttpResponse(204)
        found = self._policies.get(bucket)
        if found is None:
            raise Fault(
                "NoSuchBucketPolicy",
                "The bucket policy does not exist",
                404,
                extra={"BucketName": bucket},
            )
        return HttpResponse(200, {"Content-Type": "application/json"}, found[0].encode())


def _readable(bucket: str, body: bytes) -> tuple[str, Policy]:
    if len(body) > _LARGEST_POLICY:
        raise Fault("MalformedPolicy", "Policy exceeds the maximum allowed document size.")
    try:
        policy = parse_policy(body, "resource", name=bucket)
    except PolicyInvalid as invalid:
        raise Fault("MalformedPolicy", invalid.message) from invalid
    own = f":s3:::{bucket}"
    for statement in json.loads(body)["Statement"] if _listed(body) else []:
        resources = statement.get("Resource", statement.get("NotResource", []))
        for resource in [resources] if isinstance(resources, str) else resources:
            rest = resource.partition(own)[2]
            if own not in resource or (rest and not rest.startswith("/")):
                raise Fault("MalformedPolicy", "Policy has invalid resource")
    return body.decode(), policy


def _listed(body: bytes) -> bool:
    return isinstance(json.loads(body).get("Statement"), list)


def located(name: str, claim: Claim | None, operation: str) -> BucketFacts:
    """The bucket, if it is there and in the region the request was signed for.

    Source: S3 user guide, "Making requests" (redirection); GetBucketLocation answers everywhere.
    """
    facts = records.bucket_facts(name)
    if facts is None:
        raise Fault(
            "NoSuchBucket",
            "The specified bucket does not exist",
            404,
            extra={"BucketName": name},
        )
    if claim is None or claim.region in ("", facts.region) or operation == "GetBucketLocation":
        return facts
    here = {"x-amz-bucket-region": facts.region}
    if claim.place == "query":
        raise Fault(
            "AuthorizationQueryParametersError",
            "Error parsing the X-Amz-Credential parameter; the region "
            f"'{claim.region}' is wrong; expecting '{facts.region}'",
            extra={"Region": facts.region},
            headers=here,
        )
    raise Fault(
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.",
        301,
        extra={
            "Endpoint": f"s3.{facts.region}.amazonaws.com",
            "Bucket": name,
            "Region": facts.region,
        },
        headers=here,
    )


def owned(facts: BucketFacts, expected: str | None) -> None:
    """Nothing if the bucket's owner is whom the request expects; otherwise AccessDenied."""
    if expected is not None and expected != facts.account_id:
        raise Fault(
            "AccessDenied",
            "Access Denied",
            403,
            decision=f"explicit_deny: the bucket's owner is not {expected}",
        )


def list_buckets(account: str, query: Mapping[str, str]) -> HttpResponse:
    """The answer to ListBuckets: in order of names, by pages if `max-buckets` says so."""
    most = _number(query.get("max-buckets"))
    prefix = query.get("prefix", "")
    region = query.get("bucket-region")
    start = query.get("continuation-token", "")
    with emulator.LOCK:
        found = [
            (bucket.name, bucket.creation_date.replace(tzinfo=UTC), bucket.region_name)
            for bucket in records.buckets(account)
            if bucket.name.startswith(prefix)
            and bucket.name > start
            and region in (None, bucket.region_name)
        ]
    found.sort()
    page = found[:most]
    paged = "max-buckets" in query or region is not None or bool(start) or bool(prefix)
    inner = element("ID", records.canonical_user(account))
    text = f"<Owner>{inner}</Owner><Buckets>"
    for name, created, where in page:
        text += "<Bucket>" + element("Name", name)
        text += element("CreationDate", created.strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        text += (element("BucketRegion", where) if paged else "") + "</Bucket>"
    text += "</Buckets>"
    if len(found) > len(page):
        text += element("ContinuationToken", page[-1][0])
    if prefix:
        text += element("Prefix", prefix)
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult '
        f'xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{text}</ListAllMyBucketsResult>'
    )
    return HttpResponse(200, {"Content-Type": "application/xml"}, body.encode())


def _number(text: str | None) -> int:
    if text is None:
        return 10_000
    if not text.isdigit() or not 1 <= int(text) <= 10_000:
        raise Fault(
            "InvalidArgument",
            "Argument max-buckets must be an integer between 1 and 10000",
            extra={"ArgumentName": "max-buckets", "ArgumentValue": text},
        )
    return int(text)
