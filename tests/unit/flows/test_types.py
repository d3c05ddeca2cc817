"""Types out of JSON Schemas, and what fits where."""

from datetime import datetime
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from penstock.catalog.files import File
from penstock.flows.assignment import mismatch
from penstock.flows.types import ANY, Path, Type


class Inner(BaseModel):
    key: str
    size: int | None = None
    self: "Inner | None" = None


class Outer(BaseModel):
    inner: Inner
    maybe: Inner | None = None
    many: list[Inner] = []
    named: dict[str, Inner] = {}
    either: str | list[int] = ""
    choice: Literal["a", "b"] = "a"
    at: datetime | None = None
    file: File | None = None
    pair: tuple[str, int] = ("", 0)
    whatever: Any = None
    free: dict[str, Any] = {}


OUTER = Type.of(Outer.model_json_schema(mode="serialization"))


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ((), "an object"),
        (("inner",), "an object"),
        (("inner", "key"), "text"),
        (("maybe",), "an object or null"),
        (("maybe", "size"), "a number or null"),
        (("inner", "self", "self", "self", "key"), "text"),
        (("many",), "a list of objects"),
        (("many", 3, "key"), "text"),
        (("named", "x", "key"), "text"),
        (("either",), "text or a list of numbers"),
        (("either", 0), "a number"),
        (("choice",), "text"),
        (("at",), "a date-time or null"),
        (("file",), "a file or null"),
        (("file", "size"), "a number"),
        (("pair", 1), "a number"),
        (("whatever", "a", 0), "anything"),
        (("free", "a", "b"), "anything"),
        (("none",), None),
        (("inner", "none"), None),
        (("many", "key"), None),
        (("inner", 0), None),
        (("choice", "x"), None),
    ],
)
def test_a_path_leads_to_a_type(path: Path, said: str | None) -> None:
    found = OUTER.at(path)
    assert (None if found is None else str(found)) == said


def of(annotation: Any) -> Type:
    return Type.of(TypeAdapter(annotation).json_schema())


@pytest.mark.parametrize(
    ("given", "wanted", "code"),
    [
        (str, str, None),
        (int, str, None),
        (bool, str, None),
        (datetime, str, None),
        (datetime, datetime, None),
        (int, float, None),
        (File, File, None),
        (Inner, Inner, None),
        (list[int], list[str], None),
        (list[str], list[str], None),
        (dict[str, Any], Inner, None),
        (Any, Inner, None),
        (Inner, Any, None),
        (str, str | None, None),
        (str | int, str, None),
        (str | None, str | None, None),
        (Inner, dict[str, Any], None),
        (str | None, str, "may_be_missing"),
        (str, int, "may_not_fit"),
        (str, bool, "may_not_fit"),
        (str, datetime, "may_not_fit"),
        (str | list[str], str, "may_not_fit"),
        (list[str], list[int], "may_not_fit"),
        (int, bool, "wrong_type"),
        (bool, int, "wrong_type"),
        (int, datetime, "wrong_type"),
        (list[str], str, "wrong_type"),
        (str, list[str], "wrong_type"),
        (Inner, str, "wrong_type"),
        (File, str, "wrong_type"),
        (str, File, "wrong_type"),
        (Inner, File, "wrong_type"),
        (list[Inner], list[str], "wrong_type"),
        (Outer, Inner, "wrong_type"),
        (dict[str, int], list[int], "wrong_type"),
    ],
)
def test_what_fits(given: Any, wanted: Any, code: str | None) -> None:
    found = mismatch(of(given), of(wanted), "x")
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("given", "wanted", "hint"),
    [
        (list[str], str, "Pick an item, as in `{{ x[0] }}`."),
        (str, list[str], 'Put it into a list: `["{{ x }}"]`.'),
        (Inner, str, "Pick a field, as in `{{ x.key }}`."),
        (File, int, "Pick a field, as in `{{ x.size }}`."),
    ],
)
def test_a_mismatch_says_what_to_do(given: Any, wanted: Any, hint: str) -> None:
    found = mismatch(of(given), of(wanted), "x")
    assert found is not None
    assert found.hint == hint


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(values)
def test_a_value_fits_its_own_type_and_anything(value: Any) -> None:
    own = Type.of_value(value)
    found = mismatch(own, own, "x")
    assert found is None or found.severity == "warning"
    assert mismatch(own, ANY, "x") is None


@settings(deadline=None)
@given(
    st.recursive(
        st.sampled_from(
            [
                True,
                False,
                {},
                {"type": "string"},
                {"type": ["null", "object"]},
                {"$ref": "#"},
                {"$ref": "#/nowhere"},
                {"const": 1},
                {"enum": ["a", 1]},
            ]
        ),
        lambda inner: st.one_of(
            st.builds(lambda one: {"anyOf": one}, st.lists(inner, max_size=3)),
            st.builds(lambda one: {"allOf": one}, st.lists(inner, max_size=2)),
            st.builds(lambda one: {"type": "array", "items": one}, inner),
            st.builds(lambda one: {"type": "object", "properties": {"a": one}}, inner),
        ),
        max_leaves=6,
    )
)
def test_any_schema_can_be_walked(schema: Any) -> None:
    one = Type.of(schema)
    assert str(one)
    assert isinstance(one.names(), tuple)
    one.at(("a", 0, "a", "b"))
    mismatch(one, one, "x")
