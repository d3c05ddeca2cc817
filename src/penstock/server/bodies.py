"""What requests carry and what answers hold, where that is not a kept model as it is."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from penstock.connections.model import Connection, PlatformPrincipal
from penstock.engine.model import CardRun, Run, RunSession

Text = Annotated[str, Field(max_length=4_000_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewConnection(_Body):
    """A connection to draft. There is no external ID to give: Penstock mints it."""

    nickname: Annotated[str, Field(max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    region: Annotated[str, Field(max_length=40)] | None = None


class ConnectionChange(_Body):
    """What to change; what is left out stays."""

    nickname: Annotated[str, Field(max_length=200)] | None = None
    description: Annotated[str, Field(max_length=2000)] | None = None
    narrowing: bool | None = None


class Verification(_Body):
    """What to verify: the connection's role, or another one from now on.

    `wait` is how many seconds a new trust policy may take to count: IAM is eventually
    consistent.
    """

    role_arn: Annotated[str, Field(max_length=4096)] | None = None
    wait: Annotated[float, Field(ge=0, le=900)] = 60.0


class Repointing(_Body):
    """Another role for the connection; it has to pass the probe before it counts.

    `force` takes one that cannot be assumed (the old one may be gone), but none that is unsafe.
    """

    role_arn: Annotated[str, Field(max_length=4096)]
    wait: Annotated[float, Field(ge=0, le=900)] = 60.0
    force: bool = False


class DraftedConnection(Connection):
    """A new connection with what its owner needs to make the role."""

    platform: PlatformPrincipal
    trust_policy: dict[str, Any]


class Usage(BaseModel):
    """The flows that use a connection."""

    flows: list[str]


class FlowText(_Body):
    """A flow document as YAML."""

    text: Text


class FlowToKeep(FlowText):
    """A flow document to keep.

    `based_on` is the version it was made from, 0 for none: if another one has been saved since,
    nothing is kept.
    """

    based_on: Annotated[int, Field(ge=0)] | None = None


class FlowDraft(_Body):
    """A flow document being edited: its text, and what that is to say instead, if anything."""

    text: Text = ""
    document: dict[str, Any] | None = None


class FlowUpdate(_Body):
    """Where flows stand, whether they are on, and whose they are; what is left out stays.

    `folder` is a path such as `Legal/Holds`, empty for the top. No run is started of a flow that
    is not `enabled`. `owner` is a username.
    """

    folder: Annotated[str, Field(max_length=400)] | None = None
    enabled: bool | None = None
    owner: Annotated[str, Field(max_length=64)] | None = None


class FlowsUpdate(FlowUpdate):
    """The same change of several flows."""

    flows: Annotated[
        list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=1000)
    ]


class FolderMove(_Body):
    """A folder, and what it is to become."""

    folder: Annotated[str, Field(max_length=400)]
    to: Annotated[str, Field(max_length=400)]


class FoundProblem(BaseModel):
    """One finding of a check."""

    pointer: str
    code: str
    message: str
    severity: Literal["error", "warning"]
    hint: str | None = None
    where: dict[str, str | int] = Field(default_factory=dict)


class Checked(BaseModel):
    """What a check found; `ok` if nothing is an error."""

    ok: bool
    problems: list[FoundProblem]


class DraftedFlow(Checked):
    """A document being edited; `document` is null where the text cannot be read as one."""

    text: str
    document: dict[str, Any] | None


class FlowVersionSummary(BaseModel):
    """One version of a flow, without its text. `saved_by` is a username, if one had to sign in."""

    flow: str
    version: int
    title: str | None
    description: str | None
    cards: int
    connections: list[str]
    saved_at: str
    saved_by: str | None


class FlowSummary(FlowVersionSummary):
    """A flow: its current version, and where it stands."""

    folder: str
    enabled: bool
    owner: str | None
    created_at: str


class FlowDetail(FlowSummary):
    """A flow with one version of its text, and the document that this says."""

    text: str
    document: dict[str, Any]


class NewRun(_Body):
    """Start a run of a kept flow.

    `input_texts` are inputs as a person types them; each is read as the type that the flow
    declares for it.

    A file among the inputs is `{"upload": id}` (`POST /uploads`), or `{"run": id, "key": key}` for
    a file of an earlier run.
    """

    inputs: dict[str, Any] = Field(default_factory=dict)
    input_texts: dict[str, str] = Field(default_factory=dict)
    version: Annotated[int, Field(ge=1)] | None = None
    deduplication_key: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class NewDocumentRun(_Body):
    """Start a run of a document that is not kept; see NewRun for `inputs` and `input_texts`.

    With `card` only that card is run, as `POST /flows/excerpt` describes: a test of it.
    """

    text: Text
    card: Annotated[str, Field(min_length=1, max_length=63)] | None = None
    inputs: dict[str, Any] = Field(default_factory=dict)
    input_texts: dict[str, str] = Field(default_factory=dict)
    deduplication_key: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class RunSummary(BaseModel):
    """A run without its document. `connections` are nicknames as they were when it started.

    `tested` is the id of the only card that was run, if it was a test of one.
    """

    id: str
    flow: str
    title: str | None
    connections: list[str]
    version: int | None
    status: str
    created_at: str
    started_at: str | None
    ended_at: str | None
    error: dict[str, Any] | None
    tested: str | None


class RunDetail(Run):
    """A run with its cards and sessions.

    `resumed` on a start: an unfinished run was taken up instead.
    """

    cards: list[CardRun] = Field(default_factory=list)
    sessions: list[RunSession] = Field(default_factory=list)
    resumed: bool = False


class RunFile(BaseModel):
    """A file of a run."""

    key: str
    name: str
    size: int
    content_type: str | None
    sha256: str | None


class CardSummary(BaseModel):
    """A card in the catalog; `holds` if further cards go into it."""

    id: str
    title: str
    kind: str
    effect: str
    summary: str
    connector: str | None
    holds: bool


class CardExample(BaseModel):
    """Inputs that validate."""

    title: str
    inputs: dict[str, Any]


class CardPermission(BaseModel):
    """A permission of a card whose inputs are not known yet."""

    action: str
    resource: str
    optional: bool


class CardBlock(BaseModel):
    """A place in a card for further cards."""

    name: str
    title: str
    help: str
    required: bool
    repeated: bool
    gives: dict[str, Any] | None


class CardDetail(CardSummary):
    """A card with its schemas, help, blocks of further cards, permissions and examples."""

    help: str
    needs_connection: bool
    operations: list[str]
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    blocks: list[CardBlock]
    permissions: list[CardPermission]
    examples: list[CardExample]


class Health(BaseModel):
    """That the server answers, and which one it is."""

    status: Literal["ok"] = "ok"
    version: str
    instance: str
    data: str | None
    worker: bool
    python: str
