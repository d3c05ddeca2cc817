"""Every form of AWS's messages of denied access, and what Penstock says to each."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.iam.decision import Decision
from penstock.iam.denial import denial_message
from penstock.iam.denials import Asked, explain, read_denial
from penstock.iam.generation import Need
from penstock.iam.kinds import NAMES, PolicyKind
from penstock.iam.permission import Permission
from penstock.iam.policy import Policy, parse_policy
from tests.unit.iam.documents import allow, deny, documents, policy

JOHN = "arn:aws:iam::123456789012:user/John"
JOHN7 = "arn:aws:iam::777788889999:user/John"
HR = "arn:aws:iam::123456789012:role/HR"
SESSION = "arn:aws:sts::111122223333:assumed-role/Penstock/logs"
ROLE = "arn:aws:iam::111122223333:role/Penstock"
GROUP = "arn:aws:codedeploy:us-east-1:123456789012:deploymentgroup:*"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:*"
OBJECT = "arn:aws:s3:::logs/2024/a.gz"
NO = "is not authorized to perform:"
NO_LIST = "because no {} allows the codecommit:ListRepositories action"
SCP_ARN = (
    "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
)

# The examples of "Troubleshoot access denied error messages", in its order, then S3's and KMS's.
# Message; what is read; how it is explained; place; whether there is something to paste.
FORMS: list[tuple[str, dict[str, Any], str, str, bool]] = [
    (
        f"User: {JOHN7} {NO}\ncodecommit:ListRepositories because no service control policy "
        "allows the codecommit:ListRespositories action",
        {"principal": JOHN7, "action": "codecommit:ListRepositories", "policy_kind": "scp"},
        f"{JOHN7} may not do codecommit:ListRepositories: no service control policy allows it.",
        "organization",
        True,
    ),
    (
        f"User: {JOHN7} {NO}\ncodecommit:ListRepositories with an explicit deny in a service "
        "control policy",
        {"policy_kind": "scp", "explicit": True},
        f"{JOHN7} may not do codecommit:ListRepositories: a service control policy denies it "
        "explicitly.",
        "organization",
        False,
    ),
    (
        f"User: {JOHN} {NO}\nsecretsmanager:GetSecretValue on resource: {SECRET} with an explicit "
        "deny in a resource control policy",
        {"policy_kind": "rcp", "explicit": True, "resource": SECRET},
        f"{JOHN} may not do secretsmanager:GetSecretValue on {SECRET}: a resource control policy "
        "denies it explicitly.",
        "organization",
        False,
    ),
    (
        f"User: {JOHN} {NO}\ncodecommit:ListRepositories {NO_LIST.format('VPC endpoint policy')}",
        {"policy_kind": "vpc_endpoint", "explicit": False},
        f"{JOHN} may not do codecommit:ListRepositories: no VPC endpoint policy allows it.",
        "vpc_endpoint",
        True,
    ),
    (
        f"User: {JOHN} {NO}\ncodedeploy:ListDeployments on resource: {GROUP} with an explicit "
        "deny in a VPC endpoint policy",
        {"policy_kind": "vpc_endpoint", "explicit": True, "resource": GROUP},
        f"{JOHN} may not do codedeploy:ListDeployments on {GROUP}: a VPC endpoint policy denies "
        "it explicitly.",
        "vpc_endpoint",
        False,
    ),
    (
        f"User: {JOHN} {NO}\ncodedeploy:ListDeployments on resource: {GROUP} because no "
        "permissions boundary allows the codedeploy:ListDeployments action",
        {"policy_kind": "boundary", "explicit": False, "resource": GROUP},
        f"{JOHN} may not do codedeploy:ListDeployments on {GROUP}: no permissions boundary allows "
        "it.",
        "boundary",
        True,
    ),
    (
        f"User: {JOHN7} {NO}\nsagemaker:ListModels with an explicit deny in a permissions boundary",
        {"policy_kind": "boundary", "explicit": True, "action": "sagemaker:ListModels"},
        f"{JOHN7} may not do sagemaker:ListModels: a permissions boundary denies it explicitly.",
        "boundary",
        False,
    ),
    (
        f"User: {JOHN} {NO}\ncodecommit:ListRepositories {NO_LIST.format('session policy')}",
        {"policy_kind": "session", "explicit": False},
        f"{JOHN} may not do codecommit:ListRepositories: no session policy allows it.",
        "session",
        True,
    ),
    (
        # The plural is AWS's.
        f"User: {JOHN} {NO}\ncodedeploy:ListDeployments on resource: {GROUP} with an explicit "
        "deny in a sessions policy",
        {"policy_kind": "session", "explicit": True},
        f"{JOHN} may not do codedeploy:ListDeployments on {GROUP}: a session policy denies it "
        "explicitly.",
        "session",
        False,
    ),
    (
        f"User: {JOHN} {NO}\nsecretsmanager:GetSecretValue because no resource-based policy "
        "allows the secretsmanager:GetSecretValue action",
        {"policy_kind": "resource", "explicit": False},
        f"{JOHN} may not do secretsmanager:GetSecretValue: no resource-based policy allows it.",
        "resource",
        True,
    ),
    (
        f"User: {JOHN} {NO}\nsecretsmanager:GetSecretValue on resource: {SECRET} with an explicit "
        "deny in a resource-based policy",
        {"policy_kind": "resource", "explicit": True},
        f"{JOHN} may not do secretsmanager:GetSecretValue on {SECRET}: a resource-based policy "
        "denies it explicitly.",
        "resource",
        False,
    ),
    (
        f"User: {HR} {NO}\ncodecommit:ListRepositories {NO_LIST.format('identity-based policy')}",
        {"policy_kind": "identity", "explicit": False, "principal": HR},
        "The role HR may not do codecommit:ListRepositories: no identity-based policy allows it.",
        "role",
        True,
    ),
    (
        f"User: {HR} {NO}\ncodedeploy:ListDeployments on resource: {GROUP} with an explicit deny "
        "in an identity-based policy",
        {"policy_kind": "identity", "explicit": True},
        f"The role HR may not do codedeploy:ListDeployments on {GROUP}: an identity-based policy "
        "denies it explicitly.",
        "role",
        False,
    ),
    (
        f"User: {SESSION} {NO}\nSNS:Publish on resource: arn:aws:sns:us-east-1:444455556666:topic\n"
        "with an explicit deny in a VPC endpoint policy transitively through a service control "
        "policy",
        {"policy_kind": "vpc_endpoint", "through": "scp", "action": "sns:Publish"},
        "The role Penstock may not do sns:Publish on arn:aws:sns:us-east-1:444455556666:topic: "
        "a service control policy denies it, and the VPC endpoint handed that on.",
        "organization",
        False,
    ),
    # With the ARN of the policy (AWS Security Blog, "Enhanced access denied error messages").
    (
        "An error occurred (AccessDenied) when calling the ListRoles operation: User: "
        f"{JOHN} {NO} iam:ListRoles on resource: arn:aws:iam::123456789012:role/* with an "
        f"explicit deny in a service control policy: {SCP_ARN}",
        {"policy_kind": "scp", "policy_arn": SCP_ARN, "operation": "ListRoles"},
        f"{JOHN} may not do iam:ListRoles on arn:aws:iam::123456789012:role/*: a service control "
        f"policy ({SCP_ARN}) denies it explicitly.",
        "organization",
        False,
    ),
    # S3 quotes the resource; a key may hold anything.
    (
        f'User: {SESSION} {NO} s3:GetObject on resource: "{OBJECT}" because no identity-based '
        "policy allows the s3:GetObject action",
        {"policy_kind": "identity", "resource": OBJECT, "principal": SESSION},
        f"The role Penstock may not do s3:GetObject on {OBJECT}: no identity-based policy allows "
        "it.",
        "role",
        True,
    ),
    (
        f'User: {SESSION} {NO} s3:PutObject on resource: "arn:aws:s3:::logs/a because no "x"  y" '
        "because no session policy allows the s3:PutObject action",
        {"policy_kind": "session", "resource": 'arn:aws:s3:::logs/a because no "x"  y'},
        'The role Penstock may not do s3:PutObject on arn:aws:s3:::logs/a because no "x"  y: no '
        "session policy allows it.",
        "session",
        True,
    ),
    (
        f'User: {SESSION} {NO} s3:GetObject on resource: "{OBJECT}" because no resource-based '
        "policy allows the s3:GetObject action",
        {"policy_kind": "resource", "explicit": False},
        f"The role Penstock may not do s3:GetObject on {OBJECT}: no resource-based policy allows "
        "it.",
        "bucket",
        True,
    ),
    (
        f'User: {SESSION} {NO} s3:PutObject on resource: "{OBJECT}" with an explicit deny in a '
        "resource-based policy",
        {"policy_kind": "resource", "explicit": True},
        f"The role Penstock may not do s3:PutObject on {OBJECT}: a resource-based policy denies "
        "it explicitly.",
        "bucket",
        False,
    ),
    (
        f'User: {SESSION} {NO} s3:PutObjectACL on resource: "{OBJECT}" because public ACLs are '
        "prevented by the BlockPublicAcls setting in S3 Block Public Access.",
        {"form": "public_access", "setting": "BlockPublicAcls", "action": "s3:PutObjectAcl"},
        f"The role Penstock may not do s3:PutObjectAcl on {OBJECT}: the setting BlockPublicAcls "
        "of S3 Block Public Access forbids it.",
        "settings",
        False,
    ),
    (
        f'User: {SESSION} {NO} s3:PutBucketPolicy on resource: "arn:aws:s3:::logs" because public '
        "policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        {"form": "public_access", "setting": "BlockPublicPolicy"},
        "The role Penstock may not do s3:PutBucketPolicy on arn:aws:s3:::logs: the setting "
        "BlockPublicPolicy of S3 Block Public Access forbids it.",
        "settings",
        False,
    ),
    (
        "Access Denied because object protected by object lock.",
        {"form": "object_lock", "policy_kind": None},
        "The object version is protected by Object Lock: by retention or by a legal hold.",
        "settings",
        False,
    ),
    (
        f"User: {SESSION} {NO} s3:ListAllMyBuckets because no identity-based policy allows the "
        "s3:ListAllMyBuckets action",
        {"action": "s3:ListAllMyBuckets", "resource": None},
        "The role Penstock may not do s3:ListAllMyBuckets: no identity-based policy allows it.",
        "role",
        True,
    ),
    # KMS.
    (
        f"User: {SESSION} {NO} kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:111122223333"
        ":key/1-2 because no resource-based policy allows the kms:GenerateDataKey action",
        {"policy_kind": "resource", "action": "kms:GenerateDataKey"},
        "The role Penstock may not do kms:GenerateDataKey on "
        "arn:aws:kms:eu-west-1:111122223333:key/1-2: no resource-based policy allows it.",
        "key",
        True,
    ),
    (
        f"User: {SESSION} {NO} kms:Decrypt on this resource because the resource does not exist "
        "in this Region, no resource-based policies allow access, or a resource-based policy "
        "explicitly denies access",
        {"form": "kms_resource", "action": "kms:Decrypt", "policy_kind": "resource"},
        "The role Penstock may not do kms:Decrypt: the KMS key is not in this region or was "
        "deleted, or its key policy does not let the role use it. KMS does not say which.",
        "key",
        True,
    ),
    (
        "The ciphertext refers to a customer master key that does not exist, does not exist in "
        "this region, or you are not allowed to access.",
        {"form": "kms_ciphertext", "action": "kms:Decrypt"},
        "The object is encrypted with a KMS key that was deleted, is in another region, or that "
        "the role may not use for kms:Decrypt. KMS does not say which.",
        "key",
        True,
    ),
    # Without the reason, as callers of other accounts see it.
    (
        f"User: {SESSION} {NO} s3:GetObject on resource: {OBJECT}",
        {"form": "plain", "resource": OBJECT, "explicit": None},
        f"The role Penstock may not do s3:GetObject on {OBJECT}, and AWS does not say why.",
        "role",
        True,
    ),
    (
        f"User: {SESSION} {NO} s3:GetObject on resource: {OBJECT} with an explicit deny",
        {"form": "plain", "resource": OBJECT, "explicit": True},
        f"The role Penstock may not do s3:GetObject on {OBJECT}: a policy denies it explicitly, "
        "and AWS does not say which.",
        "unknown",
        False,
    ),
    (
        "Access Denied",
        {"form": "bare", "action": None},
        "The caller may not do what was asked, and AWS does not say why.",
        "unknown",
        False,
    ),
    (
        "An error occurred (403) when calling the HeadObject operation: Forbidden",
        {"form": "bare", "operation": "HeadObject"},
        "The caller may not do what was asked, and AWS does not say why.",
        "unknown",
        False,
    ),
    (
        "You are not authorized to perform this operation. Encoded authorization failure message: "
        "4GIOHlTkIaWHQD0Q0m6XSnuUMCm",
        {"form": "encoded", "encoded": "4GIOHlTkIaWHQD0Q0m6XSnuUMCm"},
        "The caller may not do what was asked, and AWS does not say why.",
        "unknown",
        False,
    ),
    (
        f"You are not authorized to perform this operation. User: {SESSION} {NO} ec2:RunInstances "
        "on resource: arn:aws:ec2:us-east-1:999888777666:instance/* with an explicit deny in a "
        "service control policy. Encoded authorization failure message: XQ_jqde5r-rH",
        {"form": "policy", "policy_kind": "scp", "encoded": "XQ_jqde5r-rH"},
        "The role Penstock may not do ec2:RunInstances on "
        "arn:aws:ec2:us-east-1:999888777666:instance/*: a service control policy denies it "
        "explicitly.",
        "organization",
        False,
    ),
]


@pytest.mark.parametrize(("message", "read", "happened", "place", "pasted"), FORMS)
def test_each_form_is_read_and_explained(
    message: str, read: dict[str, Any], happened: str, place: str, pasted: bool
) -> None:
    denial = read_denial(message)
    assert {name: getattr(denial, name) for name in read} == read
    assert denial.message == message
    found = explain(denial)
    assert found.happened == happened
    assert found.place == place
    assert (found.statement is not None) is pasted
    assert found.where
    assert found.where in found.text()


@pytest.mark.parametrize("kind", ["identity", "session", "boundary", "resource", "scp", "rcp"])
@pytest.mark.parametrize("outcome", ["implicit_deny", "explicit_deny"])
@pytest.mark.parametrize("resource", [OBJECT, None])
def test_what_the_sandbox_writes_is_read_back(
    kind: PolicyKind, outcome: Any, resource: str | None
) -> None:
    decision = Decision(outcome, kind, (), (), NAMES[kind])
    denial = read_denial(denial_message(decision, SESSION, "s3:GetObject", resource))
    assert (denial.policy_kind, denial.explicit) == (kind, outcome == "explicit_deny")
    assert (denial.principal, denial.action, denial.resource) == (SESSION, "s3:GetObject", resource)


def identity_denial(action: str = "s3:GetObject", resource: str = OBJECT) -> str:
    return (
        f'User: {SESSION} {NO} {action} on resource: "{resource}" because no identity-based policy '
        f"allows the {action} action"
    )


NEEDS = (
    Need(Permission("s3:GetObject", "arn:aws:s3:::logs/2024/*"), "s3.download_object"),
    Need(Permission("s3:GetObject", "arn:aws:s3:::other/*"), "s3.read_object"),
    Need(Permission("s3:ListBucket", "arn:aws:s3:::logs"), "s3.search_objects"),
)


def statements(found: Policy | None) -> list[dict[str, Any]]:
    assert found is not None
    return [one.as_dict() for one in found.statements]


def test_the_statement_is_as_broad_as_the_card_needs_it() -> None:
    found = explain(read_denial(identity_denial()), needs=NEEDS)
    assert statements(found.statement) == [
        {
            "Sid": "S3DownloadObject",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::logs/2024/*",
        }
    ]
    assert found.where == (
        "Add it to a policy of the role Penstock; whoever administers its account can."
    )
    assert found.certainty == "certain"


def test_without_a_card_that_needs_it_the_statement_is_for_this_request_alone() -> None:
    found = explain(read_denial(identity_denial(resource="arn:aws:s3:::logs/a*${x}")))
    assert statements(found.statement) == [
        {
            "Sid": "AllowS3GetObject",
            "Effect": "Allow",
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::logs/a${*}${$}{x}",
        }
    ]


def test_needs_are_moved_to_the_partition_of_the_role() -> None:
    message = identity_denial().replace("arn:aws:", "arn:aws-cn:")
    found = explain(read_denial(message), needs=NEEDS)
    assert statements(found.statement)[0]["Resource"] == "arn:aws-cn:s3:::logs/2024/*"


def test_every_statement_to_paste_can_be_read_as_the_policy_it_is_for() -> None:
    read = [explain(read_denial(message)) for message, *_ in FORMS]
    pasted = [found.statement for found in read if found.statement]
    assert len(pasted) == sum(one[-1] for one in FORMS) > 10
    for one in pasted:
        assert parse_policy(one.text(), one.kind).statements == one.statements


def session(*given: dict[str, Any]) -> Policy:
    return parse_policy(policy(*given), "session")


NARROW = session(allow(Resource="arn:aws:s3:::logs/2024/*"))
BROAD_ROLE = [parse_policy(policy(allow(Action="s3:*", Resource="*")))]


def test_what_of_it_the_session_policy_did() -> None:
    denial = read_denial(identity_denial())
    assert explain(denial).session == "No session policy was passed, so it took nothing away."
    assert explain(denial, session_policy=NARROW).session == (
        "The run's session policy allows it, so it took nothing away."
    )
    other = read_denial(identity_denial(resource="arn:aws:s3:::secrets/a"))
    assert explain(other, session_policy=NARROW).session == (
        "The run's session policy does not allow it either: no card of the flow declares it."
    )
    conditional = session(allow(Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    ip = read_denial(identity_denial(resource="arn:aws:s3:::b/x"))
    assert "conditions not known" in explain(ip, session_policy=conditional).session


def test_a_bare_denial_is_put_down_to_the_policies_that_do_not_allow_it() -> None:
    asked = Asked("GetObject", "secrets", "a")
    bare = read_denial("Access Denied")
    common: dict[str, Any] = {"asked": asked, "role_arn": ROLE}

    by_session = explain(bare, **common, session_policy=NARROW, role_policies=BROAD_ROLE)
    assert (by_session.policy_kind, by_session.certainty) == ("session", "likely")
    assert by_session.happened == (
        "The role Penstock may not do s3:GetObject on arn:aws:s3:::secrets/a: as far as its "
        "policies are known, no session policy allows it."
    )
    assert "no card of the flow declares" in by_session.session

    by_role = explain(bare, **common, session_policy=NARROW, role_policies=[])
    assert (by_role.policy_kind, by_role.place) == ("identity", "role")

    by_neither = explain(
        bare,
        **common,
        session_policy=session(allow(Resource="*")),
        role_policies=BROAD_ROLE,
    )
    assert (by_neither.policy_kind, by_neither.certainty) == (None, "possible")
    assert any("bucket policy" in hint for hint in by_neither.hints)


def test_a_head_request_says_nothing_and_a_missing_key_may_be_the_reason() -> None:
    asked = Asked("HeadObject", "logs", "2024/a.gz", version_id="v1")
    found = explain(read_denial("Forbidden"), asked=asked, role_arn=ROLE)
    assert found.happened == (
        f"The role Penstock may not do s3:GetObjectVersion on {OBJECT}, and AWS does not say why."
    )
    assert found.hints[0] == (
        "It may also be that there is no such key: who lacks s3:ListBucket on arn:aws:s3:::logs "
        "hears 403 where others hear 404."
    )
    assert any("HEAD" in hint for hint in found.hints)
    assert statements(found.statement)[0]["Action"] == "s3:GetObjectVersion"


@pytest.mark.parametrize(
    ("asked", "action", "resource"),
    [
        (Asked("HeadBucket", "b"), "s3:ListBucket", "arn:aws:s3:::b"),
        (Asked("ListBuckets"), "s3:ListAllMyBuckets", "*"),
        (Asked("PutObject", "b", "k"), "s3:PutObject", "arn:aws:s3:::b/k"),
        (Asked("PutObject", "b", "k", partition="aws-cn"), "s3:PutObject", "arn:aws-cn:s3:::b/k"),
    ],
)
def test_what_was_asked_gives_action_and_resource(asked: Asked, action: str, resource: str) -> None:
    found = statements(explain(read_denial(""), asked=asked).statement)
    assert (found[0]["Action"], found[0]["Resource"]) == (action, resource)


def test_unknown_operations_leave_it_open() -> None:
    assert explain(read_denial(""), asked=Asked("Frob", "b")).statement is None


def test_a_bucket_policy_lets_in_this_role_and_no_one_else() -> None:
    message = identity_denial().replace("identity-based", "resource-based")
    found = explain(read_denial(message), needs=NEEDS, role_arn=f"{ROLE[:-8]}team/Penstock")
    (statement,) = statements(found.statement)
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:role/team/Penstock"}
    assert statement["Resource"] == "arn:aws:s3:::logs/2024/*"
    assert (found.place, found.where) == (
        "bucket",
        "Add it to the policy of the bucket; its owner can.",
    )


def test_a_key_policy_is_about_its_own_key_and_keeps_the_conditions_of_the_card() -> None:
    via = {"StringLike": {"kms:ViaService": ("s3.*.amazonaws.com*",)}}
    need = Need(Permission("kms:Decrypt", "arn:aws:kms:*:*:key/*", via), "s3.download_object")
    key = "arn:aws:kms:eu-west-1:111122223333:key/1"
    message = (
        f"User: {SESSION} {NO} kms:Decrypt on resource: {key} because no resource-based policy "
        "allows the kms:Decrypt action"
    )
    (statement,) = statements(explain(read_denial(message), needs=[need]).statement)
    assert statement == {
        "Sid": "S3DownloadObject",
        "Effect": "Allow",
        "Principal": {"AWS": ROLE},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com*"}},
    }


def test_an_endpoint_policy_names_the_role_by_condition() -> None:
    message = identity_denial().replace("identity-based", "VPC endpoint")
    (statement,) = statements(explain(read_denial(message)).statement)
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"ArnEquals": {"aws:PrincipalArn": ROLE}}


def test_explaining_is_json() -> None:
    found = explain(read_denial(identity_denial()), needs=NEEDS).as_dict()
    assert found["cause"] == "not_allowed"
    assert found["statement"]["Statement"][0]["Sid"] == "S3DownloadObject"
    assert found["hints"] == []
    assert read_denial(identity_denial()).as_dict()["policy_kind"] == "identity"


WORDS = st.lists(
    st.sampled_from(
        [
            f"User: {SESSION}",
            "User",
            "is not authorized to perform:",
            "s3:GetObject",
            'on resource: "',
            '"',
            f"on resource: {OBJECT}",
            "because no identity-based policy allows the s3:GetObject action",
            "with an explicit deny in a service control policy",
            "on this resource because the resource does not exist",
            "Encoded authorization failure message: x{}",
            "by the {x} setting in S3 Block Public Access",
            "protected by object lock",
            "{0}",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(
    message=WORDS | st.text(max_size=60),
    document=documents("identity"),
    narrowed=documents("session"),
    operation=st.sampled_from([None, "GetObject", "HeadBucket", "ListBuckets", "Nothing"]),
)
def test_explaining_never_raises(
    message: str, document: dict[str, Any], narrowed: dict[str, Any], operation: str | None
) -> None:
    found = explain(
        read_denial(message),
        asked=Asked(operation, "b", "key"),
        needs=NEEDS,
        session_policy=parse_policy(narrowed, "session"),
        role_policies=[parse_policy(document)],
    )
    assert found.happened
    assert found.session
    assert found.where


def test_an_explicit_deny_of_the_role_is_seen_where_aws_says_nothing() -> None:
    role = [parse_policy(policy(allow(Action="s3:*", Resource="*"), deny(Resource="*")))]
    found = explain(
        read_denial("Access Denied"),
        asked=Asked("GetObject", "b", "k"),
        role_arn=ROLE,
        role_policies=role,
    )
    assert (found.policy_kind, found.cause, found.statement) == ("identity", "denied", None)
    assert found.happened.endswith("an identity-based policy denies it explicitly.")
