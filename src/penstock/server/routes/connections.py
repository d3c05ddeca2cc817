"""`/connections`: draft, verify, change and delete connections; their trust policies."""

import json
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse

from penstock.connections.model import Connection, Deletion
from penstock.engine.capability_report import CapabilityReport, Offered
from penstock.server import streams
from penstock.server.application import TrustForm
from penstock.server.authority import Asking, needs, username_of
from penstock.server.bodies import (
    ConnectionChange,
    DraftedConnection,
    NewConnection,
    Repointing,
    Usage,
    Verification,
)
from penstock.server.dependencies import Accept, Served, problems
from penstock.server.idempotency import IdempotencyKey, once
from penstock.server.paging import Cursor, Limit, Page, page_of
from penstock.server.policies import policy_of

router = APIRouter(prefix="/connections", tags=["connections"])

_MEDIA_TYPES: dict[TrustForm, str] = {
    "json": "application/json",
    "cloudformation": "application/yaml",
    "terraform": "text/plain",
    "cli": "text/x-shellscript",
}


@router.get("", summary="List connections", responses=problems())
@needs("read")
def list_connections(served: Served, limit: Limit = 100, cursor: Cursor = None) -> Page[Connection]:
    """By nickname."""
    found = served.connections.list()
    return page_of(found, lambda each: each.nickname.casefold(), limit=limit, cursor=cursor)


@router.post(
    "",
    summary="Draft a connection",
    status_code=201,
    response_model=DraftedConnection,
    responses=problems(409, 502),
)
@needs("write")
def draft(body: NewConnection, served: Served, key: IdempotencyKey = None) -> Response:
    """Mint its external ID and say what the role's trust policy has to be."""

    def create() -> tuple[DraftedConnection, int, str]:
        # Asked first: without a platform principal there is nothing a role could trust.
        platform = served.connections.platform()
        made = served.connections.draft(
            body.nickname, description=body.description, region=body.region
        )
        drafted = DraftedConnection(
            **dict(made),
            platform=platform,
            trust_policy=json.loads(served.connections.trust_policy(made.id)),
        )
        return drafted, 201, f"/api/v1/connections/{made.id}"

    return once(served.answers, key, "POST connections", body, create)


@router.get("/{reference}", summary="Show a connection", responses=problems(404))
@needs("read")
def show(reference: str, served: Served) -> Connection:
    """By nickname or id."""
    return served.connections.get(reference)


@router.patch(
    "/{reference}",
    summary="Rename or describe a connection, or change whether sessions are narrowed",
    responses=problems(404, 409),
)
@needs("write")
def change(reference: str, body: ConnectionChange, served: Served, caller: Asking) -> Connection:
    """Flows that use the connection follow a rename, each as a new version.

    `narrowing` says whether the sessions of runs that start from now on are held to what their
    flows declare.
    """
    found = served.connections.get(reference)
    if body.description is not None:
        found = served.connections.describe(found.id, body.description)
    if body.narrowing is not None:
        found = served.connections.narrow(found.id, body.narrowing)
    if body.nickname is not None:
        found = served.connections.rename(found.id, body.nickname, by=username_of(caller))
    return found


@router.delete("/{reference}", summary="Delete a connection", responses=problems(404, 409))
@needs("write")
def delete(
    reference: str,
    served: Served,
    force: Annotated[bool, Query(description="Even while flows use it.")] = False,
) -> Deletion:
    """This revokes nothing in AWS: the role's owner does, by its trust policy."""
    return served.connections.delete(reference, force=force)


@router.post(
    "/{reference}/verify",
    summary="Prove that the role lets Penstock in, and nobody else",
    response_model=Connection,
    responses=problems(403, 404, 409, 502),
)
@needs("write")
def verify(
    reference: str, body: Verification, served: Served, accept: Accept = None
) -> Connection | Response:
    """Probe the role's trust.

    The answer is the connection with its new status, which may be `unsafe` or `denied`: the
    probe's steps say why. With `Accept: text/event-stream` each step comes as it is made
    (`step`), then the connection (`connection`), or a problem document (`problem`).
    """
    found = served.connections.get(reference)
    if streams.wants_events(accept):
        return streams.response(
            streams.probe_steps(
                lambda on_step: served.connections.verify(
                    found.id,
                    role_arn=body.role_arn,
                    on_step=on_step,
                    wait=body.wait,
                )
            )
        )
    return served.connections.verify(found.id, role_arn=body.role_arn, wait=body.wait)


@router.post(
    "/{reference}/repoint",
    summary="Let a connection use another role",
    response_model=Connection,
    responses=problems(403, 404, 409, 502),
)
@needs("write")
def repoint(
    reference: str, body: Repointing, served: Served, accept: Accept = None
) -> Connection | Response:
    """Probe the other role first; streams its steps as `verify` does."""
    found = served.connections.get(reference)
    if streams.wants_events(accept):
        return streams.response(
            streams.probe_steps(
                lambda on_step: served.connections.repoint(
                    found.id, body.role_arn, force=body.force, on_step=on_step, wait=body.wait
                )
            )
        )
    return served.connections.repoint(found.id, body.role_arn, force=body.force, wait=body.wait)


@router.get(
    "/{reference}/trust-policy",
    summary="What the role's owner has to put in place",
    response_class=PlainTextResponse,
    responses=problems(404, 502),
)
@needs("read")
def trust_policy(
    reference: str,
    served: Served,
    form: Annotated[TrustForm, Query(description="In which form.")] = "json",
    flow: Annotated[list[str] | None, Query(description="With what these flows need.")] = None,
    card: Annotated[list[str] | None, Query(description="With what these cards need.")] = None,
) -> Response:
    """The trust policy, with the least-privilege policy of flows and cards if any are named."""
    found = served.connections.get(reference)
    permissions = None
    if flow or card:
        permissions = policy_of(
            served,
            flows=flow or (),
            cards=card or (),
            connection=found.nickname if flow else None,
            partition=served.connections.platform().partition,
        )
    text = served.connections.trust_policy(found.id, form, permissions)
    return PlainTextResponse(text, media_type=_MEDIA_TYPES[form])


@router.get("/{reference}/usage", summary="Which flows use a connection", responses=problems(404))
@needs("read")
def usage(reference: str, served: Served) -> Usage:
    """Flows whose current version has a card with this connection."""
    return Usage(flows=list(served.connections.usage(reference)))


@router.get(
    "/{reference}/capabilities",
    summary="What a connection's role may do, card by card",
    responses=problems(403, 404, 502),
)
@needs("read")
def capabilities(
    reference: str,
    served: Served,
    bucket: Annotated[
        str | None,
        Query(description="In this bucket; without it, in whatever bucket.", max_length=600),
    ] = None,
) -> CapabilityReport:
    """Allowed, denied, or not to be known before it is tried; why; and what to add to the role.

    From the role's policies where the role may read them, otherwise from requests that only
    read. Nothing is ever written to find out.
    """
    return served.capabilities.report(reference, bucket=bucket or None)


@router.get(
    "/{reference}/buckets",
    summary="Which buckets a connection can list",
    responses=problems(403, 404, 502),
)
@needs("read")
def buckets(
    reference: str,
    served: Served,
    prefix: Annotated[str, Query(description="How the name begins.", max_length=255)] = "",
) -> Offered:
    """By name, 1,000 at most: with `complete` false there are more, for a longer `prefix`.

    What was listed is given again for half a minute.
    """
    return served.capabilities.offer(reference, "buckets", prefix=prefix)
