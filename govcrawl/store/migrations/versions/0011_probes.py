"""Visits to home pages, by rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "probe_rounds",
        sa.Column("id", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("void", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_probe_rounds"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_probe_rounds_at", "probe_rounds", ["at"])
    op.create_table(
        "probes",
        sa.Column("round", ROW, nullable=False),
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round"], ["probe_rounds.id"], name="fk_probes_round", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round", "site", name="pk_probes"),
    )
    op.create_index("ix_probes_site_at", "probes", ["site", "at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("probes")
    op.drop_table("probe_rounds")
