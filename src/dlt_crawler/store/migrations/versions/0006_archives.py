"""Where snapshots come from and why it is these, copies that archives were asked to keep, bodies of our own WARC files.

The originals of links into archives are not known yet: documents are parsed again, by a newer extractor.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables and the columns."""
    with op.batch_alter_table("snapshots") as table:
        table.add_column(sa.Column("source", sa.Text(), nullable=True))
        table.add_column(sa.Column("evidence", sa.Text(), nullable=True))
    op.execute("UPDATE snapshots SET source = 'wayback', evidence = '' WHERE none IS NULL")
    with op.batch_alter_table("occurrences") as table:
        table.add_column(sa.Column("original_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_occurrences_original_id_resources"), "resources", ["original_id"], ["id"])
    into_archives = sa.text("original_id IS NOT NULL")
    op.create_index(
        "ix_occurrences_original_id",
        "occurrences",
        ["original_id"],
        unique=False,
        sqlite_where=into_archives,
        postgresql_where=into_archives,
    )
    op.create_table(
        "keeping",
        sa.Column("resource_id", sa.Integer(), nullable=False),
        sa.Column("newest", TIME, nullable=True),
        sa.Column("looked", TIME, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=True),
        sa.Column("job", sa.Text(), nullable=True),
        sa.Column("submitted", TIME, nullable=True),
        sa.Column("timestamp", sa.String(length=14), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resources.id"], name=op.f("fk_keeping_resource_id_resources")),
        sa.PrimaryKeyConstraint("resource_id", name=op.f("pk_keeping")),
    )
    op.create_table(
        "payloads",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_payloads")),
    )
    op.create_index(op.f("ix_payloads_digest"), "payloads", ["digest"], unique=False)
