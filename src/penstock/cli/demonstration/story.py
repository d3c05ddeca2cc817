"""The story that the demonstration tells, and the document that it answers."""

from importlib.resources import files
from typing import Any

from penstock.cli.client import Client
from penstock.cli.connections import probe
from penstock.cli.demonstration.customer import ARCHIVE, Customer, careless
from penstock.cli.following import say_event
from penstock.cli.session import Session

NICKNAME = "acme"
CARELESS = "acme-careless"
ROLE = "PenstockAcme"

TRESPASS = """\
flow: raise_everyones_pay
title: Raise everyone's pay, which the role may not
cards:
  - id: overwrite
    card: s3.upload_object
    connection: acme
    inputs: {bucket: acme-home, key: payroll/2026.csv, text: "name,salary"}
"""


def tell(session: Session, client: Client, customer: Customer) -> tuple[dict[str, Any], bool]:
    """The demonstration's document, and whether every part came out as it should."""
    story = _Story(session, client, customer)
    refused = story.refuse_a_careless_role()
    connection = story.connect()
    run = story.run_the_flow()
    denied = story.run_into_the_policy()
    succeeded = (
        refused["status"] == "unsafe"
        and connection["status"] == "verified"
        and run["status"] == "succeeded"
        and (denied["error"] or {}).get("code") == "access_denied"
    )
    document = {
        "succeeded": succeeded,
        "connection": {name: value for name, value in connection.items() if name != "probe"},
        "probe": connection["probe"]["steps"],
        "unsafe": {"status": refused["status"], "probe": refused["probe"]["steps"]},
        "run": _brief(run),
        "denied": _brief(denied) | {"error": denied["error"]},
    }
    return document, succeeded


class _Story:
    def __init__(self, session: Session, client: Client, customer: Customer) -> None:
        self._session = session
        self._client = client
        self._customer = customer

    def refuse_a_careless_role(self) -> dict[str, Any]:
        """A role whose trust policy forgot the external ID: anyone may come in through it."""
        self._chapter("A role that forgot the external ID condition is refused")
        self._customer.fill_buckets()
        drafted = self._client.post("connections", body={"nickname": CARELESS})
        arn = self._customer.create_role("PenstockCareless", careless(drafted["trust_policy"]))
        found = self._verify(CARELESS, arn)
        self._session.say(f"  The connection is {found['status']}: no flow can use it.")
        self._client.delete("connections", CARELESS)
        return found

    def connect(self) -> dict[str, Any]:
        """Mint an external ID, let the customer make a role that demands it, prove it."""
        self._chapter("Connect an account, without a key")
        drafted = self._client.post("connections", body={"nickname": NICKNAME})
        self._session.say(f"  Account ID   {drafted['platform']['account_id']}   (Penstock's)")
        self._session.say(f"  External ID  {drafted['external_id']}   (minted for this connection)")
        arn = self._customer.create_role(ROLE, drafted["trust_policy"])
        self._session.say(f"  The customer makes the role {arn} with the trust policy offered.")
        found = self._verify(NICKNAME, arn)
        self._session.say(f"  The connection is {found['status']}.")
        return found

    def run_the_flow(self) -> dict[str, Any]:
        """Give the role exactly what the flow needs, and run it."""
        self._chapter("Run a flow, with a role that can do just that")
        text = files("penstock.cli.demonstration").joinpath("flow.yaml").read_text("utf-8")
        kept = self._client.post("flows", body={"text": text})
        needed = self._client.get("flows", kept["flow"], "policy", connection=NICKNAME)
        policy = needed["policies"][0]["document"]
        self._customer.allow(ROLE, policy)
        actions = sorted(
            {action for statement in policy["Statement"] for action in _listed(statement["Action"])}
        )
        self._session.say(f"  The customer gives it the flow's own policy: {', '.join(actions)}")
        run = self._follow(self._client.post("flows", kept["flow"], "runs", body={}))
        if run["status"] == "succeeded":
            kept_keys = ", ".join(self._customer.keys_in(ARCHIVE))
            self._session.say(f"  In {ARCHIVE} now: {kept_keys}")
        return run

    def run_into_the_policy(self) -> dict[str, Any]:
        """Another flow, whose object the role was never given."""
        self._chapter("What the role was not given stays out of reach")
        return self._follow(self._client.post("runs", body={"text": TRESPASS}))

    def _chapter(self, title: str) -> None:
        from rich.text import Text  # noqa: PLC0415 - not for `--json`

        self._session.say(Text(f"\n{title}", style="bold"))

    def _verify(self, nickname: str, arn: str) -> dict[str, Any]:
        body = {"role_arn": arn, "wait": 60}
        return probe(self._session, self._client, "verify", nickname, body)

    def _follow(self, started: dict[str, Any]) -> dict[str, Any]:
        for name, data in self._client.events("GET", "runs", started["id"], "events"):
            if name == "event":
                say_event(self._session, data)
        run: dict[str, Any] = self._client.get("runs", started["id"])
        self._session.say(f"  The run {run['status']}.")
        if hint := (run["error"] or {}).get("hint"):
            self._session.say(f"  {hint}")
        return run


def _brief(run: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": run["id"],
        "flow": run["flow"],
        "status": run["status"],
        "cards": [
            {name: each[name] for name in ("id", "card", "status", "seconds")}
            for each in run["cards"]
        ],
    }


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value
