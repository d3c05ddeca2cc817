"""`/settings/retention`, `/health/details` and deleting a run."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from penstock.connections.model import PlatformPrincipal
from penstock.engine.model import Usage
from penstock.engine.port import Load
from penstock.engine.retention import Removable, Retention, Sweep
from penstock.engine.vitals import Backlog, EngineVitals, Queue
from penstock.errors import Conflict, CredentialsUnavailable
from penstock.server.examination import examine
from penstock.server.house_findings import clock, database, disk
from penstock.server.settings_bodies import Finding
from penstock.store.vitals import DatabaseFacts
from tests.unit.server.conftest import Api

NOW = datetime.now(UTC)
ADDRESS = "/api/v1/settings/retention"


class TestRetention:
    def test_what_is_set_is_kept(self, api: Api) -> None:
        assert api.http.get(ADDRESS).json() == {
            "runs_days": 30,
            "failed_days": 90,
            "audit_days": 400,
            "last_sweep": None,
        }
        body = {"runs_days": 7, "failed_days": None, "audit_days": 365}
        assert api.http.put(ADDRESS, json=body).json() == body | {"last_sweep": None}
        assert api.http.get(ADDRESS).json() == body | {"last_sweep": None}
        [entry] = api.http.get("/api/v1/audit").json()["items"]
        assert entry["verb"] == "settings.change_retention"
        assert entry["detail"] == {
            "runs_days": "7",
            "failed_days": "forever",
            "audit_days": "365",
        }

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"runs_days": 0, "failed_days": 1, "audit_days": 90}, "runs_days"),
            ({"runs_days": 1, "failed_days": 3651, "audit_days": 90}, "failed_days"),
            ({"runs_days": 1, "failed_days": 1, "audit_days": 89}, "audit_days"),
            ({"runs_days": 1, "failed_days": 1}, "audit_days"),
        ],
    )
    def test_what_is_out_of_bounds_changes_nothing(
        self, api: Api, wrong: dict[str, Any], field: str
    ) -> None:
        answer = api.http.put(ADDRESS, json=wrong)
        assert answer.status_code == 422
        assert field in answer.text
        assert api.http.get(ADDRESS).json()["runs_days"] == 30

    def test_a_preview_is_of_what_is_set_or_asked(self, api: Api) -> None:
        found = api.http.get(f"{ADDRESS}/preview").json()
        assert found["runs"] == found["failed_runs"] == found["audit_entries"] == 0
        asked: list[Retention | None] = []

        def preview(retention: Retention | None = None) -> Removable:
            asked.append(retention)
            return Removable.model_validate(found)

        api.application.removal.preview = preview  # type: ignore[method-assign]  # a double
        answer = api.http.get(f"{ADDRESS}/preview?runs_days=forever&failed_days=1")
        assert answer.status_code == 200
        assert asked == [Retention(runs_days=None, failed_days=1, audit_days=400)]
        for wrong in ("runs_days=0", "audit_days=1", "runs_days=never"):
            assert api.http.get(f"{ADDRESS}/preview?{wrong}").status_code == 422

    def test_only_administrators_reach_it(self, api: Api) -> None:
        headers = a_token(api, "viewer", ["read"])
        for method, address in (
            ("GET", ADDRESS),
            ("PUT", ADDRESS),
            ("GET", f"{ADDRESS}/preview"),
            ("POST", f"{ADDRESS}/sweep"),
        ):
            answer = api.http.request(method, address, headers=headers, json={})
            assert answer.json()["code"] == "scope_missing", (method, address)
        assert api.http.get("/api/v1/health/details", headers=headers).status_code == 200
        assert api.http.delete("/api/v1/runs/x", headers=headers).status_code == 403

    def test_a_process_without_a_worker_removes_nothing(self, api: Api) -> None:
        assert api.http.post(f"{ADDRESS}/sweep").status_code == 409
        assert api.http.delete("/api/v1/runs/x").status_code == 409


def a_token(api: Api, username: str, scopes: list[str]) -> dict[str, str]:
    """Headers of a new user's token."""
    http = api.http
    added = http.post("/api/v1/users", json={"username": "root", "role": "admin"})
    assert added.status_code == 201, added.text
    owner = {"Authorization": f"Bearer {api.application.token}"}
    body = {"username": username, "role": "viewer"}
    assert http.post("/api/v1/users", json=body, headers=owner).status_code == 201
    asked = {"name": "t", "scopes": scopes, "user": username}
    made = http.post("/api/v1/tokens", json=asked, headers=owner)
    assert made.status_code == 201, made.text
    return {"Authorization": f"Bearer {made.json()['token']}"}


def found(api: Api) -> dict[str, Finding]:
    return {each.name: each for each in examine(api.application).findings}


def vitals(api: Api, **changes: Any) -> None:
    """Have the runs be so."""
    healthy = EngineVitals(Queue(0, 1, None), Load(1, 16), Backlog(0, None, None), Usage(2_048, 3))
    api.application.runs.vitals = (  # type: ignore[method-assign]  # a double
        lambda *, seconds=1.0: healthy._replace(**changes)
    )


