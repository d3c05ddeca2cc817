"""What the owner of an account needs to make a connection's role."""

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final

from penstock.connections.trust_statement import trust_document
from penstock.errors import InvalidInput
from penstock.iam.policy import Policy

PERMISSIONS_POLICY_NAME: Final = "penstock-permissions"

_LONGEST_ROLE_NAME: Final = 64
_LARGEST_INLINE_POLICY: Final = 10_240


@dataclass(frozen=True, slots=True)
class RoleSetup:
    """The role to be made: whom it trusts, and what it may do (None: nothing is attached).

    Raises:
        InvalidInput: the permissions are larger than a role's inline policies may be, 10,240
            characters without white space (IAM user guide, "IAM and AWS STS quotas").
    """

    nickname: str
    external_id: str
    principal_arn: str
    permissions: Policy | None = None

    def __post_init__(self) -> None:
        if self.permissions is None:
            return
        size = len(re.sub(r"\s", "", self.permissions.text(None)))
        if size > _LARGEST_INLINE_POLICY:
            raise InvalidInput(
                f"These permissions have {size} characters; a role's inline policies may have "
                f"{_LARGEST_INLINE_POLICY}.",
                hint="Use one role for fewer flows, or attach the permissions as managed "
                "policies of up to 6,144 characters each.",
            )

    @property
    def role_name(self) -> str:
        """A role name made of the nickname: `penstock-legal-archive`."""
        plain = unicodedata.normalize("NFKD", self.nickname).encode("ascii", "ignore").decode()
        slug = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
        return f"penstock-{slug or self.external_id[:8]}"[:_LONGEST_ROLE_NAME].rstrip("-")

    @property
    def description(self) -> str:
        """For the role itself, in ASCII; the nickname is Penstock's own business."""
        return "Lets Penstock run flows on S3, with its external ID only."

    @property
    def heading(self) -> tuple[str, ...]:
        """Comment lines for the top of a file. The nickname is quoted as JSON has it, so that
        it stays on its line whatever it holds."""
        return (
            f"Role for the Penstock connection {json.dumps(self.nickname)}.",
            "It can be assumed by Penstock's principal with this external ID, and by nobody else.",
        )

    @property
    def trust(self) -> dict[str, Any]:
        """The trust policy."""
        return trust_document(self.principal_arn, self.external_id)

    @property
    def trust_text(self) -> str:
        """The trust policy as JSON, over several lines, in ASCII."""
        return json.dumps(self.trust, indent=2)
