"""Tests that Ceph RGW judges: in one worker, for there is one cluster."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from penstock.catalog.files import Files
from penstock.store.files import RunFileStore
from tests.rgw import Rgw, rgw

__all__ = ["rgw"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.rgw)


@pytest.fixture(scope="session")
def client(rgw: Rgw) -> Any:
    """The first user's S3 client."""
    return rgw.client()


@pytest.fixture
def bucket(rgw: Rgw) -> Iterator[str]:
    """An empty bucket, gone afterwards with all it holds."""
    name = rgw.bucket()
    yield name
    rgw.clear(name)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """The files of one run."""
    return RunFileStore(tmp_path / "files").of_run("run-1")
