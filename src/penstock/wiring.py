"""The composition root: the only module that knows everyone."""

import secrets
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from penstock.access.passwords import Passwords
from penstock.access.service import Access
from penstock.access.sessions import Sessions
from penstock.access.throttle import Throttle
from penstock.access.tokens import Tokens
from penstock.access.users import Users
from penstock.catalog.registry import Registry
from penstock.connections.broker import CredentialBroker
from penstock.connections.lookup import ConnectionDirectory
from penstock.connections.role_policies import RolePolicyReader
from penstock.connections.service import ConnectionService
from penstock.connections.sts import BotocoreSts, StsGateway
from penstock.connections.watch import PrincipalWatch
from penstock.engine.capabilities import Capabilities
from penstock.engine.context import Resources
from penstock.engine.durable import DbosEngine
from penstock.engine.removal import RemovalService
from penstock.engine.runs import RunService
from penstock.engine.sweeper import Sweeper
from penstock.engine.uploads import UploadService
from penstock.flows.service import FlowService
from penstock.server.application import Application
from penstock.store import sessions, tokens, users
from penstock.store.answers import Answers
from penstock.store.audit import Audit
from penstock.store.chores import ChoreBook
from penstock.store.connections import Connections
from penstock.store.database import Database, engine_database, open_database
from penstock.store.events import Events
from penstock.store.files import RunFileStore
from penstock.store.flows import Flows
from penstock.store.removals import Removals
from penstock.store.runs import Runs
from penstock.store.secrets import Sealer
from penstock.store.uploads import UploadFolder
from penstock.store.vitals import database_facts


def open_application(data: Path, *, worker: bool, sts: StsGateway | None = None) -> Application:
    """Everything there is, on a data directory that the caller owns.

    Args:
        worker: whether runs are executed here. Then runs that a crash interrupted go on at once;
            else the durable engine is not even imported, which makes small commands fast.

        sts: instead of AWS STS as the environment names it.

    Raises:
        Conflict: the database was written by a newer Penstock.
    """
    with ExitStack() as opened:
        database = open_database(data)
        opened.callback(database.close)
        registry = Registry.discover()
        connections = Connections(database)
        clock_skew: Callable[[], float | None] = lambda: None  # noqa: E731 - nobody to ask
        if sts is None:
            sts = asked = BotocoreSts()
            opened.callback(asked.close)
            clock_skew = asked.clock_skew
        broker = CredentialBroker(connections, sts)
        sealer = Sealer.of_directory(data)
        access = open_access(database)
        flows = FlowService(
            Flows(database),
            registry,
            ConnectionDirectory(connections),
            known_user=access.users.known_name,
        )
        service = ConnectionService(connections, flows, sts, forget=broker.forget)
        role_policies = RolePolicyReader(broker, lambda one: service.get(one).role_arn)
        kept_runs, files = Runs(database, sealer), RunFileStore(data / "files")
        uploads = UploadService(UploadFolder(data / "uploads"))
        durable = DbosEngine(engine_database(data), executor_id="local")
        resources = Resources()
        runs = RunService(
            runs=kept_runs,
            events=Events(database),
            files=files,
            uploads=uploads,
            cards=registry,
            connections=connections,
            broker=broker,
            durable=durable,
            role_policies=lambda connection_id: role_policies.read(connection_id).as_set(),
            may_start=flows.require_on,
            resources=resources,
        )
        opened.callback(runs.close)
        removal = RemovalService(
            kept=Removals(database),
            chores=ChoreBook(database),
            runs=kept_runs,
            files=files,
            uploads=uploads,
            durable=durable,
        )
        if worker:
            runs.launch()
            sweeper = Sweeper(removal)
            sweeper.start()
            opened.callback(sweeper.close)
        return Application(
            data=data,
            worker=worker,
            connections=service,
            flows=flows,
            runs=runs,
            uploads=uploads,
            removal=removal,
            catalog=registry,
            capabilities=Capabilities(
                registry,
                connections,
                broker,
                resources,
                lambda connection_id: role_policies.read(connection_id).as_set(),
            ),
            role_policies=role_policies,
            answers=Answers(database, sealer),
            access=access,
            instance=uuid.uuid4().hex,
            token=secrets.token_urlsafe(32),
            database_facts=lambda: database_facts(database, engine_file=data / "engine.db"),
            clock_skew=clock_skew,
            principal=PrincipalWatch(service.platform).look,
            close=opened.pop_all().close,
        )


def open_access(database: Database) -> Access:
    """Who may use what is in this database."""
    kept, passwords = users.Users(database), Passwords()
    return Access(
        users=Users(kept, passwords),
        sessions=Sessions(sessions.Sessions(database), kept, passwords, Throttle()),
        tokens=Tokens(tokens.Tokens(database)),
        audit=Audit(database),
    )


def has_users(data: Path) -> bool:
    """Whether those who use this data directory have to sign in."""
    database = open_database(data)
    try:
        return open_access(database).users.any()
    finally:
        database.close()
