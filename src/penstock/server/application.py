"""What the server serves: the services behind the API, as far as it needs them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Literal, Protocol

from penstock.access.service import Access
from penstock.catalog.card import Card
from penstock.catalog.files import File
from penstock.connections.model import Connection, Deletion, PlatformPrincipal, ProbeStep
from penstock.connections.role_policies import RolePolicies
from penstock.engine.capability_report import CapabilityReport, Offered
from penstock.engine.foresight import Foresight
from penstock.engine.history import History
from penstock.engine.model import Activity, CardRun, Event, ListedRun, Run, RunStatus
from penstock.engine.retention import Removable, Retention, Sweep
from penstock.engine.samples import Sample
from penstock.engine.uploads import IncomingUpload
from penstock.engine.vitals import EngineVitals
from penstock.errors import Problem
from penstock.flows.document import FlowDocument
from penstock.flows.excerpt import Excerpt
from penstock.flows.map import FlowMap
from penstock.flows.repository import FlowChange, FlowVersion, KeptFlow
from penstock.flows.service import Draft
from penstock.flows.signature import CardLookup
from penstock.iam.evaluation import PolicySet
from penstock.iam.policy import Policy
from penstock.server.idempotency import Answers
from penstock.store.vitals import DatabaseFacts

TrustForm = Literal["json", "cloudformation", "terraform", "cli"]


class Connections(Protocol):
    """`connections.service.ConnectionService`."""

    def draft(
        self, nickname: str, *, description: str = "", region: str | None = None
    ) -> Connection: ...
    def get(self, reference: str) -> Connection: ...
    def list(self) -> Sequence[Connection]: ...
    def verify(
        self,
        reference: str,
        *,
        role_arn: str | None = None,
        on_step: Callable[[ProbeStep], None] | None = None,
        wait: float = 60.0,
    ) -> Connection: ...
    def trust_policy(
        self, reference: str, form: TrustForm = "json", permissions: Policy | None = None
    ) -> str: ...
    def rename(self, reference: str, nickname: str, *, by: str | None = None) -> Connection: ...
    def describe(self, reference: str, description: str) -> Connection: ...
    def narrow(self, reference: str, narrowing: bool) -> Connection: ...
    def repoint(
        self,
        reference: str,
        role_arn: str,
        *,
        force: bool = False,
        on_step: Callable[[ProbeStep], None] | None = None,
        wait: float = 60.0,
    ) -> Connection: ...
    def delete(self, reference: str, *, force: bool = False) -> Deletion: ...
    def reverify_due(self, *, wait: float = 10.0) -> Sequence[Connection]: ...
    def usage(self, reference: str) -> Sequence[str]: ...
    def platform(self) -> PlatformPrincipal: ...


class Capabilities(Protocol):
    """`engine.capabilities.Capabilities`."""

    def report(self, reference: str, *, bucket: str | None = None) -> CapabilityReport: ...
    def offer(self, reference: str, kind: str, *, prefix: str = "") -> Offered: ...


class RolePolicySource(Protocol):
    """`connections.role_policies.RolePolicyReader`."""

    def read(self, reference: str) -> RolePolicies: ...


class Flows(Protocol):
    """`flows.service.FlowService`."""

    def check(self, text: str) -> Sequence[Problem]: ...
    def excerpt(self, text: str, card_id: str) -> Excerpt: ...
    def draft(self, text: str, document: Mapping[str, Any] | None = None) -> Draft: ...
    def apply(
        self, text: str, *, based_on: int | None = None, saved_by: str | None = None
    ) -> FlowVersion: ...
    def get(self, name: str, version: int | None = None) -> FlowVersion: ...
    def kept(self, name: str) -> KeptFlow: ...
    def list(
        self,
        *,
        folder: str | None = None,
        enabled: bool | None = None,
        owner: str | None = None,
        connection: str | None = None,
    ) -> Sequence[KeptFlow]: ...
    def change(self, name: str, change: FlowChange) -> KeptFlow: ...
    def change_all(self, names: Sequence[str], change: FlowChange) -> Sequence[KeptFlow]: ...
    def move_folder(self, folder: str, to: str) -> Sequence[KeptFlow]: ...
    def map(self) -> FlowMap: ...
    def versions(self, name: str) -> Sequence[FlowVersion]: ...
    def export(self, name: str, version: int | None = None) -> str: ...
    def delete(self, name: str) -> None: ...


class Runs(Protocol):
    """`engine.runs.RunService`."""

    def start(
        self,
        document: FlowDocument,
        *,
        version: int | None = None,
        inputs: dict[str, Any],
        deduplication_key: str | None = None,
        tested: str | None = None,
    ) -> Run: ...
    def samples(self, flow: str, excerpt: Excerpt) -> Mapping[str, Sample]: ...
    def preflight(
        self,
        document: FlowDocument,
        *,
        inputs: dict[str, Any],
        policies: PolicySet | None = None,
    ) -> Foresight: ...
    def get(self, run_id: str) -> Run: ...
    def list(
        self,
        *,
        flow: str | None = None,
        status: RunStatus | None = None,
        connection: str | None = None,
        text: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        tests: bool | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> Sequence[ListedRun]: ...
    def latest(self) -> Sequence[ListedRun]: ...
    def activity(
        self, *, since: datetime, until: datetime, step: timedelta
    ) -> Sequence[Activity]: ...
    def vitals(self, *, seconds: float = 1.0) -> EngineVitals: ...
    def card_runs(self, run_id: str) -> Sequence[CardRun]: ...
    def history(self, run_id: str) -> History: ...
    def events(self, run_id: str, after: int = 0, limit: int = 1000) -> Sequence[Event]: ...
    def cancel(self, run_id: str) -> object: ...
    def files(self, run_id: str) -> Sequence[File]: ...
    def open_file(self, run_id: str, key: str) -> BinaryIO: ...


class Uploads(Protocol):
    """`engine.uploads.UploadService`."""

    def begin(
        self, name: str, *, content_type: str | None = None, size: int | None = None
    ) -> IncomingUpload: ...


class Removal(Protocol):
    """`engine.removal.RemovalService`."""

    def retention(self) -> Retention: ...
    def set_retention(self, retention: Retention) -> Retention: ...
    def preview(self, retention: Retention | None = None) -> Removable: ...
    def last_sweep(self) -> Sweep | None: ...
    def waiting(self) -> int: ...
    def remove(self, run_id: str) -> None: ...
    def sweep(self, *, go_on: Callable[[], bool] = ..., seconds: float | None = None) -> Sweep: ...


class Catalog(CardLookup, Protocol):
    """`catalog.registry.Registry`."""

    def card(self, card_id: str) -> Card: ...
    def cards(self) -> Sequence[Card]: ...


@dataclass(slots=True)
class Application:
    """Everything the server needs. `close` releases it all, in order.

    `worker` says whether runs are executed in this process: without one, only what does not
    start or cancel runs is served.
    """

    data: Path
    worker: bool
    connections: Connections
    flows: Flows
    runs: Runs
    uploads: Uploads
    removal: Removal
    catalog: Catalog
    capabilities: Capabilities
    role_policies: RolePolicySource
    answers: Answers
    access: Access
    instance: str
    token: str = field(repr=False)
    close: Callable[[], None] = field(repr=False)
    database_facts: Callable[[], DatabaseFacts] = field(repr=False)
    clock_skew: Callable[[], float | None] = field(repr=False)
    """Seconds that AWS's clock is ahead, None while it is not known."""
    principal: Callable[[], PlatformPrincipal | None] = field(repr=False)
    """Who Penstock is to AWS, as last asked; None while it has not answered."""
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    require_token: bool = False
    allowed_hosts: frozenset[str] = frozenset()
    """Names, besides loopback ones, that a request's `Host` may have."""
