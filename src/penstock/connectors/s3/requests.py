"""One card run's way to S3: the right client, the card's name on each request, errors in words."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore import xform_name
from botocore.client import BaseClient
from pydantic import BaseModel

from penstock.catalog.card import PermissionsFunction
from penstock.catalog.context import CardContext
from penstock.catalog.partial import Partial
from penstock.connectors.s3.accounting import on_behalf_of
from penstock.connectors.s3.clients import S3Clients
from penstock.connectors.s3.faults import explained
from penstock.connectors.s3.regions import home_region
from penstock.connectors.s3.subject import Subject
from penstock.errors import PenstockError
from penstock.iam.permission import Permission


class Requests:
    """Requests of one card run, about one bucket or none.

    Args:
        permissions: the card's own statement of what it needs, for the words of a denial.
    """

    def __init__(
        self, ctx: CardContext, inputs: BaseModel, permissions: PermissionsFunction
    ) -> None:
        self.ctx = ctx
        self.clients = ctx.resource(S3Clients)
        self._needs: Iterable[Permission] = tuple(permissions(Partial.of(inputs)))

    def owner(self, place: Any) -> str:
        """The expected bucket owner: the account named, or the connection's own."""
        return place.expected_bucket_owner or self.ctx.connection.account_id

    def subject(self, place: Any, prefix: str = "", source: Subject | None = None) -> Subject:
        """What is asked about, from the fields that say it."""
        return Subject(
            bucket=getattr(place, "bucket", None),
            key=getattr(place, "key", None),
            version_id=getattr(place, "version_id", None) or None,
            owner=self.owner(place) if hasattr(place, "expected_bucket_owner") else None,
            card=self.ctx.card_id,
            needs=tuple(self._needs),
            region=getattr(place, "region", None),
            prefix=prefix,
            source=source,
            role_arn=self.ctx.connection.role_arn,
            session_policy=self.ctx.connection.session_policy,
            partition=self.ctx.connection.partition,
        )

    def client(self, place: Any, prefix: str = "") -> BaseClient:
        """The client for the place's bucket; without one, for the region given or at hand."""
        connection = self.ctx.connection
        bucket = getattr(place, "bucket", None)
        if bucket is None:
            region = getattr(place, "region", None) or home_region(connection.partition)
            return self.clients.client(connection, region)
        try:
            with on_behalf_of(self.ctx):
                return self.clients.for_bucket(connection, bucket, place.region or None)
        except PenstockError as error:
            error.where = self.subject(place, prefix).where(error.where.field)
            raise

    @contextmanager
    def about(self, operation: str, subject: Subject) -> Iterator[None]:
        """Requests made inside are this card's; what goes wrong with them is explained."""
        with on_behalf_of(self.ctx), explained(operation, subject):
            yield

    def note_bytes(self, done: int, total: int | None) -> None:
        """A transfer's progress."""
        self.ctx.note_progress(done, total, "bytes")

    def call(
        self,
        operation: str,
        place: Any,
        parameters: Mapping[str, Any],
        client: BaseClient | None = None,
    ) -> dict[str, Any]:
        """The API's answer to one operation.

        Raises:
            PenstockError: as `faults` says it.
        """
        self.ctx.raise_if_cancelled()
        client = client or self.client(place)
        with self.about(operation, self.subject(place)):
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**parameters)
        return answer
