from pathlib import Path

import pytest

from penstock.errors import InternalFault
from penstock.store.secrets import Sealer


def test_what_is_sealed_opens_for_its_run_alone(tmp_path: Path) -> None:
    sealer = Sealer.of_directory(tmp_path)
    sealed = sealer.seal({"token": "precious", "number": 1}, run_id="one")
    assert b"precious" not in sealed
    assert sealer.open(sealed, run_id="one") == {"token": "precious", "number": 1}
    with pytest.raises(InternalFault):
        sealer.open(sealed, run_id="two")
    with pytest.raises(InternalFault):
        sealer.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), run_id="one")
    assert sealer.seal({}, run_id="one") != sealer.seal({}, run_id="one")


def test_the_key_is_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    sealed = Sealer.of_directory(tmp_path).seal("x", run_id="r")
    assert Sealer.of_directory(tmp_path).open(sealed, run_id="r") == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.key"]
    assert (tmp_path / "secrets.key").stat().st_mode & 0o777 == 0o600
    with pytest.raises(InternalFault) as other:
        Sealer(bytes(32)).open(sealed, run_id="r")
    assert "secrets.key" in str(other.value.hint)
