"""`/flow-map`: the map of flows. Not below `/flows`, where a flow could be called so."""

from fastapi import APIRouter

from penstock.flows.map import FlowMap
from penstock.server.authority import needs
from penstock.server.dependencies import Served, problems

router = APIRouter(tags=["flows"])


@router.get("/flow-map", summary="Map flows", name="map", responses=problems())
@needs("read")
def flow_map(served: Served) -> FlowMap:
    """Which flows use which connections, and which call which, in their current versions."""
    return served.flows.map()
