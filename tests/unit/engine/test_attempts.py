from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from penstock.engine.attempts import LONGEST_DELAY, delay
from penstock.errors import ServiceFault
from penstock.flows.document import Retry

FAULT = ServiceFault("Slow down.", retryable=True)


def test_delays_double_up_to_a_bound() -> None:
    retry = Retry(delay=timedelta(seconds=1))
    longest = [delay(retry, attempt, FAULT, lambda: 1.0) for attempt in range(1, 12)]
    assert longest[:4] == [1, 2, 4, 8]
    assert longest[-1] == LONGEST_DELAY


@given(st.integers(1, 50), st.floats(0, 1), st.floats(0, 3600))
def test_jitter_is_over_all_of_it(attempt: int, chance: float, seconds: float) -> None:
    retry = Retry(delay=timedelta(seconds=seconds))
    found = delay(retry, attempt, FAULT, lambda: chance)
    assert 0 <= found <= LONGEST_DELAY
    assert found == pytest.approx(chance * delay(retry, attempt, FAULT, lambda: 1.0))


def test_a_service_may_ask_for_more() -> None:
    fault = ServiceFault("Slow down.", retryable=True, details={"retry_after": 30})
    assert delay(Retry(), 1, fault, lambda: 1.0) == 30
    fault = ServiceFault("Slow down.", retryable=True, details={"retry_after": 10**6})
    assert delay(Retry(), 1, fault, lambda: 1.0) == LONGEST_DELAY
