"""What CloudTrail shows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.connections.session_name import checked_session_name, flow_session_name
from penstock.errors import InvalidInput


@pytest.mark.parametrize(
    ("flow", "name"),
    [
        ("legal-hold", "penstock-legal-hold"),
        ("Legal hold, für alle", "penstock-Legal-hold,-fur-alle"),
        ("客户", "penstock-flow"),
        ("", "penstock-flow"),
        ("x" * 100, "penstock-" + "x" * 55),
        ("a/b\nc", "penstock-a-b-c"),
    ],
)
def test_examples(flow: str, name: str) -> None:
    assert flow_session_name(flow) == name


@given(st.text(max_size=100))
def test_whatever_the_flow_is_called_aws_accepts_it(flow: str) -> None:
    name = flow_session_name(flow)
    assert re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII)
    assert checked_session_name(name) == name


@pytest.mark.parametrize("name", ["x", "", "x" * 65, "two words", "é-é", "line\n"])
def test_others_are_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        checked_session_name(name)
