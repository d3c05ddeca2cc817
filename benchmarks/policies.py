"""Policies: one request against a 6 KB policy, the policy of a flow of 50 cards, a comparison.

`python -m benchmarks.policies`. The median of several rounds, each of many repetitions, so that
what the machine does meanwhile does not count. The evaluator's figure is after compilation, which
is done once for each policy and is shown by itself. Nothing is taken from a cache of answers:
each request asks for another key, and each flow has other buckets.
"""

import gc
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from penstock.catalog.policies import needs_of_flow
from penstock.catalog.registry import Registry
from penstock.flows.document import CardUse, FlowDocument
from penstock.iam.comparison import compare
from penstock.iam.evaluation import PolicySet, evaluate
from penstock.iam.flow_policy import MANAGED_POLICY_LIMIT, policies_for, policy_size
from penstock.iam.policy import parse_policy
from penstock.iam.request import Principal, Request

ROUNDS = 7
CARDS = 50
ROLE = "arn:aws:iam::444455556666:role/acme"

_ACTIONS = ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject")


def large_policy() -> dict[str, Any]:
    """As long as a managed policy may be: statements with wildcards and conditions."""
    statements: list[dict[str, Any]] = []
    document: dict[str, Any] = {"Version": "2012-10-17", "Statement": statements}
    number = 0
    while policy_size(parse_policy({**document, "Statement": [*statements, _one(number)]})) <= (
        MANAGED_POLICY_LIMIT
    ):
        statements.append(_one(number))
        number += 1
    return document


def _one(number: int) -> dict[str, Any]:
    return {
        "Sid": f"Department{number}",
        "Effect": "Deny" if number % 7 == 6 else "Allow",
        "Action": list(_ACTIONS),
        "Resource": [
            f"arn:aws:s3:::department-{number}/reports/*/x",
            f"arn:aws:s3:::department-{number}/${{aws:PrincipalTag/team}}/*",
        ],
        "Condition": {
            "StringLike": {"s3:prefix": [f"department-{number}/*", "home/${aws:username}/*"]},
            "IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]},
        },
    }


def flow_of(count: int, name: int) -> FlowDocument:
    """A flow of `count` cards of several kinds, with keys that are mapped in part."""
    cards = []
    for number in range(count):
        place = {"bucket": f"b{name}-{number % 9}", "key": f"in/{number}/{{{{ run.date }}}}/x"}
        choices: tuple[tuple[str, dict[str, Any]], ...] = (
            ("s3.read_object", place),
            ("s3.download_object", place),
            ("s3.copy_object", {"source": place, "destination": {**place, "bucket": "archive"}}),
            ("s3.tag_object", {**place, "tags": [{"key": "a", "value": "b"}]}),
            ("s3.search_objects", {"bucket": place["bucket"], "prefix": f"in/{number}/"}),
            ("s3.delete_object", place),
            ("s3.upload_object", {**place, "text": "x"}),
        )
        card, inputs = choices[number % len(choices)]
        cards.append(CardUse(id=f"card_{number}", card=card, connection="acme", inputs=inputs))
    return FlowDocument(flow=f"flow-{name}", cards=cards)


def timed(work: Callable[[int], object], repetitions: int) -> float:
    """Seconds for one repetition; `work` is given a number that it has not had before."""
    found = []
    for turn in range(ROUNDS):
        gc.collect()
        started = time.perf_counter()
        for repetition in range(repetitions):
            work(turn * repetitions + repetition)
        found.append((time.perf_counter() - started) / repetitions)
    return median(found)


def main() -> None:
    document = large_policy()
    policy = parse_policy(document)
    policies = PolicySet(identity=(policy,))
    principal = Principal(
        "role-session",
        "arn:aws:sts::444455556666:assumed-role/acme/s",
        "444455556666",
        tags={"team": "a"},
    )
    departments = len(policy.statements)

    def ask(number: int) -> object:
        department = number % departments
        key = f"arn:aws:s3:::department-{department}/reports/{number}/x"
        context = {
            "aws:SourceIp": ("10.1.2.3",),
            "s3:prefix": (f"department-{department}/{number}",),
        }
        return evaluate(Request(principal, "s3:GetObject", key, context), policies)

    ask(0)
    cards = Registry.discover()

    def need(number: int) -> object:
        return policies_for(needs_of_flow(flow_of(CARDS, number), cards))

    needs = needs_of_flow(flow_of(CARDS, 0), cards)
    need(10**6)
    size = policy_size(policy)
    rows = (
        (
            f"compile a policy of {size:,} characters",
            timed(lambda _: parse_policy(document).compiled, 5),
            None,
        ),
        (f"one request against it ({departments} statements)", timed(ask, 2000), 200e-6),
        (f"policy of a flow of {CARDS} cards", timed(need, 5), 50e-3),
        (
            "the same flow compared with a policy",
            timed(lambda _: compare(needs, [policy], role_arn=ROLE), 1),
            None,
        ),
    )
    for name, seconds, target in rows:
        said = f"  (target {target * 1e6:,.0f} us or less)" if target else ""
        print(f"{name:48} {seconds * 1e6:10,.0f} us{said}")


if __name__ == "__main__":
    main()
