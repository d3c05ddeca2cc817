"""A flow has a folder, is on or off, and belongs to somebody; a version says who saved it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flows", sa.Column("folder", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "flows", sa.Column("enabled", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("flows", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("flows", sa.Column("created_at", sa.BigInteger(), nullable=True))
    op.add_column("flow_versions", sa.Column("saved_by", sa.Text(), nullable=True))
    op.execute(
        "UPDATE flows SET created_at = "
        "(SELECT MIN(saved_at) FROM flow_versions WHERE flow_versions.flow = flows.name)"
    )
