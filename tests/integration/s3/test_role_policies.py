"""The policy that Penstock writes for a role is sufficient and minimal, for every card.

Every example of every card, and every line of the permission table on its page, with a role that
has the generated policy and nothing else, and with no session policy to narrow it further.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from penstock.catalog.card import Card
from penstock.catalog.needs import needed
from penstock.catalog.partial import Partial
from penstock.connectors.s3 import connector
from penstock.errors import AccessDenied
from penstock.iam.generation import Need, policy_for
from penstock.iam.policy import Policy
from tests.accounts import Customer, Document, unique
from tests.cards import card
from tests.integration.s3.conftest import MakeConnection, Run

RETAINED = "2040-01-01T00:00:00Z"
EVERYONE = ["uri=http://acs.amazonaws.com/groups/global/AuthenticatedUsers"]
LOCKED = {"object_lock_mode": "GOVERNANCE", "object_lock_retain_until_date": RETAINED}

REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "copy_object": {
        "source": {"bucket": "example-from", "key": "from.txt"},
        "destination": {"bucket": "example-to", "key": "to.txt"},
    },
    "create_bucket": {"bucket": "example-new"},
    "custom_api_action": {"method": "GET"},
    "delete_bucket": {"bucket": "example-empty"},
    "search_buckets": {},
    "search_objects": {"bucket": "example-records"},
    "tag_object": {
        "bucket": "example-records",
        "key": "there.txt",
        "tags": [{"key": "a", "value": "b"}],
    },
    "upload_object": {"bucket": "example-records", "key": "new.txt", "text": "x"},
}
"""The inputs that a card cannot do without; of those left out, a bucket and a key."""

GIVEN: Mapping[str, Mapping[str, Any]] = {
    "canned_acl": {"canned_acl": "authenticated-read"},
    "grant_full_control": {"grant_full_control": EVERYONE},
    "grant_read": {"grant_read": EVERYONE},
    "grant_read_acp": {"grant_read_acp": EVERYONE},
    "grant_write": {"grant_write": EVERYONE},
    "grant_write_acp": {"grant_write_acp": EVERYONE},
    "object_lock_mode": LOCKED,
    "object_lock_retain_until_date": LOCKED,
    "object_lock_legal_hold": {"object_lock_legal_hold": "ON"},
    "sse_kms_key_id": {"server_side_encryption": "aws:kms", "sse_kms_key_id": "example-kms-key"},
    "if_match": {"if_match": "example-etag"},
    "if_none_match": {"if_none_match": "*"},
    "version_id": {"version_id": "example-version"},
    "bypass_governance_retention": {
        "version_id": "example-version",
        "bypass_governance_retention": True,
    },
    "bucket_object_lock_enabled": {"bucket_object_lock_enabled": True},
    "object_ownership": {"object_ownership": "BucketOwnerPreferred"},
    "tags": {"tags": [{"key": "a", "value": "b"}]},
    "tagging": {"tagging": "a=1&b=2"},
    "prefix": {"prefix": "2026/"},
    "include_checksum": {"include_checksum": True},
    "bucket": {"bucket": "example-records"},
}
"""What an input of a permission table is given as, with the inputs that it asks for."""

CUSTOM: Mapping[str, Mapping[str, Any]] = {
    "a bucket's versions": {
        "method": "GET",
        "bucket": "example-records",
        "query": {"versions": ""},
    },
    "an object": {"method": "GET", "bucket": "example-records", "key": "there.txt"},
    "a relative address": {
        "method": "GET",
        "bucket": "example-records",
        "relative_url": "there.txt?tagging",
    },
    "a copy": {
        "method": "PUT",
        "bucket": "example-records",
        "key": "new.txt",
        "headers": {"x-amz-copy-source": "/{bucket}/there.txt"},
    },
    "tags in a header": {
        "method": "PUT",
        "bucket": "example-records",
        "key": "new.txt",
        "headers": {"x-amz-tagging": "a=1"},
        "body": "x",
    },
    "a retained version deleted": {
        "method": "DELETE",
        "bucket": "example-records",
        "key": "there.txt",
        "query": {"versionId": "example-version"},
        "headers": {"x-amz-bypass-governance-retention": "true"},
    },
}
"""Custom API Action makes any request, so that its table has only patterns."""


@dataclass(frozen=True, slots=True)
class Case:
    """A card with a combination of inputs that its page documents."""

    card: str
    title: str
    inputs: Mapping[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.card}: {self.title}"


def cases() -> Sequence[Case]:
    found: list[Case] = []
    for name, each in connector.load().cards.items():
        found += [Case(name, example.title, example.inputs) for example in each.examples]
        found += _of_table(name, each)
    found += [Case("s3.custom_api_action", title, inputs) for title, inputs in CUSTOM.items()]
    return found


def _of_table(name: str, each: Card) -> Iterable[Case]:
    basis = REQUIRED.get(
        name.removeprefix("s3."), {"bucket": "example-records", "key": "there.txt"}
    )
    yield Case(name, "nothing but what is required", basis)
    # What a request made by hand needs is known by the whole of it alone: see CUSTOM.
    unknowable = {"method", "relative_url", "query", "headers", "secret_headers"}
    for path in dict.fromkeys(path for one in needed(each) for path in one.inputs):
        group, _, last = path.rpartition(".")
        if name == "s3.custom_api_action" and last in unknowable:
            continue
        given = GIVEN[last]
        if name == "s3.create_bucket" and last.startswith(("canned_acl", "grant_")):
            # Buckets are made without ACLs unless something else is asked for.
            given = {**given, "object_ownership": "ObjectWriter"}
        inputs = {**basis, group: {**basis[group], **given}} if group else {**basis, **given}
        yield Case(name, f"with {path}", inputs)


CASES = cases()
CAREFREE = [
    case
    for case in CASES
    if not case.title.endswith(("sse_kms_key_id", "if_match", "if_none_match"))
]
"""Those that need nothing besides because of what is there: a KMS key, an ETag to compare."""


@dataclass(frozen=True, slots=True)
class World:
    """A bucket with versions, locks and ACLs, made for one case, and what is in it."""

    customer: Customer
    kms_key: str

    def made(self, case: Case) -> dict[str, Any]:
        """The inputs of `case` with what is there in place of the names in its example."""
        if case.card == "s3.create_bucket":
            return {**case.inputs, "bucket": unique("made")}
        if case.card == "s3.delete_bucket":
            return {**case.inputs, "bucket": self.customer.make_bucket()}
        bucket = self.customer.make_bucket(locked=True, ownership="BucketOwnerPreferred")
        self.customer.s3.put_bucket_policy(Bucket=bucket, Policy=_nobody_elses(bucket))
        # The case's own keys last: the version and the ETag are theirs.
        keys = ["there.txt", *_values(case.inputs, "key")]
        destination = case.inputs.get("destination", {})
        new = {"new.txt", destination.get("key")}
        if case.card in ("s3.upload_object", "s3.copy_object"):
            place = destination or case.inputs
            new = new - {place["key"]} if "if_match" in place else new | {place["key"]}
        names = {"example-kms-key": self.kms_key}
        for key in keys:
            if key not in new:
                names |= self._put(bucket, key, locked="bypass" in str(case.inputs))
        placed: dict[str, Any] = _placed(case.inputs, bucket, names)
        return placed

    def _put(self, bucket: str, key: str, *, locked: bool) -> dict[str, str]:
        """Longer than what the examples ask a range of."""
        more: dict[str, Any] = (
            {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": RETAINED}
            if locked
            else {}
        )
        made = self.customer.s3.put_object(Bucket=bucket, Key=key, Body=b"x" * 70_000, **more)
        return {"example-etag": made["ETag"], "example-version": made["VersionId"]}


def _nobody_elses(bucket: str) -> str:
    """A bucket policy that changes nothing for anyone here."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:PutBucketWebsite",
                "Resource": f"arn:aws:s3:::{bucket}",
            },
        }
    )


