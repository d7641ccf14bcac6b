"""What an extraction tells beside the links, and what tells that a document need not be parsed again.

What a database of schema 0001 holds of its documents is kept, and shown until they are parsed again, which the next
run does: no fingerprint says that it may stand for them. All of them were read as markdown.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WORD = sa.String(32)
SHA256 = sa.String(64)


def upgrade() -> None:
    """Add the columns and the table."""
    _documents()
    _occurrences()
    _lints()


def _documents() -> None:
    with op.batch_alter_table("documents") as table:
        table.add_column(sa.Column("format", WORD, nullable=False, server_default="markdown"))
        table.add_column(sa.Column("fingerprint", SHA256, nullable=True))
        table.alter_column("links_digest", new_column_name="extraction_digest")
    with op.batch_alter_table("documents") as table:
        table.alter_column("format", server_default=None)


def _occurrences() -> None:
    with op.batch_alter_table("occurrences") as table:
        table.add_column(sa.Column("alternative_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("renders", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("headings", sa.Text(), nullable=True))
        table.add_column(sa.Column("no_span", WORD, nullable=True))
        table.create_foreign_key(
            op.f("fk_occurrences_alternative_id_resources"), "resources", ["alternative_id"], ["id"]
        )
        table.create_index(op.f("ix_occurrences_alternative_id"), ["alternative_id"], unique=False)
    with op.batch_alter_table("occurrences") as table:
        table.alter_column("renders", server_default=None)


def _lints() -> None:
    op.create_table(
        "lints",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("column", sa.Integer(), nullable=False),
        sa.Column("span_start", sa.Integer(), nullable=True),
        sa.Column("span_end", sa.Integer(), nullable=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_lints_document_id_documents")),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_lints")),
    )