class TestHealth:
    def test_a_server_that_is_well_says_so(self, api: Api) -> None:
        vitals(api)
        who = PlatformPrincipal(
            arn="arn:aws:iam::123456789012:user/p", account_id="123456789012", partition="aws"
        )
        api.application.principal = lambda: who
        answer = api.http.get("/api/v1/health/details")
        assert answer.status_code == 200, answer.text
        told = {each["name"]: each for each in answer.json()["findings"]}
        assert {
            "version", "worker", "queue", "event_log", "files", "disk", "database", "sweep",
            "probes", "principal", "clock", "pages",
        } == told.keys()  # fmt: skip
        assert {name for name, each in told.items() if each["state"] != "ok"} <= {"pages", "disk"}
        assert told["worker"]["says"] == "This process executes 1 run now, and up to 16."
        assert told["files"]["says"] == "3 files, 2.0 KiB."
        assert told["principal"]["facts"]["account_id"] == "123456789012"

    def test_only_those_who_may_read_learn_it(self, api: Api) -> None:
        api.application.require_token = True
        assert api.http.get("/api/v1/health/details").status_code == 401
        assert api.http.get("/api/v1/health").json().keys() == {
            "status", "version", "instance", "data", "worker", "python",
        }  # fmt: skip

    def test_runs_that_wait_are_told_of(self, api: Api) -> None:
        vitals(api, queue=Queue(4, 16, NOW - timedelta(hours=2)), load=Load(16, 16))
        told = found(api)
        assert (told["worker"].state, told["queue"].state) == ("warn", "warn")
        assert told["queue"].says == "16 runs under way, 4 waiting, the first of them for 2 hours."
        assert told["queue"].hint

    def test_a_history_that_cannot_be_written_is_bad(self, api: Api) -> None:
        vitals(api, backlog=Backlog(7, NOW - timedelta(minutes=3), "disk is full"))
        assert examine(api.application).state == "bad"
        assert "disk is full" in found(api)["event_log"].says
        vitals(api, backlog=Backlog(7, NOW - timedelta(minutes=3), None))
        assert found(api)["event_log"].state == "warn"
        vitals(api, backlog=Backlog(7, datetime.now(UTC), None), load=None)
        told = found(api)
        assert (told["event_log"].state, told["worker"].state) == ("ok", "warn")

    def test_what_cannot_be_looked_at_is_a_finding_and_hides_no_other(self, api: Api) -> None:
        vitals(api)

        def refused() -> None:
            raise CredentialsUnavailable("No credentials were found.", hint="Set some.")

        api.application.principal = refused
        api.application.clock_skew = lambda: 1 / 0
        told = found(api)
        assert told["principal"].state == told["clock"].state == "bad"
        assert told["principal"].hint == "Set some."
        assert told["disk"].says

    def test_sweeps_that_fail_or_do_not_come_are_told_of(self, api: Api) -> None:
        vitals(api)
        removal: Any = api.application.removal
        assert found(api)["sweep"].state == "ok"
        good = Sweep(begun_at=NOW, ended_at=NOW, runs=3, audit_entries=1)
        removal.last_sweep = lambda: good
        assert "removed 3 runs and 1 audit entry." in found(api)["sweep"].says
        removal.waiting = lambda: 2
        assert "2 removed runs not cleared away yet" in found(api)["sweep"].says
        removal.last_sweep = lambda: good.model_copy(update={"fault": "OSError: no"})
        assert found(api)["sweep"].state == "bad"
        old = NOW - timedelta(hours=5)
        removal.last_sweep = lambda: good.model_copy(update={"ended_at": old})
        api.application.worker = True
        # It has only just been started, so the next one is still to come.
        assert found(api)["sweep"].state == "ok"
        api.application.started_at = old
        assert found(api)["sweep"].state == "warn"

    @pytest.mark.parametrize(
        ("skew", "state", "says"),
        [
            (None, "ok", "Not compared yet"),
            (-2.0, "ok", "agrees"),
            (60.0, "warn", "1 minute behind AWS"),
            (-600.0, "bad", "10 minutes ahead of AWS"),
        ],
    )
    def test_the_clock(self, api: Api, skew: float | None, state: str, says: str) -> None:
        api.application.clock_skew = lambda: skew
        [told] = clock(api.application, NOW)
        assert told.state == state
        assert says in told.says
        assert bool(told.hint) == (state != "ok")

    @pytest.mark.parametrize(
        ("free", "state"), [(1 << 20, "bad"), (2 << 30, "warn"), (9 << 40, "ok")]
    )
    def test_the_disk(
        self, api: Api, free: int, state: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class Room:
            total, used = 10 << 40, 0

        Room.free = free  # type: ignore[attr-defined]  # as shutil answers
        monkeypatch.setattr("shutil.disk_usage", lambda _: Room)
        [told] = disk(api.application, NOW)
        assert told.state == state

    def test_the_database(self, api: Api) -> None:
        [told] = database(api.application, NOW)
        assert told.state == "ok"
        assert told.says.startswith("SQLite 3.")
        api.application.database_facts = lambda: DatabaseFacts("SQLite", 100, 60, "0001", "0005")
        [told] = database(api.application, NOW)
        assert (told.state, bool(told.hint)) == ("bad", True)
        assert "60 bytes of them free" in told.says

    def test_a_sweep_under_way_is_no_fault(self, api: Api) -> None:
        def busy(**_: object) -> Sweep:
            raise Conflict("What is past its time is being removed just now.")

        api.application.removal.sweep = busy  # type: ignore[method-assign]  # a double
        assert api.http.post(f"{ADDRESS}/sweep").status_code == 409
