"""Flows in folders, and flows that are off: nobody and nothing starts a run of one."""

from pathlib import Path

import pytest

from tests.acceptance.command import Penstock

NOTHING = "flow: nothing\ntitle: Does nothing\n"


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "nothing.yaml"
    path.write_text(NOTHING)
    return str(path)


def test_a_flow_that_is_off_is_not_run_by_any_way(penstock: Penstock, document: str) -> None:
    with penstock.server():
        penstock.ok("flows", "apply", document)
        penstock.ok("flows", "run", "nothing")
        assert "is off" in penstock.ok("flows", "off", "nothing").out
        # By name, by version, and by a document that says it is that flow.
        for arguments in (
            ("flows", "run", "nothing"),
            ("flows", "run", "nothing", "--version", "1"),
            ("flows", "run", "nothing", "--detach"),
            ("run", document),
            ("run", document, "--new"),
        ):
            said = penstock(*arguments, "--json")
            assert said.code == 1, arguments
            assert said.problem["code"] == "flow_off"
            assert "penstock flows on nothing" in said.problem["hint"]
        assert len(penstock.ok("runs", "list", "--json").json) == 1
        # It is checked, looked at and saved as ever, and stays off.
        penstock.ok("flows", "check", document)
        penstock.ok("flows", "preflight", "nothing")
        penstock.ok("flows", "apply", "-", given=NOTHING + "description: Off\n")
        assert penstock("flows", "run", "nothing").code == 1
        penstock.ok("flows", "on", "nothing")
        penstock.ok("flows", "run", "nothing")
        penstock.ok("run", document)


def test_off_holds_without_a_server_too(penstock: Penstock, document: str) -> None:
    penstock.ok("flows", "apply", document)
    penstock.ok("flows", "off", "nothing")
    for arguments in (("flows", "run", "nothing"), ("run", document)):
        assert penstock(*arguments, "--json").problem["code"] == "flow_off"
    # A document that has another name is another flow.
    other = Path(document).with_name("other.yaml")
    other.write_text(NOTHING.replace("flow: nothing", "flow: other"))
    penstock.ok("run", str(other))


def test_flows_stand_in_folders(served: Penstock) -> None:
    for name in ("hold", "release", "tidy"):
        served.ok("flows", "apply", "-", given=f"flow: {name}\n")
    assert served.ok("flows", "move", "hold", "--folder", "Legal/Holds").out == (
        "hold is in Legal/Holds.\n"
    )
    served.ok("flows", "move", "release", "--folder", "legal")
    served.ok("flows", "off", "release")
    listed = served.ok("flows", "list", "--folder", "Legal", "--json").json
    assert [(each["flow"], each["folder"], each["enabled"]) for each in listed] == [
        ("hold", "Legal/Holds", True),
        ("release", "Legal", False),
    ]
    lines = served.ok("flows", "list", "--folder", "Legal").out.splitlines()
    assert lines[0].split()[:3] == ["FLOW", "FOLDER", "ON"]
    assert lines[1].split()[:3] == ["hold", "Legal/Holds", "on"]
    assert lines[2].split()[:3] == ["release", "Legal", "off"]
    assert [each["flow"] for each in served.ok("flows", "list", "--off", "--json").json] == [
        "release"
    ]
    assert served.ok("flows", "move", "hold", "--folder", "").out == "hold is at the top.\n"
    assert "Folder" not in served.ok("flows", "show", "hold").out
    said = served("flows", "move", "hold", "--folder", "a/b/c/d/e/f", "--json")
    assert (said.code, said.problem["where"]) == (1, {"field": "folder"})
    assert served.ok("flows", "list", "--folder", "None", "--json").json == []
