"""What a request is about, for the words of an error."""

from dataclasses import dataclass
from typing import Any

from penstock.errors import Where
from penstock.iam.permission import Permission


@dataclass(frozen=True, slots=True)
class Subject:
    """What a request is about, for the words of an error.

    Attributes:
        owner: the expected bucket owner.
        needs: what the card declared.
        source: what is copied, if something is.
        prefix: where its fields are among the card's inputs (`source.`).
        role_arn, session_policy, partition: who asks, as far as it is known.
    """

    bucket: str | None = None
    key: str | None = None
    version_id: str | None = None
    owner: str | None = None
    card: str | None = None
    needs: tuple[Permission, ...] = ()
    region: str | None = None
    source: "Subject | None" = None
    prefix: str = ""
    role_arn: str | None = None
    session_policy: str | None = None
    partition: str = "aws"

    def __str__(self) -> str:
        if self.bucket is None:
            return "the account's buckets"
        if self.key is None:
            return f"bucket {self.bucket}"
        version = f" (version {self.version_id})" if self.version_id else ""
        return f"object {self.key}{version} in bucket {self.bucket}"

    def where(self, field: str | None = None) -> Where:
        return Where(card=self.card, field=f"{self.prefix}{field}" if field else None)

    def details(self) -> dict[str, Any]:
        """Bucket, key and version, as far as it has them."""
        pairs = {"bucket": self.bucket, "key": self.key, "version_id": self.version_id}
        return {name: value for name, value in pairs.items() if value is not None}
