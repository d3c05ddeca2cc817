"""`/health`: that the server answers, and which one it is; how it is, for those who may know."""

import platform

from fastapi import APIRouter

from penstock import __version__
from penstock.server.authority import Visiting, needs
from penstock.server.bodies import Health
from penstock.server.dependencies import Served, problems
from penstock.server.examination import examine
from penstock.server.settings_bodies import HealthDetails

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


@router.get("/health/details", summary="How the server is", responses=problems(403))
@needs("read")
def details(served: Served) -> HealthDetails:
    """Each thing that can go wrong, with what to do about it; `state` is that of the worst.

    Answers within seconds, whatever hangs. Programs that watch it read `state` and `facts`.
    """
    return examine(served)