def _values(value: Any, name: str) -> Iterable[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get(name), str):
            yield value[name]
        for each in value.values():
            yield from _values(each, name)


def _placed(value: Any, bucket: str, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: bucket
            if name == "bucket"
            else names["example-version"]
            if name in ("version_id", "versionId")
            else _placed(each, bucket, names)
            for name, each in value.items()
        }
    if isinstance(value, str):
        return names.get(value, value).replace("{bucket}", bucket)
    return value


@pytest.fixture(scope="module")
def world(customer: Customer) -> World:
    return World(customer, customer.kms.create_key()["KeyMetadata"]["Arn"])


def needs_of(name: str, inputs: Mapping[str, Any], *, optional: bool = True) -> list[Need]:
    found = card(name)
    declared = found.permissions(Partial.of(found.inputs.model_validate(dict(inputs))))
    return [Need(each, "it") for each in declared if optional or not each.optional]


def lacking(policy: Policy) -> Iterable[tuple[str, tuple[str, ...], Policy]]:
    """Each action with the resources it was on, and the policy without it."""
    for at, statement in enumerate(policy.statements):
        for action in statement.actions:
            rest = tuple(each for each in statement.actions if each != action)
            kept = (replace(statement, actions=rest),) if rest else ()
            statements = (*policy.statements[:at], *kept, *policy.statements[at + 1 :])
            yield action, statement.resources or (), Policy(statements)


def attached(policy: Policy) -> Sequence[Document]:
    return [policy.as_dict()] if policy.statements else []


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_policy_attached_to_a_role_is_enough(
    world: World, case: Case, run: Run, connect: MakeConnection
) -> None:
    inputs = world.made(case)
    policy = policy_for(needs_of(case.card, inputs))
    name = case.card.removeprefix("s3.")
    assert run(name, inputs, connect(policy.as_dict())).status_code < 300


@pytest.mark.parametrize("case", CAREFREE, ids=str)
def test_what_is_optional_can_be_left_out(
    world: World, case: Case, run: Run, connect: MakeConnection
) -> None:
    inputs = world.made(case)
    policy = policy_for(needs_of(case.card, inputs, optional=False))
    name = case.card.removeprefix("s3.")
    assert run(name, inputs, connect(policy.as_dict())).status_code < 300


@pytest.mark.parametrize("case", CASES, ids=str)
def test_without_any_one_action_the_card_fails_and_names_it(
    world: World, case: Case, run: Run, connect: MakeConnection
) -> None:
    inputs = world.made(case)
    needs = needs_of(case.card, inputs)
    required = {
        (each.permission.action, each.permission.resource)
        for each in needs
        if not each.permission.optional
    }
    assert required
    tried = set()
    for action, resources, rest in lacking(policy_for(needs)):
        if not required & {(action, resource) for resource in resources}:
            continue
        with pytest.raises(AccessDenied) as caught:
            run(case.card.removeprefix("s3."), inputs, connect(*attached(rest)))
        assert action in caught.value.details["actions"]
        tried.add(action)
    assert tried == {action for action, _ in required}
