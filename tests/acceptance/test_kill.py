"""`kill -9` at any moment: the run completes, and no finished write is done twice.

A proxy holds one request of the demonstration's flow, either before the sandbox sees it or when
the sandbox has done it and Penstock does not know yet; there the process is killed. The flow is
then finished by a process that is left alone. What was done is counted in the sandbox's request
log. Every request of the flow is taken in turn.
"""

import json
import shutil
import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from penstock.engine.model import Run
from penstock.sandbox.process import start_sandbox
from penstock.wiring import open_application
from tests.acceptance.command import Penstock
from tests.acceptance.conftest import connect
from tests.acceptance.holding import Hold, Moment, holding
from tests.accounts import Customer

FLOW = Path(__file__).parents[2] / "examples" / "demo.yaml"
BODY = b"quarter,revenue\nQ1,101\n"
WRITES = ("CopyObject", "PutObjectTagging", "PutObject", "PutObject", "DeleteObject")
HOME, ARCHIVE = "acme-home", "acme-archive"
CLOCK = range(10, 101, 10)
"""Percent of the time that an undisturbed run takes."""
PARALLEL = 2
T = TypeVar("T")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@dataclass(frozen=True, slots=True)
class World:
    """A sandbox of these tests' own, and a data directory with a verified connection."""

    customer: Customer
    log: Path
    template: Penstock

    def penstock(self, folder: Path, endpoint: str | None = None) -> Penstock:
        """The command on a copy of the data directory."""
        if not folder.exists():
            shutil.copytree(self.template.data, folder)
        environment = dict(self.template.environment)
        if endpoint:
            environment["AWS_ENDPOINT_URL"] = endpoint
        return replace(self.template, data=folder, environment=environment)

    def writes(self, leaver: str) -> Counter[tuple[str, str]]:
        """How often each write was done for a leaver: (operation, key) -> times."""
        done: Counter[tuple[str, str]] = Counter()
        for line in self.log.read_text().splitlines():
            found = json.loads(line)
            key = found.get("key") or ""
            about = f"/{leaver}/" in key and "assumed-role" in found["principal"]
            if about and found.get("operation") in WRITES and found["status"] < 300:
                done[found["operation"], key] += 1
        return done


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("kill")
    log = folder / "requests.jsonl"
    with start_sandbox(log=log) as process:
        customer = Customer(process.info)
        for bucket in (HOME, ARCHIVE):
            customer.s3.create_bucket(Bucket=bucket)
        template = Penstock(folder / "template", process.info.variables())
        connected = connect(template, customer)
        template.ok("flows", "apply", str(FLOW))
        policy = template.ok("flows", "policy", "keep_a_leavers_report").json
        customer.iam.put_role_policy(
            RoleName=connected.role_arn.rpartition("/")[2],
            PolicyName="flow",
            PolicyDocument=json.dumps(policy),
        )
        yield World(customer, log, template)


def run_arguments(leaver: str) -> tuple[str, ...]:
    return ("run", str(FLOW), "--input", f"leaver={leaver}", "--json")


def prepare(world: World, leaver: str) -> None:
    world.customer.put_object(HOME, f"leavers/{leaver}/report.csv", BODY)


def check_all_done_once(world: World, leaver: str, repeatable: str | None) -> None:
    """The right outcome, by writes of which only `repeatable` (in flight) was done twice."""
    s3 = world.customer.s3
    for key in (f"kept/{leaver}/report.csv", f"proof/{leaver}/report.csv"):
        assert s3.get_object(Bucket=ARCHIVE, Key=key)["Body"].read() == BODY
    receipt = s3.get_object(Bucket=ARCHIVE, Key=f"kept/{leaver}/receipt.txt")["Body"].read()
    assert receipt.startswith(b"Kept leavers/")
    tags = s3.get_object_tagging(Bucket=ARCHIVE, Key=f"kept/{leaver}/report.csv")["TagSet"]
    assert {tag["Key"] for tag in tags} == {"leaver", "keep-until"}
    left = s3.list_objects_v2(Bucket=HOME, Prefix=f"leavers/{leaver}/")
    assert left["KeyCount"] == 0
    done = world.writes(leaver)
    assert sorted(operation for operation, _ in done) == sorted(WRITES)
    twice = {write: times for write, times in done.items() if times > 1}
    assert all(times == 2 for times in twice.values()), twice
    assert {operation for operation, _ in twice} <= {repeatable}, (twice, repeatable)
    assert len(twice) <= 1


