"""Clients: whose credentials they use, when they ask for them, and what they say of themselves."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError

from penstock import __version__
from penstock.catalog.credentials import Credentials
from penstock.connectors.s3 import clients as clients_module
from penstock.connectors.s3.accounting import on_behalf_of, user_agent
from penstock.connectors.s3.clients import S3Clients
from penstock.errors import ConnectionUnsafe, NotFound
from tests.cards import FakeConnection, FakeContext, connection_of
from tests.unit.connectors.s3.sent import Reply, wire

ACCOUNT = "444455556666"


@pytest.fixture(autouse=True)
def _no_host(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine has an identity of its own: it must never be used."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAHOSTHOSTHOST")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "host-secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_ENDPOINT_URL_S3", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@pytest.fixture(scope="module")
def shared() -> Iterator[S3Clients]:
    """One pool for tests that do not mind: making one takes a while."""
    found = S3Clients()
    yield found
    found.close()


def connection(name: str) -> FakeConnection:
    return connection_of(f"ASIA{name}", "secret", f"token-{name}", account_id=ACCOUNT)


def signer(authorization: str) -> str:
    found = re.search(r"Credential=([^/]+)/", authorization)
    assert found
    return found[1]


def test_signs_as_the_role_and_never_as_the_host(shared: S3Clients) -> None:
    with wire(lambda _: Reply()) as sent:
        client: Any = shared.client(connection("ONE"), "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
    assert signer(sent.header("Authorization")) == "ASIAONE"
    assert sent.header("X-Amz-Security-Token") == "token-ONE"


def test_no_credentials_means_no_request(shared: S3Clients) -> None:
    refused = connection("REFUSED")

    def refuse() -> Credentials:
        raise ConnectionUnsafe

    refused.source = refuse
    with wire(lambda _: Reply()) as sent:
        client: Any = shared.client(refused, "eu-west-1")
        with pytest.raises(ConnectionUnsafe):
            client.head_object(Bucket="b-1", Key="k")
    assert sent.requests == []


def test_asks_before_each_request_so_a_renewed_session_counts_at_once(shared: S3Clients) -> None:
    found = connection("OLD")
    with wire(lambda _: Reply()) as sent:
        client: Any = shared.client(found, "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
        found.source = connection("NEW").source
        client.head_object(Bucket="b-1", Key="k")
    assert [signer(sent.header("Authorization", at)) for at in (0, 1)] == ["ASIAOLD", "ASIANEW"]
    assert found.asked == 2


def test_a_retry_is_signed_anew(shared: S3Clients) -> None:
    found = connection("FIRST")

    def answer(_: Any) -> Reply:
        if found.asked == 1:
            found.source = connection("SECOND").source
            return Reply(503)
        return Reply()

    with wire(answer) as sent:
        client: Any = shared.client(found, "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
    assert [signer(sent.header("Authorization", at)) for at in (0, 1)] == [
        "ASIAFIRST",
        "ASIASECOND",
    ]


def test_two_connections_at_once_never_see_each_others_credentials(shared: S3Clients) -> None:
    barrier = threading.Barrier(8)
    connections = [connection(f"C{number}") for number in range(8)]

    def use(found: FakeConnection) -> None:
        barrier.wait(timeout=30)
        for number in range(10):
            client: Any = shared.client(found, "eu-west-1")
            client.head_object(Bucket="b-1", Key=f"{found.scope}-{number}")

    with wire(lambda _: Reply()) as sent, ThreadPoolExecutor(8) as pool:
        list(pool.map(use, connections))
    assert len(sent.requests) == 80
    for request in sent.requests:
        authorization: Any = request.headers["Authorization"]
        text = authorization.decode() if isinstance(authorization, bytes) else authorization
        assert signer(text) in request.url


def test_one_client_for_scope_and_region(shared: S3Clients) -> None:
    one = connection("SHARED")
    again = connection("SHARED")
    assert shared.client(one, "eu-west-1") is shared.client(again, "eu-west-1")
    assert shared.client(one, "eu-west-1") is not shared.client(one, "eu-west-2")
    assert shared.client(one, "eu-west-1") is not shared.client(connection("X"), "eu-west-1")


def test_the_least_recently_used_client_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients_module, "MOST_CLIENTS", 2)
    pool = S3Clients()
    first = pool.client(connection("A"), "eu-west-1")
    second = pool.client(connection("B"), "eu-west-1")
    assert pool.client(connection("A"), "eu-west-1") is first
    pool.client(connection("C"), "eu-west-1")
    assert pool.client(connection("A"), "eu-west-1") is first
    assert pool.client(connection("B"), "eu-west-1") is not second
    pool.close()


def test_user_agent_and_event(shared: S3Clients) -> None:
    card = FakeContext(connection("AGENT"), card_id="read")
    headers = {"x-amz-request-id": "REQ", "x-amz-id-2": "HOST"}
    with wire(lambda _: Reply(200, headers)) as sent, on_behalf_of(card):
        client: Any = shared.client(card.connection, "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
    agent = sent.header("User-Agent")
    assert agent.startswith(f"penstock/{__version__} flow/test-flow run/run-1 card/read ")
    [noted] = card.requests
    assert (noted.operation, noted.request_id, noted.host_id) == ("HeadObject", "REQ", "HOST")
    assert (noted.method, noted.status) == ("HEAD", 200)


def test_each_try_is_noted_and_says_its_card_once(shared: S3Clients) -> None:
    card = FakeContext(connection("TRIES"), card_id="read")
    replies: list[Reply | Exception] = [
        ConnectTimeoutError(endpoint_url="x"),
        Reply(503),
        Reply(),
    ]
    tries = iter(replies)
    with wire(lambda _: next(tries)) as sent, on_behalf_of(card):
        client: Any = shared.client(card.connection, "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
    assert [each.status for each in card.requests] == [0, 503, 200]
    assert {sent.header("User-Agent", at).count("penstock/") for at in range(3)} == {1}


def test_user_agent_holds_no_other_text() -> None:
    card = FakeContext(connection("ODD"), card_id="a b\r\nX: y/é")
    assert user_agent(card).endswith("card/a-b--X--y--")


def test_events_hold_no_secret(shared: S3Clients) -> None:
    card = FakeContext(connection("QUIET"))
    key = b"0123456789abcdef0123456789abcdef"
    with wire(lambda _: Reply()), on_behalf_of(card):
        client: Any = shared.client(card.connection, "eu-west-1")
        client.head_object(Bucket="b-1", Key="k", SSECustomerAlgorithm="AES256", SSECustomerKey=key)
    assert "0123456789abcdef" not in repr(card.requests)
    assert "token-QUIET" not in repr(card.requests) + repr(card.connection.credentials())


# Regions


def head(region: str | None, status: int = 200) -> Reply:
    return Reply(status, {"x-amz-bucket-region": region} if region else {})


def test_region_is_asked_once(shared: S3Clients) -> None:
    found = connection("REGION")
    with wire(lambda _: head("eu-south-1")) as sent:
        regions = [shared.for_bucket(found, "learnt-once").meta.region_name for _ in range(3)]
    assert regions == ["eu-south-1"] * 3
    assert [each.method for each in sent.requests] == ["HEAD"]
    assert sent.requests[0].url == "https://learnt-once.s3.us-east-1.amazonaws.com/"


@pytest.mark.parametrize("status", [403, 400, 301])
def test_region_is_told_with_a_refusal(shared: S3Clients, status: int) -> None:
    with wire(lambda _: head("eu-south-2", status)):
        client = shared.for_bucket(connection("TOLD"), f"told-{status}")
    assert client.meta.region_name == "eu-south-2"


def test_given_region_is_not_asked_for(shared: S3Clients) -> None:
    with wire(lambda _: Reply()) as sent:
        client = shared.for_bucket(connection("GIVEN"), "given", "ca-central-1")
    assert client.meta.region_name == "ca-central-1"
    assert sent.requests == []


def test_missing_bucket(shared: S3Clients) -> None:
    with wire(lambda _: Reply(404)), pytest.raises(NotFound, match="no bucket nowhere"):
        shared.for_bucket(connection("MISSING"), "nowhere")


def test_server_that_does_not_tell(shared: S3Clients) -> None:
    with wire(lambda _: head(None)) as sent:
        client = shared.for_bucket(connection("SILENT"), "silent")
        shared.for_bucket(connection("SILENT"), "silent")
    assert client.meta.region_name == "us-east-1"
    assert len(sent.requests) == 2


def test_wrong_region_is_put_right_and_remembered(shared: S3Clients) -> None:
    found = connection("WRONG")

    def answer(request: Any) -> Reply:
        if "ap-south-1" in request.url:
            return head("eu-north-1", 301)
        return head("eu-north-1")

    with wire(answer) as sent:
        client: Any = shared.for_bucket(found, "moved", "ap-south-1")
        client.head_object(Bucket="moved", Key="k")
        assert shared.for_bucket(found, "moved", "ap-south-1").meta.region_name == "eu-north-1"
    assert "eu-north-1" in sent.requests[-1].url


def test_partitions_begin_at_home(shared: S3Clients) -> None:
    for partition, region in (("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")):
        found = connection(partition)
        found.partition = partition  # type: ignore[assignment]  # one of its literals
        with wire(lambda _: head(None)) as sent:
            shared.for_bucket(found, f"bucket-{partition}")
        assert region in sent.requests[0].url


def test_environments_region_only_if_it_is_of_the_partition(
    shared: S3Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "cn-northwest-1")
    with wire(lambda _: head(None)) as sent:
        shared.for_bucket(connection("ENV"), "bucket-env")
    assert "us-east-1" in sent.requests[0].url


def test_access_point_holds_its_region(shared: S3Clients) -> None:
    arn = f"arn:aws:s3:eu-west-3:{ACCOUNT}:accesspoint/reports"
    with wire(lambda _: Reply()) as sent:
        client: Any = shared.for_bucket(connection("POINT"), arn)
        client.head_object(Bucket=arn, Key="k")
    host = f"reports-{ACCOUNT}.s3-accesspoint.eu-west-3.amazonaws.com"
    assert sent.requests[0].url == f"https://{host}/k"


def test_other_endpoints_are_addressed_by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://storage.example:9000")
    pool = S3Clients()
    with wire(lambda _: Reply()) as sent:
        client: Any = pool.client(connection("PATH"), "eu-west-1")
        client.head_object(Bucket="b-1", Key="k")
    assert sent.requests[0].url == "http://storage.example:9000/b-1/k"
    pool.close()


def test_timestamps_of_lists(shared: S3Clients) -> None:
    page = (
        b"<ListBucketResult><Contents><Key>k</Key><LastModified>2024-02-29T01:02:03.000Z"
        b"</LastModified><Size>1</Size></Contents></ListBucketResult>"
    )
    with wire(lambda _: Reply(200, {}, page)):
        client: Any = shared.client(connection("TIME"), "eu-west-1")
        found = client.list_objects_v2(Bucket="b-1")["Contents"][0]["LastModified"]
    assert found == datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)
    assert found.utcoffset() == timedelta(0)
