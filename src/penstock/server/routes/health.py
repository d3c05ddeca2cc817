"""`/health`: that the server answers, and which one it is."""

import platform

from fastapi import APIRouter

from penstock import __version__
from penstock.server.bodies import Health
from penstock.server.dependencies import Served

router = APIRouter(tags=["health"])


@router.get("/health", summary="Which server this is")
async def health(served: Served) -> Health:
    """Answers without a token; where one is wanted, `data` stays unsaid.

    `instance` is fresh for each process.
    """
    return Health(
        version=__version__,
        instance=served.instance,
        data=None if served.require_token else str(served.data),
        worker=served.worker,
        python=platform.python_version(),
    )
