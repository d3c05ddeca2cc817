"""What a connection can do, asked from the command line."""

from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.accounts import Customer, allow


def test_what_a_role_lacks_is_said_with_what_to_add(penstock: Penstock, customer: Customer) -> None:
    bucket = customer.make_bucket()
    arn = f"arn:aws:s3:::{bucket}"
    lists = allow("s3:ListBucket", on=arn)
    connect(penstock, customer, allow("iam:Get*", "iam:List*"), lists)
    said = penstock("connections", "capabilities", "acme", "--bucket", bucket, "--json")
    assert said.code == 3
    told = {card["card"]: card for card in said.json["cards"]}
    assert told["s3.search_objects"]["verdict"] == "allowed"
    delete = told["s3.delete_object"]
    assert delete["verdict"] == "denied"
    [statement] = delete["policy"]["Statement"]
    assert (statement["Action"], statement["Resource"]) == ("s3:DeleteObject", f"{arn}/*")

    shown = penstock("connections", "capabilities", "acme", "--bucket", bucket)
    assert "s3.delete_object" in shown.out
    assert '"s3:DeleteObject"' in shown.out
    assert "bucket's own policy" in shown.err

    # With what it says to add nothing is denied any more.
    connect(
        penstock,
        customer,
        allow("iam:Get*", "iam:List*"),
        lists,
        said.json["policy"],
        nickname="mended",
    )
    again = penstock.ok("connections", "capabilities", "mended", "--bucket", bucket, "--json")
    assert "denied" not in {card["verdict"] for card in again.json["cards"]}


def test_the_buckets_that_it_can_list(penstock: Penstock, customer: Customer) -> None:
    bucket = customer.make_bucket()
    connect(penstock, customer, allow("s3:ListAllMyBuckets"))
    assert penstock.ok("connections", "buckets", "acme", "--prefix", bucket).out.split() == [bucket]
    found = penstock.ok("connections", "buckets", "acme", "--json").json
    assert bucket in found["names"]
    assert found["complete"] is True
    said = penstock("connections", "buckets", "acme", "--prefix", "no-such-name")
    assert (said.code, said.out.strip()) == (0, "")

    connect(penstock, customer, allow("s3:GetObject"), nickname="blind")
    refused = penstock("connections", "buckets", "blind")
    assert refused.code != 0
    assert "s3:ListAllMyBuckets" in refused.err


def test_what_is_no_bucket_is_refused_before_aws_is_asked(
    penstock: Penstock, customer: Customer
) -> None:
    connect(penstock, customer, allow("s3:ListBucket"))
    said = penstock("connections", "capabilities", "acme", "--bucket", "s3://archive/key")
    assert said.code != 0
    assert "without s3://" in said.err
