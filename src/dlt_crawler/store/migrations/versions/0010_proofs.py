"""What was proven of repaired documents: an unchanged one is not proven again each night."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "proofs",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(length=64, collation=_bytewise()), nullable=False),
        sa.Column("digest", sa.String(length=64, collation=_bytewise()), nullable=False),
        sa.Column("fates", sa.Text(collation=_bytewise()), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_proofs_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_proofs")),
    )


def _bytewise() -> str | None:
    """Return the collation by which PostgreSQL compares text as SQLite does (0009)."""
    return "C" if op.get_bind().dialect.name == "postgresql" else None
