"""Nights that several processes share: their queue of sites, and who may ask which server."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "server_leases",
        sa.Column("server", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=500), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("resting", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("server", "holder", name="pk_server_leases"),
    )
    op.create_table(
        "nights",
        sa.Column("id", ROW, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_nights"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_nights_started_at", "nights", ["started_at"])
    op.create_table(
        "night_sites",
        sa.Column("night", ROW, nullable=False),
        sa.Column("site", sa.String(length=255), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("server", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("run", ROW, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["night"], ["nights.id"], name="fk_night_sites_night", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_night_sites_run", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("night", "site", name="pk_night_sites"),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("night_sites")
    op.drop_table("nights")
    op.drop_table("server_leases")
