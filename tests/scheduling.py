"""Which tests go together when several processes share them.

`--dist loadgroup` groups by what it appends to a test's node id, which pytest 9.2 no longer lets
it do, and says nothing about it: the marks are there and every test goes its own way. So the
groups are told here, by where a test is.
"""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/integration/rgw/",  # one Ceph cluster
    "tests/acceptance/test_kill.py",  # one count of the points at which it was killed
)
BY_FILE = "tests/browser/"
"""Each file has one server, and what its tests make there; each process one browser."""


class Grouped(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """Tests that share something dear go to one process; all others wherever there is room.

    The groups with most tests begin, so that none is left for the end.
    """

    def _split_scope(self, nodeid: str) -> str:
        for start in TOGETHER:
            if nodeid.startswith(start):
                return start
        return nodeid.partition("::")[0] if nodeid.startswith(BY_FILE) else nodeid
