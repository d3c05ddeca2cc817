"""A server with one connector more: the cards of `tests/holding.py`, which hold others.

The real catalog has none such yet. They come as any connector comes that is no part of Penstock: a
package beside it, found by its entry point.
"""

import shutil
from pathlib import Path

from penstock.sandbox.info import SandboxInfo
from tests import holding
from tests.acceptance.command import Penstock


def with_holding_cards(folder: Path, sandbox: SandboxInfo) -> Penstock:
    """The command with the package installed beside it, and a data directory of its own."""
    site = folder / "site"
    about = site / "holding_cards-1.0.dist-info"
    about.mkdir(parents=True)
    shutil.copyfile(holding.__file__, site / "holding_cards.py")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: holding-cards\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[penstock.connectors]\nholding = holding_cards:holding\n"
    )
    return Penstock(folder / "data", {**sandbox.variables(), "PYTHONPATH": str(site)})
