"""What goes to a file or a pipe is for reading there."""

from collections.abc import Iterator

import pytest
from rich.padding import Padding
from rich.text import Text

from penstock.cli import output


@pytest.fixture(autouse=True)
def fresh_consoles() -> Iterator[None]:
    """Consoles are kept, with the streams of the test before."""
    output._console.cache_clear()
    yield
    output._console.cache_clear()


def test_what_is_no_terminal_gets_no_padding(capsys: pytest.CaptureFixture[str]) -> None:
    output.result(output.table(("NAME", "ERROR"), [("a", "x" * 300), ("b", "")]))
    output.remark(Padding(Text("below"), (0, 0, 0, 4)))
    said = capsys.readouterr()
    assert "x" * 300 in said.out
    assert all(line == line.rstrip() for line in said.out.splitlines())
    assert said.err == "    below\n"
