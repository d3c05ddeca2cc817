"""How long things are kept; lists of runs that need not read the runs' documents."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_BATCH = 500
_LONGEST = 4_000
_DAYS = 90
"""The audit log's youngest days, which nobody can remove."""


def upgrade() -> None:
    op.add_column("runs", sa.Column("title", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("removed_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "run_texts",
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_texts_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_texts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "run_connections",
        sa.Column("connection", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_run_connections_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("connection", "run_id", name=op.f("pk_run_connections")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "chores",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("report", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    _fill()
    op.create_index("ix_run_connections_run_id", "run_connections", ["run_id"], unique=False)
    op.create_index("ix_runs_flow_status_id", "runs", ["flow", "status", "id"], unique=False)
    for columns, condition in (
        (["status", "ended_at", "id"], "removed_at IS NULL"),
        (["created_at", "status"], "removed_at IS NULL"),
        (["removed_at"], "removed_at IS NOT NULL"),
    ):
        op.create_index(
            f"ix_runs_{'_'.join(columns)}",
            "runs",
            columns,
            unique=False,
            sqlite_where=sa.text(condition),
            postgresql_where=sa.text(condition),
        )
    op.create_index("ix_audit_at", "audit", ["at"], unique=False)
    _let_old_audit_entries_go()


def _let_old_audit_entries_go() -> None:
    microseconds = f"{_DAYS} * 86400000000"
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_is_append_only ON audit")
        op.execute(
            "CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR TRUNCATE ON audit "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
        )
        op.execute(
            "CREATE TRIGGER audit_keeps_the_young BEFORE DELETE ON audit FOR EACH ROW "
            f"WHEN (OLD.at > extract(epoch FROM clock_timestamp()) * 1000000 - {microseconds}) "
            "EXECUTE FUNCTION audit_is_append_only()"
        )
        return
    op.execute("DROP TRIGGER audit_no_delete")
    op.execute(
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        f"WHEN OLD.at > CAST(strftime('%s', 'now') AS INTEGER) * 1000000 - {microseconds} "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END"
    )


def _fill() -> None:
    sql = op.get_bind()
    runs = sa.table(
        "runs",
        sa.column("id", sa.Text),
        sa.column("flow", sa.Text),
        sa.column("document", sa.JSON),
        sa.column("inputs", sa.JSON),
        sa.column("connections", sa.JSON),
        sa.column("error", sa.JSON),
        sa.column("title", sa.Text),
    )
    texts = sa.table("run_texts", sa.column("run_id", sa.Text), sa.column("text", sa.Text))
    used = sa.table(
        "run_connections", sa.column("connection", sa.Text), sa.column("run_id", sa.Text)
    )
    after = ""
    while True:
        wanted = sa.select(runs).where(runs.c.id > after).order_by(runs.c.id).limit(_BATCH)
        found = sql.execute(wanted).all()
        if not found:
            return
        after = found[-1].id
        for run in found:
            if (title := run.document.get("title")) is not None:
                sql.execute(runs.update().where(runs.c.id == run.id).values(title=title))
            words = _words([run.flow, title, run.inputs, run.error])
            text = "\n".join(words).casefold()[:_LONGEST]
            sql.execute(texts.insert().values(run_id=run.id, text=text.replace("\0", "")))
            for name in {*run.connections, *run.connections.values()}:
                sql.execute(used.insert().values(connection=name, run_id=run.id))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif value is not None:
        yield str(value)
