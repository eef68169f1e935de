"""Submissions of units, and the articles of portals: the ground of the adoption notice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.String(length=32)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables; articles fill with the next runs."""
    op.create_table(
        "submissions",
        sa.Column("key", KEY, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("submitted", sa.Date(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("adopter", sa.Text(), nullable=False),
        sa.Column("adopted", sa.Date(), nullable=True),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_submissions"),
    )
    op.create_index("ix_submissions_submitted", "submissions", ["submitted"])
    op.create_table(
        "portal_articles",
        sa.Column("key", KEY, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("published", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reprint", sa.Boolean(), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_portal_articles"),
    )
    op.create_index("ix_portal_articles_published", "portal_articles", ["published"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("portal_articles")
    op.drop_table("submissions")
