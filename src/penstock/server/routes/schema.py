"""`/schema`: the JSON Schema of flow documents, for editors."""

from typing import Any

from fastapi import APIRouter

from penstock.flows.schema import document_schema
from penstock.server.authority import needs
from penstock.server.dependencies import Served

router = APIRouter(tags=["schema"])


@router.get("/schema", summary="The JSON Schema of flow documents")
@needs("read")
def schema(served: Served) -> dict[str, Any]:
    """Draft 2020-12, with every card's inputs."""
    return document_schema(served.catalog)
