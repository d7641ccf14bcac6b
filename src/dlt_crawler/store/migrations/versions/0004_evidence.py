"""What answers showed beside title and abstract: evidence and signals of checks, language and script of pages.

Checks from before have none: they cannot be read by other rules, and stay what they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table and the columns, empty."""
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("key", name=op.f("uq_evidence_key")),
    )
    with op.batch_alter_table("pages") as table:
        table.add_column(sa.Column("language", sa.Text(), nullable=True))
        table.add_column(sa.Column("script", sa.Text(), nullable=True))
    with op.batch_alter_table("checks") as table:
        table.add_column(sa.Column("evidence_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("signals", sa.JSON(none_as_null=True), nullable=True))
        table.create_foreign_key(op.f("fk_checks_evidence_id_evidence"), "evidence", ["evidence_id"], ["id"])
    redirected = sa.text("redirects IS NOT NULL")
    op.create_index(
        "ix_checks_redirected_to",
        "checks",
        ["final_url"],
        unique=False,
        sqlite_where=redirected,
        postgresql_where=redirected,
    )
