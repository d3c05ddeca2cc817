"""What a write finds when it was done before: by an earlier try, or before a crash."""

from penstock.catalog.context import CardContext
from penstock.errors import PenstockError


def may_repeat(ctx: CardContext, error: PenstockError) -> bool:
    """Whether what stands in the way may be this card's own doing.

    That is so if this is not the card's first try, or if botocore sent the request again after
    an answer that was lost.
    """
    if ctx.attempt > 1:
        return True
    response = getattr(error.__cause__, "response", None)
    return bool(response and response.get("ResponseMetadata", {}).get("RetryAttempts"))
