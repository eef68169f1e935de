"""With which lists, and how, a run judged: for the papers' explanation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is not known of earlier runs is left open."""
    op.add_column("runs", sa.Column("method", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("runs", "method")
