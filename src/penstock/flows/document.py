"""The flow document's model. YAML and JSON are read into it by `flows.reading`."""

from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from penstock.flows.durations import Duration

CARD_ID: Final = r"^[a-z][a-z0-9_]{0,62}$"
FLOW_NAME: Final = r"^[a-z0-9][a-z0-9_-]{0,62}$"

CardId = Annotated[str, Field(pattern=CARD_ID)]
"""`start` and `run` are taken: the start card's outputs and the run itself."""

FlowName = Annotated[str, Field(pattern=FLOW_NAME)]

InputType = Literal["text", "number", "boolean", "date-time", "object", "list", "file"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class FlowInput(_Part):
    """A value asked for when the flow is started by hand; `start.<name>` in mappings."""

    type: InputType = "text"
    """What kind of value it is."""

    title: str | None = None
    """Its label where it is asked for."""

    help: str | None = None
    """A sentence that says what to give."""

    required: bool = True
    """Whether a run needs it; if not, and if it has no default, it is null."""

    default: JsonValue = None
    """What it is if nothing is given. Not a mapping."""

    secret: bool = False
    """Whether it is hidden: never shown, logged or kept in history."""


class Start(_Part):
    """The start card. Manual is the only kind so far; others add their own fields here."""

    card: Literal["start.manual"] = "start.manual"
    """How the flow is started: `start.manual` by a person or a program that asks for it."""

    inputs: dict[CardId, FlowInput] = Field(default_factory=dict)
    """The values that the flow asks for, by name."""


class Retry(_Part):
    """Tries beyond the first, for what the connector calls retryable."""

    attempts: int = Field(default=3, ge=0, le=20)
    """How many tries after the first."""

    delay: Duration = Field(default=timedelta(seconds=1), ge=timedelta(0), le=timedelta(hours=1))
    """How long before the second try, as in `30s`, `5m` or `1h`; each further wait is longer."""


class ErrorHandling(_Part):
    """What happens when a card fails: try again, then stop, or go on with given outputs."""

    retry: Retry | None = None
    """How often and when to try again."""

    then: Literal["stop", "continue"] = "stop"
    """After the last try: `stop` the run, or `continue` with `values`."""

    values: dict[str, JsonValue] = Field(default_factory=dict)
    """The card's outputs if it failed and the flow goes on; they may be mappings."""


class CardUse(_Part):
    """A card in a flow. `blocks` holds further cards for those that contain some."""

    id: CardId
    """The card's name in this flow, by which later cards refer to its outputs."""

    card: str
    """Which card it is, as in `s3.copy_object`."""

    connection: str | None = None
    """The nickname of the connection that it works through."""

    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    """What it is given: values, or mappings such as `{{ start.bucket }}`."""

    note: str | None = None
    """A remark for whoever reads the flow."""

    on_error: ErrorHandling | None = None
    """What happens when it fails. Left out, it is tried again as often as is usual, then the run
    stops."""

    blocks: dict[str, list["CardUse"]] = Field(default_factory=dict)
    """Further cards inside this one, for cards that hold some."""


class Settings(_Part):
    """What a flow's runs keep, and how many may run at once."""

    save_values: bool = True
    """Whether history keeps what cards were given and gave; secrets never are."""

    preflight: bool = False
    """Whether a run first looks whether AWS will allow what its cards do, and fails before the
    first one if something is surely denied."""


class FlowDocument(_Part):
    """A flow: one start card, then cards in order."""

    flow: FlowName
    """The flow's name."""

    title: str | None = None
    """Its name for people, with blanks and capitals."""

    description: str | None = None
    """What it is for."""

    start: Start = Field(default_factory=Start)
    """How it starts and what it asks for."""

    cards: list[CardUse] = Field(default_factory=list)
    """What it does, in order."""

    settings: Settings = Field(default_factory=Settings)
    """How its runs are kept."""
