"""Connections, flows and runs to look at in the browser, made through the API.

A command does the same, and takes two seconds of a processor to begin: where it is not what is
tested, it is what makes tests slow.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.accounts import Customer, trust, unique


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps flows on a server that asks nobody who he is, or with the cookies of who signed in."""

    api: httpx.Client

    def keep(self, title: str, cards: list[dict[str, Any]] | None = None, **place: Any) -> str:
        """A flow, where it is to stand; its name."""
        name = unique("kept").replace("-", "_")
        self.apply(json.dumps({"flow": name, "title": title, "cards": cards or []}))
        if place:
            answer = self.api.patch(f"/flows/{name}", json=place)
            assert answer.status_code == 200, answer.text
        return name

    def draft(self, nickname: str, description: str = "") -> str:
        """A connection that has no role yet; its external ID."""
        body = {"nickname": nickname, "description": description}
        answer = self.api.post("/connections", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["external_id"])

    def connect(
        self, customer: Customer, nickname: str, policies: Sequence[dict[str, Any]] = ()
    ) -> str:
        """A verified connection whose role has these policies; the role's ARN."""
        external_id = self.draft(nickname)
        role = customer.make_role(trust(customer.sandbox.platform.arn, external_id), policies)
        answer = self.api.post(
            f"/connections/{nickname}/verify", json={"role_arn": role, "wait": 0}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "verified", answer.text
        return role

    def apply(self, text: str) -> None:
        """A flow as it is written."""
        answer = self.api.post("/flows", json={"text": text})
        assert answer.status_code == 201, answer.text

    def look(self, flow: str) -> dict[str, Any]:
        """The flow as the API says it now."""
        answer = self.api.get(f"/flows/{flow}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def text(self, flow: str) -> str:
        """The flow as it is written."""
        answer = self.api.get(f"/flows/{flow}/export")
        assert answer.status_code == 200, answer.text
        return answer.text

    def run(self, flow: str, inputs: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run it to its end."""
        started = self.api.post(f"/flows/{flow}/runs", json={"inputs": inputs or {}})
        assert started.status_code == 201, started.text
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            found = self.api.get(f"/runs/{started.json()['id']}").json()
            if found["ended_at"]:
                return dict(found)
            time.sleep(0.1)
        raise AssertionError(f"{flow} does not end")


@contextmanager
def keeper(url: str) -> Iterator[Keeper]:
    """For the server at this address."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=60, headers={"Origin": url}) as api:
        yield Keeper(api)
