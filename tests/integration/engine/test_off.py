"""A flow that is off: no new run of it starts, and what was started ends as it would have."""

from pathlib import Path

import pytest

from penstock.errors import FlowOff
from tests.integration.engine.toys import close_gate, flow, open_bench, use


def test_a_run_under_way_ends_as_it_was_and_no_other_starts(tmp_path: Path) -> None:
    off: set[str] = set()

    def may_start(name: str) -> None:
        if name in off:
            raise FlowOff

    entered, gate = close_gate("off")
    document = flow(use("a", "gate", name="off"), use("b", "write", text="x"))
    with open_bench(tmp_path, may_start=may_start) as bench:
        run = bench.service.start(document, inputs={}, deduplication_key="k")
        assert entered.wait(30)
        off.add("toys")
        with pytest.raises(FlowOff):
            bench.service.start(document, inputs={})
        with pytest.raises(FlowOff):
            bench.service.start(document, inputs={}, deduplication_key="other")
        # Asked for again, it is the one under way: that starts nothing.
        again = bench.service.start(document, inputs={}, deduplication_key="k")
        assert again.id == run.id
        gate.set()
        assert bench.service.wait(run.id, 30).status == "succeeded"
        with pytest.raises(FlowOff):
            bench.service.start(document, inputs={}, deduplication_key="k")
        assert [each.id for each in bench.service.list()] == [run.id]
        off.clear()
        assert bench.run(document).status == "succeeded"
