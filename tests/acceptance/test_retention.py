"""How long things are kept, deleting runs, and how the server is: by command."""

import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path

from penstock.store.database import open_database
from penstock.store.tables import runs
from tests.acceptance.command import Penstock

HOW_TO = Path(__file__).resolve().parents[2] / "docs/how-to/keep-runs-and-health.md"


def ran(penstock: Penstock, tmp_path: Path) -> str:
    """The id of a run of a flow without cards, ended."""
    file = tmp_path / "empty.yaml"
    file.write_text("flow: empty\ncards: []\n")
    penstock.ok("flows", "apply", str(file))
    penstock.ok("flows", "run", "empty")
    return str(penstock.ok("runs", "list", "--json").json[0]["id"])


def age(penstock: Penstock, run_id: str, days: int) -> None:
    """Let it have ended so many days ago."""
    database = open_database(penstock.data)
    try:
        with database.write() as sql:
            ended = datetime.now(UTC) - timedelta(days=days, minutes=1)
            sql.execute(runs.update().where(runs.c.id == run_id).values(ended_at=ended))
    finally:
        database.close()


def test_runs_are_kept_for_as_long_as_was_said(penstock: Penstock, tmp_path: Path) -> None:
    with penstock.server():
        old, young = ran(penstock, tmp_path), ran(penstock, tmp_path)
        age(penstock, old, 7)
        shown = penstock.ok("retention", "show").out
        assert "30 days" in shown
        assert "400 days" in shown
        assert penstock.ok("retention", "preview", "--json").json["runs"] == 0
        assert penstock.ok("retention", "preview", "--runs", "7", "--json").json["runs"] == 1
        changed = penstock.ok("retention", "set", "--runs", "7", "--audit", "forever", "--json")
        kept = {name: changed.json[name] for name in ("runs_days", "failed_days", "audit_days")}
        assert kept == {"runs_days": 7, "failed_days": 90, "audit_days": None}
        assert "Removed 1 run with" in penstock.ok("retention", "sweep").out
        assert ": 1 run with" in penstock.ok("retention", "show").out
        listed = penstock.ok("runs", "list", "--json").json
        assert [each["id"] for each in listed] == [young]
        audit = penstock.ok("audit", "--verb", "settings", "--json").json
        assert [each["verb"] for each in audit] == ["settings.sweep", "settings.change_retention"]


def test_what_makes_no_sense_is_refused(penstock: Penstock) -> None:
    for wrong in (["--runs", "soon"], ["--audit", "-1"], []):
        said = penstock("retention", "set", *wrong)
        assert said.code == 2, wrong
    said = penstock("retention", "set", "--audit", "30")
    assert said.code == 1
    assert "audit_days" in said.err


def test_a_run_is_deleted_without_a_server(penstock: Penstock, tmp_path: Path) -> None:
    run = ran(penstock, tmp_path)
    penstock.ok("runs", "delete", run)
    assert penstock.ok("runs", "list", "--json").json == []
    said = penstock("runs", "delete", run)
    assert said.code == 1
    assert "There is no run" in said.err


def test_how_the_server_is(penstock: Penstock) -> None:
    with penstock.server():
        said = penstock.ok("health", "--json").json
        told = {each["name"]: each for each in said["findings"]}
        assert told["worker"]["state"] == "ok"
        assert told["principal"]["facts"]["account_id"].isdecimal()
        assert told["clock"]["facts"]["skew_seconds"] in range(-5, 6)
    # Without one it is the data directory that is looked at.
    assert "executes no runs" in penstock("health").out
    nobody = Penstock(penstock.data, {})
    said = nobody("health")
    assert said.code == 1
    assert "no AWS credentials" in said.out


def test_the_how_to_says_what_is_so(penstock: Penstock, tmp_path: Path) -> None:
    page = HOW_TO.read_text("utf-8")
    commands = re.findall(r"^    penstock (.+)$", page, re.MULTILINE)
    with penstock.server():
        run = ran(penstock, tmp_path)
        usual = penstock.ok("retention", "show", "--json").json
        for name in ("runs_days", "failed_days", "audit_days"):
            assert f"| {usual[name]} days" in page, name
        for command in commands:
            penstock.ok(*shlex.split(command.replace("RUN", run)))
        assert penstock.ok("runs", "list", "--json").json == []
        assert penstock.ok("retention", "show", "--json").json["failed_days"] == 60
    assert {command.split()[0] for command in commands} == {"retention", "runs", "health"}


def test_only_administrators_set_how_long_things_are_kept(penstock: Penstock) -> None:
    with penstock.server() as (_, url):
        tokens = {}
        for username, role, scope in (("root", "admin", "admin"), ("ed", "editor", "write")):
            penstock.ok("users", "add", username, "--role", role)
            scopes = ("--scope", "read", "--scope", scope)
            made = penstock.ok("tokens", "new", "t", "--user", username, *scopes)
            tokens[username] = penstock.data / f"{username}.token"
            tokens[username].write_text(made.out.strip())
            tokens[username].chmod(0o600)

        def asked(username: str, *command: str) -> int:
            at = ("--server", url, "--token-file", str(tokens[username]))
            return Penstock(penstock.data / "elsewhere", {})(*command, *at).code

        for command in (("show",), ("preview",), ("set", "--runs", "1"), ("sweep",)):
            assert asked("ed", "retention", *command) == 3, command
        assert penstock.ok("retention", "show", "--json").json["runs_days"] == 30
        assert asked("ed", "health") == 0
        assert asked("root", "retention", "set", "--runs", "1") == 0
        assert asked("root", "retention", "sweep") == 0


def test_a_run_that_was_deleted_is_gone_with_its_files_and_log(
    penstock: Penstock, tmp_path: Path
) -> None:
    with penstock.server():
        run = ran(penstock, tmp_path)
        folder = penstock.data / "files" / run
        folder.mkdir(parents=True)
        (folder / "left").write_bytes(b"x")
        penstock.ok("runs", "delete", run)
        assert not folder.exists()
        for asked in (("show", run), ("files", run), ("delete", run)):
            said = penstock("runs", *asked)
            assert said.code == 1, asked
            assert "There is no run" in said.err, asked
        audit = penstock.ok("audit", "--verb", "runs.delete", "--json").json
        [done] = [each for each in audit if each["outcome"] == "done"]
        assert run in done["object"]
