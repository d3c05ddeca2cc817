"""Botocore clients for role sessions: out of one shared session, kept while they are used.

A client belongs to a scope (a connection narrowed by a session policy) and a region. It asks the
connection for credentials before it signs each request, so that a session may be renewed in the
middle of a transfer. It never looks for credentials of this machine.
"""

import os
from collections import OrderedDict
from threading import Lock
from typing import Any, Final

from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.credentials import ReadOnlyCredentials
from botocore.session import Session

from penstock.catalog.context import ConnectionHandle
from penstock.connectors.s3.accounting import follow_requests
from penstock.connectors.s3.regions import BucketRegions, home_region
from penstock.connectors.s3.timestamps import parse_timestamp
from penstock.errors import InternalFault

MOST_CLIENTS: Final = 128
CONNECTIONS: Final = 50

_CONFIG: Final[dict[str, Any]] = {
    # The engine retries whole cards; these are for what passes in a moment.
    "retries": {"mode": "standard", "total_max_attempts": 3},
    "max_pool_connections": CONNECTIONS,
    "connect_timeout": 10,
    "read_timeout": 60,
    "tcp_keepalive": True,
    # Transfers choose their checksums and compare them themselves.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class S3Clients:
    """Clients for cards. A process-wide resource; safe to use from many threads."""

    def __init__(self) -> None:
        self.regions = BucketRegions()
        self._session = _RoleSession()
        self._session.get_component("response_parser_factory").set_parser_defaults(
            timestamp_parser=parse_timestamp
        )
        follow_requests(self._session, self.regions.learn)
        self._clients: OrderedDict[tuple[str, str], tuple[BaseClient, RoleCredentials]]
        self._clients = OrderedDict()
        self._lock = Lock()

    def client(self, connection: ConnectionHandle, region: str) -> BaseClient:
        """The client for this connection's session in `region`.

        Handles of equal scope stand for the same session, so they share a client, which asks
        the handle that came last.
        """
        key = (connection.scope, region)
        with self._lock:
            if key in self._clients:
                self._clients.move_to_end(key)
                client, credentials = self._clients[key]
                credentials.connection = connection
                return client
            credentials = RoleCredentials(connection)
            client = self._session.client_of(credentials, region)
            self._clients[key] = (client, credentials)
            while len(self._clients) > MOST_CLIENTS:
                # Dropped and not closed: a card may be in the middle of a request with it.
                self._clients.popitem(last=False)
            return client

    def for_bucket(
        self, connection: ConnectionHandle, bucket: str, region: str | None = None
    ) -> BaseClient:
        """The client for the region that `bucket` is in, learnt unless known or given.

        Raises:
            NotFound: there is no such bucket.
            ServiceFault: the region could not be asked for.
        """
        found = self.regions.find(connection.partition, bucket, region)
        if found is None:
            start = self.client(connection, home_region(connection.partition))
            found = self.regions.ask(connection.partition, bucket, start)
        return self.client(connection, found)

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for client, _ in self._clients.values():
                client.close()
            self._clients.clear()


class RoleCredentials(BotocoreCredentials):
    """Credentials that are asked of the connection before each signature.

    The inherited fields stay empty: nothing may sign with what was true earlier.
    """

    def __init__(self, connection: ConnectionHandle) -> None:
        super().__init__("", "", method="assume-role", account_id=connection.account_id)
        self._account_id = connection.account_id
        self.connection = connection

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        found = self.connection.credentials()
        return ReadOnlyCredentials(
            found.access_key_id, found.secret_access_key, found.session_token, self._account_id
        )


class _RoleSession(Session):
    """A session whose clients get the role's credentials, whatever this machine has."""

    def __init__(self) -> None:
        super().__init__()
        self._role: RoleCredentials | None = None

    def client_of(self, credentials: RoleCredentials, region: str) -> BaseClient:
        """A client that signs with `credentials`. Not for two threads at once."""
        self._role = credentials
        try:
            config = Config(**{**_CONFIG, "s3": _addressing()})
            client: BaseClient = self.create_client("s3", region_name=region, config=config)
        finally:
            self._role = None
        return client

    def get_credentials(self) -> Any:
        if self._role is None:
            raise InternalFault("credentials were asked of the session and not of a role")
        return self._role


def _addressing() -> dict[str, Any]:
    # Servers other than AWS seldom have a DNS name for each bucket. On AWS, virtual also keeps
    # botocore from presigning for the global endpoint, which redirects; a bucket whose name no
    # host can have is addressed by path all the same.
    other = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    return {
        "us_east_1_regional_endpoint": "regional",
        "addressing_style": "path" if other else "virtual",
    }
