"""Where log records go: nowhere, unless somebody is there to read them."""

import logging
import sys


def silence() -> None:
    """For a command that says itself what went wrong, in one line."""
    logging.getLogger().addHandler(logging.NullHandler())


def to_stderr() -> None:
    """For a server, and for `--debug`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    # A library's logger may be more talkative than the root; AWS's write down what they sign.
    handler.setLevel(logging.WARNING)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
