"""Names: the journal is the audit log, a conversation comes from a surface, unanswered is out of scope."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.drop_index("ix_journal_at", "journal")
    op.rename_table("journal", "audit")
    op.create_index("ix_audit_at", "audit", ["at"])
    # No batch: on SQLite it would make the table anew, and dropping the old one would delete all messages with it.
    op.execute(sa.text("ALTER TABLE conversations RENAME COLUMN channel TO surface"))
    op.execute(sa.text("UPDATE audit SET action = 'corpus.out_of_scope' WHERE action = 'corpus.unanswered'"))
