"""A connector of three cards, as tests of the catalog and of the language need them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from penstock.catalog.card import CardModel, CardOutputs, Connector, Example, Ui
from penstock.catalog.context import CardContext
from penstock.catalog.files import File
from penstock.catalog.partial import Partial
from penstock.catalog.registry import Registry
from penstock.iam.permission import Permission

toy = Connector("toy", title="Toy", summary="Cards for tests.")


class Place(CardModel):
    """Where an object is."""

    bucket: str = Field(min_length=3)
    """The bucket's name."""

    key: Annotated[str, Field(min_length=1, max_length=1024)]
    """The object's key."""

    version_id: str | None = None
    """Which version; the newest if it is left out."""


class Tag(CardModel):
    key: str
    value: str = ""


class CopyInputs(CardModel):
    source: Place
    """What is copied."""

    target: Place
    """Where it goes."""

    storage: Literal["STANDARD", "GLACIER"] = "STANDARD"
    """How it is kept."""

    tags: list[Tag] = Field(default_factory=list)
    """The copy's tags."""

    metadata: dict[str, str] = Field(default_factory=dict)
    """The copy's metadata."""

    bypass: bool = False
    """Go past governance retention."""

    parts: Annotated[int | None, Field(ge=1, le=10_000)] = None
    """In how many parts."""

    until: datetime | None = None
    """Retain until then."""

    secret: Annotated[str | None, Ui(widget="secret")] = None
    """A key, shown to nobody."""

    content: File | None = None
    """A file instead of a source."""

    @model_validator(mode="after")
    def _not_onto_itself(self) -> "CopyInputs":
        if self.source == self.target:
            raise ValueError("source and target are the same")
        return self


class CopyOutputs(CardOutputs):
    etag: str
    """The copy's entity tag."""

    size: int
    """In bytes."""

    version_id: str | None = None
    """The version made, if the bucket keeps versions."""

    copied_at: datetime
    """When."""

    content: File
    """What was copied."""

    places: list[Place] = Field(default_factory=list)
    """Where it is now."""

    body: Any = None
    """Whatever."""


def _copy_permissions(inputs: Partial) -> Iterator[Permission]:
    source, target = inputs.part("source"), inputs.part("target")
    arn = f"arn:aws:s3:::{source.text('bucket')}/{source.text('key')}"
    yield Permission("s3:GetObject", arn)
    if source.may_have("version_id"):
        yield Permission("s3:GetObjectVersion", arn)
    arn = f"arn:aws:s3:::{target.text('bucket')}/{target.text('key')}"
    yield Permission("s3:PutObject", arn)
    if inputs.may_be("bypass", True):
        yield Permission("s3:BypassGovernanceRetention", arn)
    if inputs.may_have("tags"):
        yield Permission("s3:PutObjectTagging", arn, optional=True)


@toy.card(
    "copy",
    title="Copy",
    effect="write",
    permissions=_copy_permissions,
    operations=("CopyObject",),
    examples=(
        Example(
            "Copy within a bucket",
            {"source": {"bucket": "abc", "key": "a"}, "target": {"bucket": "abc", "key": "b"}},
        ),
    ),
)
def copy(ctx: CardContext, inputs: CopyInputs) -> CopyOutputs:
    """Copies an object.

    It may go to another bucket.
    """
    raise NotImplementedError


class SayInputs(CardModel):
    text: str
    """What to say."""

    times: int = 1
    """How often."""

    loud: bool | None = None
    """Whether to shout."""

    words: list[str] = Field(default_factory=list)
    """Single words."""

    extra: dict[str, Any] = Field(default_factory=dict)
    """Whatever else."""


class SayOutputs(CardOutputs):
    said: str
    """What was said."""


@toy.card("say", title="Say", effect="pure", needs_connection=False)
def say(ctx: CardContext, inputs: SayInputs) -> SayOutputs:
    """Says something."""
    return SayOutputs(said=inputs.text * inputs.times)


class ListInputs(CardModel):
    bucket: str
    """Which bucket."""

    prefix: str = ""
    """How keys begin."""


class ListOutputs(CardOutputs):
    objects: list[Place]
    """What was found."""

    complete: bool
    """Whether that is all."""


@toy.card(
    "list",
    title="List",
    effect="read",
    permissions=lambda inputs: [
        Permission("s3:ListBucket", f"arn:aws:s3:::{inputs.text('bucket')}")
    ],
    operations=("ListObjectsV2",),
)
def list_objects(ctx: CardContext, inputs: ListInputs) -> ListOutputs:
    """Lists objects."""
    raise NotImplementedError


registry = Registry([toy])
