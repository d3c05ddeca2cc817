"""`/health`: that the server answers, and which one it is."""

import platform

from fastapi import APIRouter

from penstock import __version__
from penstock.server.authority import Visiting, needs
from penstock.server.bodies import Health
from penstock.server.dependencies import Served

router = APIRouter(tags=["health"])


@router.get("/health", summary="Which server this is")
@needs("public")
async def health(served: Served, visit: Visiting) -> Health:
    """Answers anyone; `data` only who is known.

    `instance` is fresh for each process.
    """
    return Health(
        version=__version__,
        instance=served.instance,
        data=None if visit.caller is None else str(served.data),
        worker=served.worker,
        python=platform.python_version(),
    )
