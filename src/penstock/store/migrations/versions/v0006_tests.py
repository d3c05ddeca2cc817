"""Runs that are tests of one card, apart from the others in lists and counts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("tested", sa.Text(), nullable=True))
    op.drop_index("ix_runs_created_at_status", table_name="runs")
    condition = sa.text("removed_at IS NULL AND tested IS NULL")
    op.create_index(
        "ix_runs_created_at_status",
        "runs",
        ["created_at", "status"],
        unique=False,
        sqlite_where=condition,
        postgresql_where=condition,
    )
