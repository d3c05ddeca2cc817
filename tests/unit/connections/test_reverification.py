"""The daily round."""

import logging
import threading
from collections.abc import Sequence

import pytest

from penstock.connections.model import Connection
from penstock.connections.reverification import Reverification
from penstock.errors import CredentialsUnavailable
from tests.unit.connections.fake_sts import NOON


class Rounds:
    """Counts looks; the first fails, the second finds an unsafe connection."""

    def __init__(self) -> None:
        self.looks = 0
        self.third = threading.Event()

    def reverify_due(self) -> Sequence[Connection]:
        self.looks += 1
        if self.looks == 1:
            raise CredentialsUnavailable("expired")
        if self.looks >= 3:
            self.third.set()
            return []
        return [
            Connection(
                id="1",
                nickname="archive",
                external_id="2",
                status="unsafe",
                created_at=NOON,
                updated_at=NOON,
            )
        ]


def test_it_goes_on_whatever_happens_and_says_what_changed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    rounds = Rounds()
    reverification = Reverification(rounds, every=0.001)
    with caplog.at_level(logging.WARNING):
        reverification.start()
        assert rounds.third.wait(timeout=30)
        reverification.close()
        reverification._thread.join(timeout=30)
    assert not reverification._thread.is_alive()
    assert "could not be probed again" in caplog.text
    assert "connection archive is now unsafe" in caplog.text


def test_a_closed_one_looks_no_more() -> None:
    rounds = Rounds()
    reverification = Reverification(rounds, every=3600)
    reverification.close()
    reverification.start()
    reverification._thread.join(timeout=30)
    assert rounds.looks == 0
