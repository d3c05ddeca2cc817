"""A process that runs a flow of toys to its end, made to be killed on the way."""

import os
from pathlib import Path

from penstock.engine.model import ENDED
from penstock.flows.document import FlowDocument
from tests.integration.engine.toys import open_bench


def main(data: str, journal: str, document: str, url: str | None) -> None:
    """Start the flow, or take up its run again, and exit when it has ended."""
    os.environ["TOY_JOURNAL"] = journal
    with open_bench(Path(data), url=url) as bench:
        if listed := bench.service.list():
            run_id = listed[0].id
        else:
            run_id = bench.service.start(
                FlowDocument.model_validate_json(document), inputs={}, deduplication_key="once"
            ).id
        assert bench.service.wait(run_id, 60).status in ENDED
