"""The tables, for SQLite and PostgreSQL alike. A change here needs a migration beside it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Instant(sa.TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970 in UTC: exact and sortable anywhere."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _where(condition: str) -> dict[str, Any]:
    """What an index is limited to, on both databases."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


# Every external ID ever minted. Rows are never removed, so that none is used twice.
external_ids = sa.Table(
    "external_ids",
    metadata,
    sa.Column("external_id", sa.Text, primary_key=True),
    sa.Column("connection_id", sa.Text, nullable=False),
    sa.Column("minted_at", Instant, nullable=False),
)

connections = sa.Table(
    "connections",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("nickname", sa.Text, nullable=False),
    sa.Column("nickname_key", sa.Text, nullable=False, unique=True),
    sa.Column(
        "external_id",
        sa.Text,
        sa.ForeignKey("external_ids.external_id"),
        nullable=False,
        unique=True,
    ),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("updated_at", Instant, nullable=False),
    sa.Column("connector", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("role_arn", sa.Text),
    sa.Column("account_id", sa.Text),
    sa.Column("partition", sa.Text),
    sa.Column("region", sa.Text),
    sa.Column("last_used_at", Instant),
    sa.Column("verified_at", Instant),
    sa.Column("probe", sa.JSON(none_as_null=True)),
    sa.Column("narrowing", sa.Boolean, nullable=False, server_default=sa.true()),
)

# A removed flow keeps its row with `current` empty, so that no version number is used twice.
# `owner` and `saved_by` are usernames: those never change, and users are never removed.
flows = sa.Table(
    "flows",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("last_version", sa.Integer, nullable=False),
    sa.Column("current", sa.Integer),
    sa.Column("folder", sa.Text, nullable=False, server_default=""),
    sa.Column("enabled", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("owner", sa.Text),
    sa.Column("created_at", Instant),
)

flow_versions = sa.Table(
    "flow_versions",
    metadata,
    sa.Column("flow", sa.Text, sa.ForeignKey("flows.name"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("connections", sa.JSON, nullable=False),
    sa.Column("saved_at", Instant, nullable=False),
    sa.Column("saved_by", sa.Text),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("version", sa.Integer),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("started_at", Instant),
    sa.Column("ended_at", Instant),
    sa.Column("inputs", sa.JSON, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("segments", sa.JSON, nullable=False),
    sa.Column("connections", sa.JSON, nullable=False),
    sa.Column("error", sa.JSON(none_as_null=True)),
    sa.Column("deduplication_key", sa.Text),
    sa.Column("cancel_requested_at", Instant),
    sa.Column("last_seq", sa.Integer, nullable=False),
    sa.Column("title", sa.Text),
    # Set, the run is gone for every reader; its row goes last of all that it left behind.
    sa.Column("removed_at", Instant),
    sa.Column("tested", sa.Text),
    sa.Index("ix_runs_flow_id", "flow", "id"),
    sa.Index("ix_runs_status_id", "status", "id"),
    sa.Index("ix_runs_flow_status_id", "flow", "status", "id"),
    sa.Index(
        "ix_runs_status_ended_at_id", "status", "ended_at", "id", **_where("removed_at IS NULL")
    ),
    sa.Index(
        "ix_runs_created_at_status",
        "created_at",
        "status",
        **_where("removed_at IS NULL AND tested IS NULL"),
    ),
    sa.Index("ix_runs_removed_at", "removed_at", **_where("removed_at IS NOT NULL")),
    sa.Index(
        "uq_runs_deduplication_key",
        "deduplication_key",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL AND deduplication_key IS NOT NULL"),
        postgresql_where=sa.text("ended_at IS NULL AND deduplication_key IS NOT NULL"),
    ),
)

# What a list of runs is searched in: a run's flow, title, inputs and error, in small letters and
# cut short. Apart from the runs, whose documents would all have to be read otherwise.
run_texts = sa.Table(
    "run_texts",
    metadata,
    sa.Column("run_id", sa.Text, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

# Which runs use a connection: by its id, and by the nickname that it had.
run_connections = sa.Table(
    "run_connections",
    metadata,
    sa.Column("connection", sa.Text, primary_key=True),
    sa.Column(
        "run_id",
        sa.Text,
        sa.ForeignKey("runs.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
    sqlite_with_rowid=False,
)

# The values of inputs declared secret, sealed, for as long as the run has not ended.
run_secrets = sa.Table(
    "run_secrets",
    metadata,
    sa.Column("run_id", sa.Text, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("run_id", sa.Text, sa.ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("type", sa.Text, nullable=False),
    sa.Column("card", sa.Text),
    sa.Column("attempt", sa.Integer),
    sa.Column("data", sa.JSON, nullable=False),
    # Kept in the order of its key, so that an event is one insertion and not two.
    sqlite_with_rowid=False,
)

# What was answered to requests that carry an idempotency key, for a day.
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
)

# Users are disabled, never removed: what the audit log says of one stays about that one.
users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("username", sa.Text, nullable=False),
    sa.Column("username_key", sa.Text, nullable=False, unique=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password", sa.Text),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("password_changed_at", Instant),
    sa.Column("signed_in_at", Instant),
    sa.Column("disabled_at", Instant),
)

# Of the secrets of sessions, tokens and links only a SHA-256 is kept.
sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("used_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
)

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),
    sa.Column("user_id", sa.Text, sa.ForeignKey("users.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("revoked_at", Instant),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("user_id", sa.Text, sa.ForeignKey("users.id")),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)

# Rows are only ever added, and removed when they are old: triggers refuse anything else
# (migrations 0003 and 0005).
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("via", sa.Text, nullable=False),
    sa.Column("credential_id", sa.Text),
    sa.Column("verb", sa.Text, nullable=False),
    sa.Column("object", sa.Text, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("detail", sa.JSON, nullable=False),
    sa.Index("ix_audit_who_seq", "who", "seq"),
    sa.Index("ix_audit_verb_seq", "verb", "seq"),
    sa.Index("ix_audit_at", "at"),
    sqlite_autoincrement=True,
)

# What administrators have set, by name.
settings = sa.Table(
    "settings",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

# What one of several workers does for all of them: who does it now, until when that counts, and
# what was said the last time.
chores = sa.Table(
    "chores",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("holder", sa.Text),
    sa.Column("until", Instant),
    sa.Column("report", sa.JSON(none_as_null=True)),
)