@pytest.fixture(scope="module")
def operations(world: World, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The operations of an undisturbed run, in order, AssumeRole included."""
    folder = tmp_path_factory.mktemp("plain") / "data"
    hold = Hold(0, "before")
    prepare(world, "plain")
    lines = len(world.log.read_text().splitlines())
    with holding(world.customer.sandbox.endpoint, hold) as endpoint:
        said = world.penstock(folder, endpoint).ok(*run_arguments("plain"))
    assert said.json["status"] == "succeeded"
    made = [json.loads(line)["operation"] for line in world.log.read_text().splitlines()[lines:]]
    assert len(made) == hold.seen
    check_all_done_once(world, "plain", None)
    return made


def kill(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


def runs_in(folder: Path) -> list[Run]:
    """The runs that a data directory knows, newest first."""
    application = open_application(folder, worker=False)
    try:
        return [application.runs.get(each.id) for each in application.runs.list()]
    finally:
        application.close()


def test_penstock_run_killed_at_each_request(
    world: World, operations: list[str], tmp_path: Path
) -> None:
    points: list[tuple[int, Moment]] = []
    for number, operation in enumerate(operations, 1):
        points.append((number, "after"))
        # Before a read, nothing has changed since the request before it was answered.
        if operation in WRITES:
            points.append((number, "before"))

    def strike(point: tuple[int, Moment]) -> None:
        number, moment = point
        leaver = f"run{number}{moment}"
        prepare(world, leaver)
        hold = Hold(number, moment)
        folder = tmp_path / leaver
        with holding(world.customer.sandbox.endpoint, hold) as endpoint:
            process = world.penstock(folder, endpoint).start(*run_arguments(leaver))
            assert hold.held.wait(60), process.communicate()
            kill(process)
        again = world.penstock(folder).ok(*run_arguments(leaver)).json
        assert again["status"] == "succeeded"
        operation = operations[number - 1]
        check_all_done_once(world, leaver, operation if moment == "after" else None)
        # It was taken up, not begun anew.
        assert [run.id for run in runs_in(folder)] == [again["id"]]

    strike_all(strike, points)
    assert len(points) + len(CLOCK) + len(WRITES) >= 30


def test_penstock_run_killed_between_requests(world: World, tmp_path: Path) -> None:
    """Kills by the clock: starting up, between cards, at the end."""

    def strike(percent: int) -> None:
        leaver = f"clock{percent}"
        prepare(world, leaver)
        folder = tmp_path / leaver
        penstock = world.penstock(folder)
        process = penstock.start(*run_arguments(leaver))
        try:
            process.communicate(timeout=percent / 100 * 2.5)
        except subprocess.TimeoutExpired:
            kill(process)
        before = world.writes(leaver)
        said = penstock(*run_arguments(leaver)).json
        *_, first = runs_in(folder)
        assert first.status == "succeeded"
        if first.id != said["id"]:
            # It had ended before the kill: the second was another run, which found nothing.
            assert said["status"] == "failed"
            check_all_done_once(world, leaver, None)
            return
        done = world.writes(leaver)
        repeated = [write for write, times in done.items() if times > 1]
        assert len(repeated) <= 1
        assert all(done[write] == 1 for write in before if write not in repeated)
        check_all_done_once(world, leaver, repeated[0][0] if repeated else None)

    strike_all(strike, CLOCK)


def test_the_server_killed_in_mid_run_goes_on_when_started_again(
    world: World, operations: list[str], tmp_path: Path
) -> None:
    def strike(number: int) -> None:
        leaver = f"server{number}"
        prepare(world, leaver)
        hold = Hold(number, "after")
        folder = tmp_path / leaver
        with (
            holding(world.customer.sandbox.endpoint, hold) as endpoint,
            world.penstock(folder, endpoint).server() as (server, url),
            httpx.Client(base_url=url) as http,
        ):
            body = {"inputs": {"leaver": leaver}}
            started = http.post("/api/v1/flows/keep_a_leavers_report/runs", json=body)
            assert started.status_code == 201, started.text
            assert hold.held.wait(60)
            server.send_signal(signal.SIGKILL)
            server.wait()
        with (
            world.penstock(folder).server() as (_, url),
            httpx.Client(base_url=url, timeout=60) as http,
        ):
            address = started.headers["location"] + "/events"
            events = http.get(address, headers={"Accept": "text/event-stream"})
            assert "event: end" in events.text
        assert [run.status for run in runs_in(folder)] == ["succeeded"]
        check_all_done_once(world, leaver, operations[number - 1])

    writes = [n for n, operation in enumerate(operations, 1) if operation in WRITES]
    strike_all(strike, writes)


def strike_all(strike: Callable[[T], None], points: Iterable[T]) -> None:
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(strike, points))


def test_a_run_that_is_interrupted_says_how_it_goes_on(world: World, tmp_path: Path) -> None:
    prepare(world, "ctrl-c")
    hold = Hold(4, "before")
    arguments = run_arguments("ctrl-c")[:-1]
    with holding(world.customer.sandbox.endpoint, hold) as endpoint:
        process = world.penstock(tmp_path / "data", endpoint).start(*arguments)
        assert hold.held.wait(60), process.communicate()
        process.send_signal(signal.SIGINT)
        hold.release()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert out == ""
    assert "The same command takes it up again" in err
    assert "Traceback" not in err
    said = world.penstock(tmp_path / "data").ok(*arguments)
    assert "goes on where it was" in said.err
    check_all_done_once(world, "ctrl-c", None)
