"""Write the generated part of the reference, or with `--check` say what of it is out of date.

Cards' pages and the flow document's JSON Schema come from the cards' declarations, the command's
page from the command, the API's description and page from its routes, the example policy's table
from the evaluator.
"""

import json
import sys
from pathlib import Path

from penstock.catalog.pages import card_page, index_page
from penstock.catalog.registry import Registry
from penstock.catalog.verdict_pages import example_policy_page
from penstock.catalog.verdicts import card_verdicts
from penstock.cli import main as command
from penstock.cli import reference as command_reference
from penstock.flows.schema import document_schema
from penstock.iam.policy import parse_policy
from penstock.server import reference as api_reference
from penstock.server.app import api

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
CARDS = REFERENCE / "cards"
EXAMPLE_POLICY = ROOT / "tests" / "data" / "example-policy.json"


def generated() -> dict[Path, str]:
    """Every generated file with what should be in it."""
    registry = Registry.discover()
    schema = json.dumps(document_schema(registry), indent=2, ensure_ascii=False) + "\n"
    openapi = api().openapi()
    pages = {CARDS / f"{card.id}.md": card_page(card) for card in registry.cards()}
    return {
        REFERENCE / "flow.schema.json": schema,
        REFERENCE / "cli.md": command_reference.reference_page(command.app),
        REFERENCE / "api.md": api_reference.reference_page(openapi),
        ROOT / "docs" / "openapi.json": json.dumps(openapi, indent=2, ensure_ascii=False) + "\n",
        CARDS / "README.md": index_page(registry.cards()),
        REFERENCE / "example-policy.md": _example_policy(registry),
        **pages,
    }


def _example_policy(registry: Registry) -> str:
    policy = parse_policy(EXAMPLE_POLICY.read_text(encoding="utf-8"))
    return example_policy_page(policy, card_verdicts(registry.cards(), [policy]))


def stale(files: dict[Path, str]) -> list[Path]:
    """Files that are missing, differ, or belong to no card any more."""
    wrong = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    return wrong + [path for path in sorted(CARDS.glob("*.md")) if path not in files]


def main(arguments: list[str]) -> int:
    files = generated()
    wrong = stale(files)
    if "--check" in arguments:
        for path in wrong:
            print(f"{path.relative_to(ROOT)} is out of date: run `python scripts/docs.py`")  # noqa: T201 - its output
        return 1 if wrong else 0
    for path in wrong:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
        print(path.relative_to(ROOT))  # noqa: T201 - its output
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
