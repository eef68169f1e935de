"""Correction notices, and the findings of each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "notices",
        sa.Column("id", ROW, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("document_number", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("reminded_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.UniqueConstraint("number", name="uq_notices_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_unit", "notices", ["unit"])
    op.create_table(
        "notice_items",
        sa.Column("notice", ROW, nullable=False),
        sa.Column("finding", ROW, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("deadline", MOMENT, nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice"], ["notices.id"], name="fk_notice_items_notice_notices", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name="fk_notice_items_finding_findings"),
        sa.PrimaryKeyConstraint("notice", "finding", name="pk_notice_items"),
    )
    op.create_index("ix_notice_items_finding", "notice_items", ["finding"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("notice_items")
    op.drop_table("notices")
