"""Rename the table journal to audit, and the action corpus.unanswered to corpus.out_of_scope."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("journal") as batch:
        batch.drop_index("ix_journal_at")
    op.rename_table("journal", "audit")
    with op.batch_alter_table("audit") as batch:
        batch.create_index("ix_audit_at", ["at"])
    op.execute(sa.text("UPDATE audit SET action = 'corpus.out_of_scope' WHERE action = 'corpus.unanswered'"))
