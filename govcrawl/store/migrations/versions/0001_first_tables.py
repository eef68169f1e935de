"""First tables: the registry, runs, pages, findings with their trail, outside links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "links",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("last", sa.JSON(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("first_failed_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_due", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_links"),
    )
    op.create_index("ix_links_host", "links", ["host"], unique=False)
    op.create_index("ix_links_next_due", "links", ["next_due"], unique=False)
    op.create_table(
        "registry_changes",
        sa.Column("id", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_registry_changes"),
    )
    op.create_table(
        "runs",
        sa.Column("id", ROW, nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("trial", sa.Boolean(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("heartbeat_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("claimed_complete", sa.Boolean(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("columns_read", sa.Integer(), nullable=False),
        sa.Column("columns_unreadable", sa.Integer(), nullable=False),
        sa.Column("links_ok", sa.Integer(), nullable=False),
        sa.Column("links_broken", sa.Integer(), nullable=False),
        sa.Column("links_unverified", sa.Integer(), nullable=False),
        sa.Column("not_tested", sa.JSON(), nullable=False),
        sa.Column("limits_hit", sa.JSON(), nullable=False),
        sa.Column("unverified", sa.JSON(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_site_started_at", "runs", ["site", "started_at"], unique=False)
    op.create_index(
        "uq_runs_running",
        "runs",
        ["site"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("short_names", sa.JSON(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("cc", sa.JSON(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"], ["units.id"], name="fk_units_parent", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
    )
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("verified_owner", sa.Text(), nullable=True),
        sa.Column("filed", sa.Boolean(), nullable=True),
        sa.Column("hosts", sa.JSON(), nullable=False),
        sa.Column("approval_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"], ["units.id"], name="fk_accounts_unit", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
    )
    op.create_table(
        "findings",
        sa.Column("id", ROW, nullable=False),
        sa.Column("fingerprint", sa.String(length=20), nullable=False),
        sa.Column("trial_run", ROW, nullable=False),
        sa.Column("subject_state", sa.Text(), nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("account", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("sponsor", sa.Text(), nullable=True),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("more_pages", sa.JSON(), nullable=False),
        sa.Column("on_home", sa.Boolean(), nullable=False),
        sa.Column("external", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_since", MOMENT, nullable=False),
        sa.Column("was_confirmed", sa.Boolean(), nullable=False),
        sa.Column("recurred", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("seen_right", sa.Boolean(), nullable=False),
        sa.Column("deadline", MOMENT, nullable=True),
        sa.Column("exempt_until", MOMENT, nullable=True),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("run", ROW, nullable=True),
        sa.Column("profile", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_findings_run", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
        sa.UniqueConstraint("fingerprint", "trial_run", name="uq_findings_fingerprint_trial_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_findings_site_status", "findings", ["site", "status"], unique=False)
    op.create_index("ix_findings_unit", "findings", ["unit"], unique=False)
    op.create_table(
        "pages",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("run", ROW, nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("column", sa.Text(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("reader_version", sa.Text(), nullable=True),
        sa.Column("readings", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_pages_run", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("key", name="pk_pages"),
    )
    op.create_index("ix_pages_run", "pages", ["run"], unique=False)
    op.create_index("ix_pages_seen_at", "pages", ["seen_at"], unique=False)
    op.create_table(
        "sites",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("exclude", sa.JSON(), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("versions", sa.JSON(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=True),
        sa.Column("filings", sa.JSON(), nullable=False),
        sa.Column("former_urls", sa.JSON(), nullable=False),
        sa.Column("approval_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit"], ["units.id"], name="fk_sites_unit", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sites"),
    )
    op.create_table(
        "observations",
        sa.Column("finding", ROW, nullable=False),
        sa.Column("run", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("certain", sa.Boolean(), nullable=False),
        sa.Column("proves", sa.Boolean(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("points", sa.Double(), nullable=True),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("occurrences", sa.Integer(), nullable=False),
        sa.Column("more_pages", sa.JSON(), nullable=False),
        sa.Column("on_home", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["finding"], ["findings.id"], name="fk_observations_finding", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_observations_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("finding", "run", name="pk_observations"),
    )
    op.create_index("ix_observations_run", "observations", ["run"], unique=False)
    op.create_table(
        "site_columns",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("max_age_days", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site"], ["sites.id"], name="fk_site_columns_site", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["unit"], ["units.id"], name="fk_site_columns_unit", initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("site", "position", name="pk_site_columns"),
    )
    op.create_table(
        "transitions",
        sa.Column("id", ROW, nullable=False),
        sa.Column("finding", ROW, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("run", ROW, nullable=True),
        sa.Column("was_confirmed", sa.Boolean(), nullable=False),
        sa.Column("recurred", sa.Boolean(), nullable=False),
        sa.Column("overdue", sa.Boolean(), nullable=False),
        sa.Column("seen_right", sa.Boolean(), nullable=False),
        sa.Column("deadline", MOMENT, nullable=True),
        sa.Column("exempt_until", MOMENT, nullable=True),
        sa.Column("notice", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["finding"], ["findings.id"], name="fk_transitions_finding"),
        sa.PrimaryKeyConstraint("id", name="pk_transitions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_transitions_at", "transitions", ["at"], unique=False)
    op.create_index("ix_transitions_finding_at", "transitions", ["finding", "at"], unique=False)


def downgrade() -> None:
    """Take them away; their indexes go with them."""
    for table in (
        "transitions",
        "site_columns",
        "observations",
        "sites",
        "pages",
        "findings",
        "accounts",
        "units",
        "runs",
        "registry_changes",
        "links",
    ):
        op.drop_table(table)
