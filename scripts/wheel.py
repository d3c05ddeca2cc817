"""Refuse to build a wheel that lacks the pages (`make ui` builds them)."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PagesAreBuilt(BuildHookInterface):  # type: ignore[type-arg]  # its configuration is no type
    """What hatchling finds in this file and asks before each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """An editable install runs from the source, where the plain page will do."""
        page = Path(self.root, "src/penstock/server/static/index.html")
        if version != "editable" and not page.is_file():
            raise RuntimeError(
                "A wheel without the pages is not Penstock: run `make ui` first (Node.js 20)."
            )
