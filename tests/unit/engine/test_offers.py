"""Names offered for inputs: kept a while, for one role, and not without bound."""

from datetime import UTC, datetime
from typing import Any, cast

import pytest

from penstock.catalog.choices import Choices, Offer
from penstock.connections.model import Connection
from penstock.engine.capabilities import KEPT_SECONDS, MOST_KEPT, Capabilities
from penstock.engine.context import Resources


class World:
    """A connection whose role can list `names`, and a clock that a test moves."""

    def __init__(self, names: list[str], page: int) -> None:
        self.names, self.page, self.now = names, page, 0.0
        self.asked: list[str] = []
        self.role = "arn:aws:iam::444455556666:role/one"
        choices = Choices("things", (), str, self.answer)
        catalog = type("Catalog", (), {"choices": lambda _, __: choices, "cards": lambda _: ()})()
        self.capabilities = Capabilities(
            catalog,
            cast(Any, self),
            cast(Any, self),
            Resources(),
            clock=lambda: self.now,
        )

    def answer(self, _: object, prefix: str) -> Offer:
        self.asked.append(prefix)
        found = [name for name in self.names if name.startswith(prefix)]
        return Offer(tuple(found[: self.page]), complete=len(found) <= self.page)

    def find(self, _: str) -> Connection:
        now = datetime.now(UTC)
        return Connection(
            id="c1",
            nickname="acme",
            external_id="e",
            status="verified",
            role_arn=self.role,
            account_id="444455556666",
            partition="aws",
            created_at=now,
            updated_at=now,
            verified_at=now,
        )

    def open(self, *_: object, **__: object) -> None:
        """Nobody asks for its credentials."""

    def offer(self, prefix: str = "") -> tuple[tuple[str, ...], bool]:
        found = self.capabilities.offer("acme", "things", prefix=prefix)
        return found.names, found.complete


def test_all_that_there_are_serve_every_beginning() -> None:
    world = World(["a1", "a2", "b1"], page=10)
    assert world.offer() == (("a1", "a2", "b1"), True)
    assert world.offer("a") == (("a1", "a2"), True)
    assert world.asked == [""]


def test_where_there_are_more_each_beginning_is_asked_once() -> None:
    world = World(["a1", "a2", "b1"], page=2)
    assert world.offer() == (("a1", "a2"), False)
    assert world.offer("b") == world.offer("b") == (("b1",), True)
    assert world.offer() == (("a1", "a2"), False)
    assert world.asked == ["", "b"]


@pytest.mark.parametrize(("later", "asked"), [(KEPT_SECONDS - 1, 1), (KEPT_SECONDS + 1, 2)])
def test_they_are_kept_for_a_while(later: float, asked: int) -> None:
    world = World(["a1"], page=10)
    world.offer()
    world.now = later
    world.offer()
    assert len(world.asked) == asked


def test_another_role_is_asked_itself() -> None:
    world = World(["a1"], page=10)
    world.offer()
    world.role = "arn:aws:iam::444455556666:role/two"
    world.offer()
    assert len(world.asked) == 2


def test_no_more_than_so_many_answers_are_kept() -> None:
    world = World(["a1", "a2"], page=1)
    for at in range(MOST_KEPT + 1):
        world.offer(f"x{at}")
    world.offer(f"x{MOST_KEPT}")
    assert len(world.asked) == MOST_KEPT + 1
    world.offer("x0")
    assert len(world.asked) == MOST_KEPT + 2
