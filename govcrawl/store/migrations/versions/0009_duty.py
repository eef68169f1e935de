"""When an urgent finding was told to whoever is on duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing of before counts as told."""
    op.add_column("findings", sa.Column("duty_told_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("findings", "duty_told_at")
