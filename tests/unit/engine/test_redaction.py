from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from penstock.catalog.card import CardModel, Ui
from penstock.engine.redaction import MARK, Redactor, secret_paths, values_at


class Inner(CardModel):
    key: Annotated[str, Ui(widget="secret")]
    name: str = ""


class Outer(CardModel):
    plain: str = ""
    token: Annotated[str | None, Ui(widget="secret")] = None
    inner: Inner | None = None


@pytest.mark.parametrize(
    ("model", "paths"),
    [(Inner, (("key",),)), (Outer, (("token",), ("inner", "key")))],
)
def test_fields_with_the_secret_widget_are_found(
    model: type[BaseModel], paths: tuple[tuple[str, ...], ...]
) -> None:
    assert secret_paths(model) == paths


def test_values_at_paths() -> None:
    inputs = {"token": "t", "inner": {"key": "k", "name": "n"}}
    assert values_at(inputs, secret_paths(Outer)) == ["t", "k"]
    assert values_at({"inner": "text"}, secret_paths(Outer)) == []


@pytest.mark.parametrize(
    ("secrets", "value", "shown"),
    [
        (["precious"], "a precious thing", f"a {MARK} thing"),
        (["precious"], {"precious": ["precious", 1]}, {MARK: [MARK, 1]}),
        (["abc"], "abc", MARK),
        (["abc"], "abcdef", "abcdef"),
        (
            [1234],
            {"n": 1234, "t": "pin 1234", "b": True},
            {"n": MARK, "t": f"pin {MARK}", "b": True},
        ),
        ([1], {"n": 1, "b": True}, {"n": MARK, "b": True}),
        (["long secret", "secret"], "a long secret", f"a {MARK}"),
        ([{"user": "somebody", "list": ["password"]}], "somebody password", f"{MARK} {MARK}"),
        ([None, "", True], {"a": None, "b": "", "c": True}, {"a": None, "b": "", "c": True}),
    ],
)
def test_secrets_are_replaced(secrets: list[Any], value: Any, shown: Any) -> None:
    assert Redactor(secrets)(value) == shown


def test_without_secrets_a_value_is_itself() -> None:
    value = {"a": [1]}
    assert Redactor()(value) is value
