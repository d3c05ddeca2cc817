"""Conditions made ready, and whether they hold for a request.

"IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
keys". Unknown keys and operators, and whatever AWS does not document, make a condition
unknown; nothing makes it raise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from penstock.iam.matching import Pieces
from penstock.iam.operators import OPERATORS, Operator
from penstock.iam.statement import Condition
from penstock.iam.truth import Truth, every, opposite, some
from penstock.iam.variables import Facts, Template, Unknown, Unresolved, template

SetOperator = Literal["ForAllValues", "ForAnyValue"]


@dataclass(frozen=True, slots=True)
class CompiledCondition:
    """One condition. `operator` is None if there is no such operator."""

    condition: Condition
    key: str
    operator: Operator | None
    values: tuple[Template, ...]
    over: SetOperator | None
    if_exists: bool

    def holds(self, facts: Facts) -> bool:
        """Whether the condition is met; raises `Unknown` if that cannot be told."""
        if self.operator is None:
            raise Unknown(f"the condition operator {self.condition.operator} is not known")
        values = facts.values(self.key)
        if self.over and values == ("",):
            values = ()  # "resolves to an empty data set, such as an empty string"
        if self.operator.kind == "null":
            truth = some(
                self.operator.compare("false" if values else "true", one.fixed)
                for one in self.values
            )
        elif not values:
            truth = self.without_value(self.operator.negated)
        else:
            truth = self.with_values(self.operator, values, facts)
        if truth is None:
            raise Unknown(f"AWS does not say what {self.condition} means here")
        return truth

    def without_value(self, negated: bool) -> Truth:
        """What holds if the key is absent.

        That `IfExists` makes a condition true and that ForAnyValue makes it false are both
        documented, but not which of the two wins.
        """
        if self.over == "ForAnyValue":
            return None if self.if_exists else False
        return self.if_exists or self.over == "ForAllValues" or negated

    def with_values(self, operator: Operator, values: tuple[str, ...], facts: Facts) -> Truth:
        wanted = list(self.wanted(operator.negated, facts))
        if not wanted:
            return None
        tests = [self.test(operator, value, wanted) for value in values]
        if self.over == "ForAllValues":
            return every(tests)
        if self.over == "ForAnyValue":
            return some(tests)
        # AWS asks for a set operator when a key has several values. Without one, only what
        # both of them would say is sure.
        agreed = every(tests)
        return agreed if agreed == some(tests) else None

    def wanted(self, negated: bool, facts: Facts) -> Iterable[Pieces | None]:
        """The policy's values for this request; None for one whose variable has no value.

        Such a value matches nothing. For a negated operator AWS says only that it "might cause
        the entire statement to be invalid", so there nothing is sure.
        """
        for value in self.values:
            if not value.variable:
                yield value.fixed
                continue
            try:
                yield value.pieces(facts)
            except Unresolved:
                if negated:
                    why = f"a variable in {self.condition} has no value"
                    raise Unknown(why) from None
                yield None

    @staticmethod
    def test(operator: Operator, value: str, wanted: list[Pieces | None]) -> Truth:
        """One value of the request against all of the policy's: any may match, or none."""
        found = some(operator.compare(value, one) for one in wanted if one is not None)
        return opposite(found) if operator.negated else found


def compile_condition(condition: Condition, *, variables: bool) -> CompiledCondition:
    """`condition` made ready; `variables` says whether the policy's version has them."""
    name = condition.operator
    over: SetOperator | None = None
    if name.startswith("ForAllValues:"):
        over, name = "ForAllValues", name.removeprefix("ForAllValues:")
    elif name.startswith("ForAnyValue:"):
        over, name = "ForAnyValue", name.removeprefix("ForAnyValue:")
    if_exists = name.endswith("IfExists")
    operator = OPERATORS.get(name.removesuffix("IfExists"))
    if operator is not None and operator.kind == "null" and (if_exists or over):
        operator = None
    values = tuple(
        template(
            value,
            variables=variables and operator is not None and operator.variables,
            wildcards=operator is not None and operator.wildcards,
        )
        for value in condition.values
    )
    return CompiledCondition(condition, condition.key.lower(), operator, values, over, if_exists)
