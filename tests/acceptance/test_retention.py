"""How long things are kept, deleting runs, and how the server is: by command."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from penstock.store.database import open_database
from penstock.store.tables import runs
from tests.acceptance.command import Penstock


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
