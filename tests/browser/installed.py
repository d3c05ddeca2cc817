"""A server with one connector more: cards of `tests/` that the real catalog has none like yet.

They come as any connector comes that is no part of Penstock: a package beside it, found by its
entry point.
"""

import shutil
from pathlib import Path
from types import ModuleType

from penstock.sandbox.info import SandboxInfo
from tests import calling, holding
from tests.acceptance.command import Penstock


def with_holding_cards(folder: Path, sandbox: SandboxInfo) -> Penstock:
    """The command with cards that hold others, and a data directory of its own."""
    return _installed(folder, sandbox, holding, "holding")


def with_calling_cards(folder: Path, sandbox: SandboxInfo) -> Penstock:
    """The command with a card that calls a flow, and a data directory of its own."""
    return _installed(folder, sandbox, calling, "calling")


def _installed(folder: Path, sandbox: SandboxInfo, module: ModuleType, name: str) -> Penstock:
    site = folder / "site"
    about = site / f"{name}_cards-1.0.dist-info"
    about.mkdir(parents=True)
    assert module.__file__ is not None
    shutil.copyfile(module.__file__, site / f"{name}_cards.py")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-cards\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        f"[penstock.connectors]\n{name} = {name}_cards:{name}\n"
    )
    return Penstock(folder / "data", {**sandbox.variables(), "PYTHONPATH": str(site)})
