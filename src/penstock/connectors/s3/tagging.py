"""Tags as cards take and give them, and S3's rules for them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, quote

from pydantic import ConfigDict, model_validator

from penstock.catalog.card import CardModel, CardOutputs

MOST_TAGS: Final = 10
LONGEST_TAG_KEY: Final = 128
LONGEST_TAG_VALUE: Final = 256


def _both_spellings(schema: dict[str, Any]) -> None:
    """Let AWS's own spelling stand in a flow's text as well: `Key` and `Value`."""
    kinds = schema["properties"]
    for name in ("key", "value"):
        kinds[name.capitalize()] = {**kinds[name], "title": name.capitalize()}
    schema.pop("required", None)


class Tag(CardModel):
    """One tag: `key` and `value`, or `Key` and `Value` as AWS spells them."""

    model_config = ConfigDict(json_schema_extra=_both_spellings)

    key: str
    """The tag's name, at most 128 characters."""
    value: str = ""
    """The tag's value, at most 256 characters; may be empty."""

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {
            (name.lower() if name in ("Key", "Value") else name): value
            for name, value in given.items()
        }


class TagFact(CardOutputs):
    key: str
    """The tag's name."""
    value: str
    """The tag's value."""


def checked(tags: Sequence[Tag]) -> Sequence[Tag]:
    """The tags, if S3 takes them as the tags of one object.

    Amazon S3 User Guide, "Categorizing your storage using tags": at most 10, each name once,
    128 and 256 Unicode characters (S3 counts UTF-16).

    Raises:
        ValueError: it would not.
    """
    if len(tags) > MOST_TAGS:
        raise ValueError(f"an object has at most {MOST_TAGS} tags, these are {len(tags)}")
    seen: set[str] = set()
    for tag in tags:
        if not tag.key:
            raise ValueError("a tag needs a key")
        if tag.key in seen:
            raise ValueError(f"the tag {tag.key!r} is given twice")
        seen.add(tag.key)
        if tag.key.lower().startswith("aws:"):
            raise ValueError(f"the tag {tag.key!r} cannot be set: aws: is AWS's own")
        if _length(tag.key) > LONGEST_TAG_KEY:
            raise ValueError(f"a tag's key has at most {LONGEST_TAG_KEY} characters")
        if _length(tag.value) > LONGEST_TAG_VALUE:
            raise ValueError(
                f"the value of tag {tag.key!r} has more than {LONGEST_TAG_VALUE} characters"
            )
    return tags


def tags_of(given: str | Sequence[Tag] | None) -> list[Tag]:
    """Tags from either form, checked.

    Raises:
        ValueError: S3 would not take them.
    """
    if not given:
        return []
    return list(checked(from_text(given) if isinstance(given, str) else given))


def from_text(text: str) -> list[Tag]:
    """Tags from URL-query text (`Key1=Value1&Key2=Value2`).

    Raises:
        ValueError: it is not of that form.
    """
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        raise ValueError("write tags as Key1=Value1&Key2=Value2") from None
    return [Tag(key=key, value=value) for key, value in pairs]


def as_header(tags: Sequence[Tag]) -> str:
    """Tags as the x-amz-tagging header takes them."""
    return "&".join(f"{quote(tag.key, safe='')}={quote(tag.value, safe='')}" for tag in tags)


def as_tag_set(tags: Sequence[Tag]) -> list[dict[str, str]]:
    """Tags as a TagSet of the API."""
    return [{"Key": tag.key, "Value": tag.value} for tag in tags]


def _length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
