"""What is said of things that went wrong holds no secret."""

import base64
import io
import json
import logging
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from penstock.cli import logs
from penstock.connectors.s3.custom_inputs import CustomApiActionInputs
from penstock.engine.redaction import MARK, Redactor
from penstock.store.answers import Answers
from penstock.store.database import open_database, sqlite_engine
from penstock.store.secrets import Sealer

SECRET = 'pass"word/with \n odd=characters'


def test_a_database_error_does_not_show_what_was_written(tmp_path: Path) -> None:
    database = open_database(tmp_path)
    engines = [database.engine, sqlite_engine(tmp_path / "engine.db", explicit_begin=False)]
    for engine in engines:
        with engine.begin() as sql:
            sql.execute(sa.text("CREATE TABLE once (name TEXT NOT NULL CHECK (name = 'a'))"))
            written = sa.text("INSERT INTO once VALUES (:name)")
            with pytest.raises(sa.exc.IntegrityError) as caught:
                sql.execute(written, {"name": "hunter2"})
        assert "hunter2" not in str(caught.value)
        engine.dispose()


@pytest.mark.parametrize("value", ["hunter2\n", "hunter2\r\nHost: evil", "hunter2\x00", "hunter2é"])
def test_a_secret_header_that_cannot_be_sent_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(ValidationError) as caught:
        CustomApiActionInputs(bucket="example", secret_headers={"x-amz-thing": value})
    told = caught.value.errors(include_input=False, include_url=False)
    assert "x-amz-thing" in told[0]["msg"]
    assert "hunter2" not in str(told)


@pytest.mark.parametrize("name", ["x\r\ny", "x y", "x:y", "ä", "", "Host", "AUTHORIZATION"])
def test_header_names_cannot_inject(name: str) -> None:
    for field in ("headers", "secret_headers"):
        with pytest.raises(ValidationError):
            CustomApiActionInputs.model_validate({"bucket": "example", field: {name: "1"}})


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET),
        repr(SECRET),
        quote(SECRET),
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
        f"b'{SECRET.encode()!r}'",
    ],
)
def test_a_secret_is_found_in_the_forms_that_it_takes_on_its_way(form: str) -> None:
    redact = Redactor([SECRET])
    assert redact({"message": f"it was {form}."}) != {"message": f"it was {form}."}
    assert "odd" not in json.dumps(redact(f"it was {form}."))
    assert MARK in redact(f"it was {form}.")


def test_what_is_kept_of_a_request_cannot_be_guessed_at_without_the_key(tmp_path: Path) -> None:
    database = open_database(tmp_path / "a")
    here = Answers(database, Sealer.of_directory(tmp_path / "a"))
    again = Answers(database, Sealer.of_directory(tmp_path / "a"))
    (tmp_path / "b").mkdir()
    elsewhere = Answers(database, Sealer.of_directory(tmp_path / "b"))
    assert here.fingerprint("pin 1234") == again.fingerprint("pin 1234")
    assert here.fingerprint("pin 1234") != here.fingerprint("pin 1235")
    assert here.fingerprint("pin 1234") != elsewhere.fingerprint("pin 1234")
    database.close()


def test_debugging_shows_no_more_than_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    try:
        root.setLevel(logging.DEBUG)
        monkeypatch.setattr(logging.getLogger("botocore"), "level", logging.DEBUG)
        monkeypatch.setattr(logging.getLogger("httpx"), "level", logging.INFO)
        logs.to_stderr()
        for name in ("botocore.auth", "botocore.endpoint", "urllib3.connectionpool", "httpx"):
            logging.getLogger(name).debug("Authorization: hunter2")
            logging.getLogger(name).info("Authorization: hunter2")
        logging.getLogger("penstock").warning("seen")
    finally:
        root.handlers[:], root.level = before
    assert "hunter2" not in stream.getvalue()
    assert "seen" in stream.getvalue()
