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
    model_config = ConfigDict(extra="forbid", frozen=True)


class FlowInput(_Part):
    """A value asked for when the flow is started by hand; `start.<name>` in mappings."""

    type: InputType = "text"
    title: str | None = None
    help: str | None = None
    required: bool = True
    default: JsonValue = None
    secret: bool = False


class Start(_Part):
    """The start card. Manual is the only kind so far; others add their own fields here."""

    card: Literal["start.manual"] = "start.manual"
    inputs: dict[CardId, FlowInput] = Field(default_factory=dict)


class Retry(_Part):
    """Tries beyond the first, for what the connector calls retryable."""

    attempts: int = Field(default=3, ge=0, le=20)
    delay: Duration = Field(default=timedelta(seconds=1), ge=timedelta(0), le=timedelta(hours=1))


class ErrorHandling(_Part):
    """What happens when a card fails: try again, then stop, or go on with given outputs."""

    retry: Retry | None = None
    then: Literal["stop", "continue"] = "stop"
    values: dict[str, JsonValue] = Field(default_factory=dict)


class CardUse(_Part):
    """A card in a flow. `blocks` holds further cards for those that contain some."""

    id: CardId
    card: str
    connection: str | None = None
    inputs: dict[str, JsonValue] = Field(default_factory=dict)
    note: str | None = None
    on_error: ErrorHandling | None = None
    blocks: dict[str, list["CardUse"]] = Field(default_factory=dict)


class Settings(_Part):
    """What a flow's runs keep, and how many may run at once."""

    save_values: bool = True


class FlowDocument(_Part):
    """A flow: one start card, then cards in order."""

    flow: FlowName
    title: str | None = None
    description: str | None = None
    start: Start = Field(default_factory=Start)
    cards: list[CardUse] = Field(default_factory=list)
    settings: Settings = Field(default_factory=Settings)
