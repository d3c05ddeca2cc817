"""The parts of a policy: statements, whom they name, and their conditions, as plain values."""

from dataclasses import dataclass
from typing import Any, Literal

Effect = Literal["Allow", "Deny"]


@dataclass(frozen=True, slots=True)
class Principals:
    """Whom a statement names. `everyone` is the bare `"*"`; `{"AWS": "*"}` means the same."""

    everyone: bool = False
    aws: tuple[str, ...] = ()
    service: tuple[str, ...] = ()
    federated: tuple[str, ...] = ()
    canonical_user: tuple[str, ...] = ()

    def as_element(self) -> Any:
        """The value of a `Principal` or `NotPrincipal` element."""
        if self.everyone:
            return "*"
        named = {
            "AWS": self.aws,
            "Service": self.service,
            "Federated": self.federated,
            "CanonicalUser": self.canonical_user,
        }
        return {kind: one_or_list(who) for kind, who in named.items() if who}


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one key: any of `values` may match, none of them for a negated operator."""

    operator: str
    key: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.operator} {self.key}"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `not_...` says that the element was `NotAction`, `NotResource`, ...

    `principals` is None in policies that belong to an identity, `resources` in trust policies.
    """

    effect: Effect
    actions: tuple[str, ...]
    resources: tuple[str, ...] | None = None
    principals: Principals | None = None
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None
    not_action: bool = False
    not_resource: bool = False
    not_principal: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The statement as JSON has it, elements in the order in which AWS shows them."""
        found: dict[str, Any] = {}
        if self.sid is not None:
            found["Sid"] = self.sid
        found["Effect"] = self.effect
        if self.principals is not None:
            name = "NotPrincipal" if self.not_principal else "Principal"
            found[name] = self.principals.as_element()
        found["NotAction" if self.not_action else "Action"] = one_or_list(self.actions)
        if self.resources is not None:
            name = "NotResource" if self.not_resource else "Resource"
            found[name] = one_or_list(self.resources)
        if self.conditions:
            tests: dict[str, dict[str, Any]] = {}
            for test in self.conditions:
                tests.setdefault(test.operator, {})[test.key] = one_or_list(test.values)
            found["Condition"] = tests
        return found


def one_or_list(values: tuple[str, ...]) -> str | list[str]:
    """A single value by itself, as IAM and people write it; otherwise a list."""
    return values[0] if len(values) == 1 else list(values)
