"""`/flows/preflight`: what AWS would allow a flow's cards, before it runs."""

from typing import Annotated, Any, Self

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from penstock.engine.foresight import Foresight
from penstock.server.authority import Asking, needs
from penstock.server.bodies import Text
from penstock.server.dependencies import Served, problems
from penstock.server.policies import given
from penstock.server.policy_bodies import GivenPolicies
from penstock.server.starts import require_files, sound_document, typed_inputs

router = APIRouter(prefix="/flows", tags=["flows"])


class PreflightOf(BaseModel):
    """A kept flow by name, or a document; with the inputs that are known already.

    `policies` are taken for those of its roles; AWS is not asked anything then.
    """

    model_config = ConfigDict(extra="forbid")

    flow: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    version: Annotated[int, Field(ge=1)] | None = None
    text: Text | None = None
    inputs: dict[str, Any] = Field(default_factory=dict)
    input_texts: dict[str, str] = Field(default_factory=dict)
    policies: GivenPolicies | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.flow is None) == (self.text is None):
            raise ValueError("give either a flow's name or a text")
        return self


@router.post("/preflight", summary="Look ahead at what AWS would allow", responses=problems(404))
@needs("run")
def preflight(body: PreflightOf, served: Served, caller: Asking) -> Foresight:
    """Card by card: allowed, denied, or not to be known until it runs, and why.

    From the role's policies where the role may read them, otherwise from requests that only
    read. Nothing is ever written to find out.
    """
    if body.flow is not None:
        document = served.flows.get(body.flow, body.version).document
    else:
        document = sound_document(served, body.text or "")
    policies = None
    if body.policies is not None:
        policies = given(served, body.policies, None).policies
    inputs = typed_inputs(document, body.inputs, body.input_texts)
    require_files(caller, document, inputs)
    return served.runs.preflight(document, inputs=inputs, policies=policies)
