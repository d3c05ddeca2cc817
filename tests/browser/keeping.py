"""Flows to put in order in the browser, made through the API."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.accounts import unique


@dataclass(frozen=True, slots=True)
class Keeper:
    """Keeps flows on a server that asks nobody who he is, or with the cookies of who signed in."""

    api: httpx.Client

    def keep(self, title: str, cards: list[dict[str, Any]] | None = None, **place: Any) -> str:
        """A flow, where it is to stand; its name."""
        name = unique("kept").replace("-", "_")
        document = {"flow": name, "title": title, "cards": cards or []}
        answer = self.api.post("/flows", json={"text": json.dumps(document)})
        assert answer.status_code == 201, answer.text
        if place:
            answer = self.api.patch(f"/flows/{name}", json=place)
            assert answer.status_code == 200, answer.text
        return name

    def look(self, flow: str) -> dict[str, Any]:
        """The flow as the API says it now."""
        answer = self.api.get(f"/flows/{flow}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

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
