"""Who a key pair belongs to: users of the practice accounts, and sessions of their roles."""

import secrets
import string
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from penstock.iam.policy import Policy
from penstock.iam.request import Principal

_ALPHABET: Final = string.ascii_uppercase + "234567"
_MOST_SESSIONS: Final = 50_000
_SECRET_ALPHABET: Final = string.ascii_letters + string.digits + "+/"


def random_id(prefix: str) -> str:
    """An identifier in AWS's form: the four letters of its kind, then sixteen more."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(16))


def random_secret() -> str:
    """A secret access key."""
    return "".join(secrets.choice(_SECRET_ALPHABET) for _ in range(40))


@dataclass(frozen=True, slots=True)
class Credential:
    """A key pair and whom it stands for. Neither secret nor token is in its repr.

    A session has a token and an end; `session_policies` are those given to AssumeRole: what they
    do not allow, all together, the session may not do. `state` is what IAM says of the key.
    """

    access_key_id: str
    secret: str
    principal: Principal
    token: str | None = None
    expires: datetime | None = None
    session_policy: Policy | None = None
    state: Literal["Active", "Inactive"] = "Active"

    def __repr__(self) -> str:
        return f"Credential({self.access_key_id!r}, {self.principal.arn!r})"

    @property
    def session_name(self) -> str | None:
        """The role session's name."""
        if self.principal.kind != "role-session":
            return None
        return self.principal.arn.rpartition("/")[2]


class Sessions:
    """The temporary credentials given out, for as long as they last."""

    def __init__(self) -> None:
        self._sessions: dict[str, Credential] = {}
        self._lock = threading.Lock()

    def add(self, credential: Credential) -> None:
        """Keep a session, past its end so that ExpiredToken can be said."""
        with self._lock:
            self._sessions[credential.access_key_id] = credential
            while len(self._sessions) > _MOST_SESSIONS:
                del self._sessions[next(iter(self._sessions))]

    def find(self, access_key_id: str) -> Credential | None:
        """The session of that key, expired or not."""
        with self._lock:
            return self._sessions.get(access_key_id)
