"""The audit trail takes new lines only: the database itself refuses to change or delete one."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the guards up."""
    if op.get_bind().dialect.name == "sqlite":
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER transitions_no_{action.lower()} BEFORE {action} ON transitions "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION transitions_insert_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is insert-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER transitions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON transitions "
        "FOR EACH STATEMENT EXECUTE FUNCTION transitions_insert_only()"
    )


def downgrade() -> None:
    """Take them down."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER transitions_no_update")
        op.execute("DROP TRIGGER transitions_no_delete")
        return
    op.execute("DROP TRIGGER transitions_no_change ON transitions")
    op.execute("DROP FUNCTION transitions_insert_only()")
